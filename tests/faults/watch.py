"""A fault and its witnesses: people and browsers are at work, and afterwards all invariants hold.

with watched(place) as watch:      # arrange: an app, its workers, and a crowd at one project
    run = place.submit(LONG, watch.project)
    watch.fault()                  # break
    os.kill(...)
    soon(lambda: ..., "the next epoch", RESUME_S)    # see
                                   # check: I1 to I7, at the end of the block
"""

import os
import signal
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from store.opening import Store
from store.records import Project, Run
from tests.contract.workplace import NUM_SAMPLES, Workplace, until
from tests.faults.clients import Crowd
from tests.faults.evidence import gather
from tests.faults.history import History
from tests.faults.invariants import violations
from tests.pages.web import Browser
from tests.patience import PATIENCE, START_PATIENCE

RESUME_S = 10.0
"""A lease of 6 s, a reconciler's second, and the start of a process: 3 s on a quiet machine."""
Measure = Callable[[str, object], None]
"""Notes a figure for the report, as `record_property` does."""


@dataclass
class Watch:
    """What a test of a fault has at hand."""

    project: Project
    """Where the crowd is."""
    crowd: Crowd

    def fault(self) -> None:
        """Note that something breaks now; a test that never says so has broken nothing."""
        self.crowd.history.fault()


@contextmanager
def watched(place: Workplace) -> Iterator[Watch]:
    """Let people and browsers work at a place during the block, then check all invariants.

    Looked at are the runs of all projects that are made meanwhile, and every process of the place.
    """
    before = {project.project_id for project in place.store.projects.list()}
    project = place.project()
    crowd = Crowd(place.port, project.project_id, NUM_SAMPLES)
    with crowd.at_work():
        yield Watch(project, crowd)
    made = {project.project_id for project in place.store.projects.list()} - before
    check(crowd.history, place.store, project.project_id, place.pids(), sorted(made))


def check(
    history: History,
    store: Store,
    project_id: str,
    running: Collection[int] = (),
    also: Sequence[str] = (),
) -> None:
    """Check all invariants, of a history in which something was broken and something was saved."""
    assert history.faulted_at, "nothing was broken"
    assert history.num_acknowledged, "nobody was heard"
    assert history.readers, "nobody looked"
    broken = violations(history, gather(store, project_id, running, also))
    assert not broken, "\n".join(broken)


def ask_for_run(place: Workplace, project: Project) -> tuple[Run, float]:
    """Ask for a pretraining as an open page does; return the run, and how long the answer took."""
    browser = Browser(place.port)
    browser.get("/api/session")
    config = {"num_epochs": 3, "batch_size": 64}
    body = {"key": "asked", "kind": "pretrain", "config": config}
    asked_s = time.monotonic()
    answer = browser.post(f"/api/projects/{project.project_id}/runs", body)
    took_s = time.monotonic() - asked_s
    assert answer.status in (201, 202), answer.body  # 202 behind another run
    return place.run(answer.json["run_id"]), took_s


def seconds_to_resume(watch: Watch, place: Workplace, run_id: str) -> float:
    """Kill the worker of a run; return how long it took until there was the next epoch."""
    pid = place.worker_pid(run_id)
    watch.fault()
    os.kill(pid, signal.SIGKILL)
    reached = place.run(run_id).last_epoch
    return soon(
        lambda: place.run(run_id).last_epoch > reached, "an epoch", RESUME_S, START_PATIENCE
    )


def soon(
    condition: Callable[[], bool], what: str, limit_s: float, patience: float = PATIENCE
) -> float:
    """Wait for what takes at most so many seconds on a quiet machine; return how many it took."""
    return until(condition, what, limit_s * patience)
