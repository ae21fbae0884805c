"""In which order waiting runs get a worker: fair between projects, what people wait for first.

Each project's runs go one after another, so at most one of them is *ready*. A ready run waits
since it was asked for, or since the last run of its project ended, whichever is later; who waits
longest goes first. So nobody waits for more than one run of each other project: whichever project
had a worker meanwhile waits since after that.

An Update, which somebody watches, may overtake a pretraining: but only while its project had no
worker since the longest-waiting run began to wait, so not twice the same one. What is done beside
the line (variants, controls) comes after everything that somebody asked for, by the same rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from store.queue.precedence import BACKGROUND

INTERACTIVE: Final = "fine_tune"
"""The kind of run that somebody watches."""


@dataclass(frozen=True)
class Waiting:
    """A run without a worker."""

    run_id: str
    project_id: str
    kind: str
    """As of `store.records.Run`."""
    position: int
    """Its place among the runs of its project."""
    asked_s: float
    """When it was asked for, in seconds since 1970 by the database's clock."""
    needs_gpu: bool = False
    """Whether it waits for a worker with a GPU."""

    @property
    def is_background(self) -> bool:
        """Whether nobody waits for it."""
        return self.kind in BACKGROUND

    @property
    def lane(self) -> tuple[str, bool]:
        """Which runs take turns with it: those of its project, in the background or not."""
        return self.project_id, self.is_background


Served = Mapping[tuple[str, bool], float]
"""By lane, when the last run that had a worker ended."""


def first_of(ready: Sequence[Waiting], served: Served) -> Waiting:
    """Return which of several runs that could begin now goes first; `ready` is not empty.

    Args:
        ready: At most one of each project but for the background, where variants are trained
            side by side.
        served: Seconds since 1970; a lane that never had a worker is left out.
    """
    people = [run for run in ready if not run.is_background]
    if people:
        ready = people
    begun = {run.run_id: max(run.asked_s, served.get(run.lane, -inf)) for run in ready}
    longest = min(begun.values())

    def rank(run: Waiting) -> tuple[bool, float, float, int, str]:
        is_hasty = run.kind == INTERACTIVE and served.get(run.lane, -inf) <= longest
        return not is_hasty, begun[run.run_id], run.asked_s, run.position, run.run_id

    return min(ready, key=rank)


def ready_of(waiting: Iterable[Waiting], in_service: Iterable[str] = ()) -> list[Waiting]:
    """Return the runs that wait for nothing but a worker.

    Args:
        waiting: All runs without a worker.
        in_service: Projects of which a run that somebody asked for is being trained.
    """
    heads: dict[str, Waiting] = {}
    background: list[Waiting] = []
    for run in sorted(waiting, key=lambda run: run.position):
        if run.is_background:
            background.append(run)
        else:
            heads.setdefault(run.project_id, run)
    busy = {*in_service}
    ready = [run for run in heads.values() if run.project_id not in busy]
    return ready or [run for run in background if run.project_id not in busy | heads.keys()]


def in_turn(
    waiting: Iterable[Waiting], served: Served, in_service: Iterable[str] = ()
) -> list[Waiting]:
    """Return runs in the order in which one worker would take them, if nobody else spoke.

    Args:
        waiting: All runs without a worker, also those that wait for another of their project.
        served: As of `first_of`.
        in_service: As of `ready_of`; these are taken to end before the first of `waiting` begins.
    """
    left = {run.run_id: run for run in waiting}
    ended = dict(served)
    now = max([*ended.values(), *(run.asked_s for run in left.values())], default=0.0)
    ended |= {(project_id, False): now for project_id in in_service}
    order: list[Waiting] = []
    while left:
        run = first_of(ready_of(left.values()), ended)
        now += 1.0
        ended[run.lane] = now
        order.append(left.pop(run.run_id))
    return order
