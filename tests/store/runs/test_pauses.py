"""Why a run under way waits: told while it does."""

import pytest

from store.records import Run
from tests.store.scene import Scene

WHY = "The disk is full: training waits."


def test_say__is_shown_until_the_next_epoch_and_pages_learn_of_both(scene: Scene) -> None:
    store, run = scene.store, scene.claim(scene.submit("pretrain"))
    before = store.pulse.of(scene.id)
    store.pauses.say(run.run_id, "worker", WHY)
    assert store.runs.get(run.run_id).error == WHY
    assert (waiting := store.pulse.of(scene.id)) != before
    scene.commit(run, 0)
    assert store.runs.get(run.run_id).error is None
    assert store.pulse.of(scene.id) != waiting


def test_say__by_a_worker_that_lost_the_run_changes_nothing(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"))
    scene.store.pauses.say(run.run_id, "another", WHY)
    assert scene.store.runs.get(run.run_id).error is None
    scene.store.leases.finish(run.run_id, "worker", "failed", "Too large.")
    scene.store.pauses.say(run.run_id, "worker", WHY)
    assert scene.store.runs.get(run.run_id).error == "Too large."


@pytest.fixture
def waiting(scene: Scene) -> Run:
    """A run under way that waits for room."""
    run = scene.claim(scene.submit("pretrain"))
    scene.store.pauses.say(run.run_id, "worker", WHY)
    return run


@pytest.mark.parametrize("how", ["in order", "by death"])
def test_say__is_over_when_the_run_is_stopped(scene: Scene, waiting: Run, how: str) -> None:
    scene.store.runs.request_stop(waiting.run_id)
    if how == "in order":
        scene.store.leases.give_back(waiting.run_id, "worker")
    else:
        scene.store.leases.bury("worker")
        scene.store.leases.due()
    ended = scene.store.runs.get(waiting.run_id)
    assert (ended.state, ended.error) == ("stopped", None)


def test_say__is_over_when_the_run_is_given_back(scene: Scene, waiting: Run) -> None:
    scene.store.leases.give_back(waiting.run_id, "worker")
    scene.store.runs.request_stop(waiting.run_id)
    ended = scene.store.runs.get(waiting.run_id)
    assert (ended.state, ended.error) == ("stopped", None)


def test_say__is_over_when_another_worker_takes_the_run(scene: Scene, waiting: Run) -> None:
    scene.store.leases.bury("worker")
    assert scene.claim(waiting, "another").error is None
    assert scene.store.runs.get(waiting.run_id).error is None


def test_say__is_not_said_by_a_copy(scene: Scene, waiting: Run) -> None:
    copy = scene.store.projects.duplicate(scene.id, "copy")
    (run,) = scene.store.runs.of_project(copy.project_id)
    assert (run.state, run.error) == ("stopped", None)
    assert scene.store.runs.get(waiting.run_id).error == WHY
