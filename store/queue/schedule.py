"""When waiting runs may begin, by how long such runs have taken: a guess, or honestly nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from store.queue.fairness import Waiting


@dataclass(frozen=True)
class Busy:
    """A run that has a worker."""

    owner: str
    """That worker."""
    project_id: str
    left_s: float | None
    """Seconds until it ends, None where it is too early to say."""


def expected_starts(
    order: Sequence[Waiting],
    needed_s: Mapping[str, float | None],
    busy: Sequence[Busy],
    workers: Mapping[str, bool],
) -> dict[str, float]:
    """Return in how many seconds each run begins, by run_id; runs of which nobody knows are absent.

    Every worker takes the next run in order as soon as it is free. A worker whose run ends nobody
    knows when frees nobody's place.

    Args:
        order: Runs without a worker, in the order in which they get one.
        needed_s: By run_id, how long each will take; None or absent where nobody knows.
        busy: Runs that have a worker.
        workers: By id of the workers there are, whether each has a GPU.
    """
    left = {run.owner: run.left_s for run in busy}
    free = [left.get(worker, 0.0) for worker in workers]
    has_gpu = list(workers.values())
    ready: dict[str, float | None] = {run.project_id: run.left_s for run in busy}
    starts: dict[str, float] = {}
    for run in order:
        fits = [nth for nth in range(len(free)) if has_gpu[nth] or not run.needs_gpu]
        known = [(at, nth) for nth in fits if (at := free[nth]) is not None]
        before = 0.0 if run.is_background else ready.get(run.project_id, 0.0)
        if not known or before is None:
            ready[run.project_id] = None
            continue
        at, nth = min(known)
        starts[run.run_id] = start = max(at, before)
        needed = needed_s.get(run.run_id)
        free[nth] = None if needed is None else start + needed
        ready[run.project_id] = free[nth]
    return starts
