"""A worker that is rung takes the run that goes first, whichever the bell named."""

import time

from store.opening import Store
from store.records import Run
from tasks.answering import answer
from tasks.workbench import Workbench
from tests.contract.workplace import SHORT
from tests.tasks.conftest import Submit

WORKER = "worker"


def states(store: Store, *runs: Run) -> list[str]:
    return [store.runs.get(run.run_id).state for run in runs]


def test_answer__takes_what_goes_first(store: Store, bench: Workbench, submit: Submit) -> None:
    first, second = submit(SHORT), submit(SHORT)
    answer(second.run_id, store, bench, WORKER)
    assert states(store, first, second) == ["finished", "queued"]
    answer(second.run_id, store, bench, WORKER)
    assert states(store, second) == ["finished"]
    answer(second.run_id, store, bench, WORKER)
    answer("nothing that was ever asked for", store, bench, WORKER)


def test_answer__one_that_closes_leaves_the_run_to_the_next(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    run = submit(SHORT)
    bench.closing.set()
    answer(run.run_id, store, bench, WORKER)
    assert states(store, run) == ["queued"]
    assert store.leases.due() == [], "rung at once, it would only answer again"
    assert store.leases.due(time.time() + 6) == [run.run_id]


def test_answer__leaves_what_needs_another_device(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    run = submit(SHORT)
    store.projects.set_device(run.project_id, "gpu")
    store.workers.beat(WORKER, "busy", "cpu", "team")
    answer(run.run_id, store, bench, WORKER)
    assert states(store, run) == ["queued"]
    store.workers.beat("big", "ready", "cuda", "team")
    answer(run.run_id, store, bench, WORKER)
    assert store.leases.due() == [run.run_id], "for the worker with a GPU"
