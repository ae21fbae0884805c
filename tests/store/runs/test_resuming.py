"""A stopped pretraining goes on, on SQLite and on PostgreSQL."""

import pytest

from ml.records import RunConfig
from store.errors import ConflictError, LockedError, NotFoundError
from store.records import Run
from store.runs.resuming import NOT_STOPPED, TAUGHT, UNDER_WAY, go_on
from tests.store.scene import ANA, Scene


def stopped(scene: Scene, num_epochs: int = 9) -> Run:
    """A pretraining that was stopped after its first epoch."""
    config = RunConfig(num_epochs=num_epochs)
    run = scene.store.runs.submit(scene.id, "pretrain", config, "Ana", ANA, "p")
    run = scene.claim(run)
    for epoch in (0, 1):
        scene.commit(run, epoch)
    scene.store.runs.request_stop(run.run_id)
    scene.store.leases.finish(run.run_id, "worker", "stopped")
    return scene.store.runs.get(run.run_id)


def resume(scene: Scene, run: Run) -> Run:
    return go_on(scene.store.database, scene.store.journal, run.run_id)


def test_go_on__is_claimed_again_and_keeps_its_epochs(scene: Scene) -> None:
    run = stopped(scene)
    again = resume(scene, run)
    assert (again.state, again.last_epoch, again.is_cancel_requested) == ("queued", 1, False)
    assert resume(scene, run).state == "queued", "asked for twice, it is done once"
    taken = scene.claim(again, "another")
    assert (taken.attempt, taken.ended_at) == (2, None)
    scene.commit(taken, 2, "another")
    assert scene.store.leases.renew(run.run_id, "another") == "ok"
    scene.store.leases.finish(run.run_id, "another", "finished")
    head = scene.store.runs.head(scene.id)
    assert head is not None
    assert (head.run_id, head.epoch) == (run.run_id, 2)


def test_go_on__only_one_that_was_stopped_on_its_way(scene: Scene) -> None:
    run = stopped(scene, num_epochs=1)
    with pytest.raises(ConflictError, match=NOT_STOPPED):
        resume(scene, run)
    with pytest.raises(NotFoundError):
        go_on(scene.store.database, scene.store.journal, scene.id)


def test_go_on__not_below_an_update_that_stands(scene: Scene) -> None:
    run = stopped(scene)
    scene.name([1], 0)
    update = scene.trained(scene.submit())
    with pytest.raises(ConflictError, match=TAUGHT):
        resume(scene, run)
    with pytest.raises(ConflictError, match=NOT_STOPPED):
        resume(scene, update)
    scene.say("undo")
    assert resume(scene, run).state == "queued"


def test_go_on__not_while_another_run_is_live_nor_in_an_archive(scene: Scene) -> None:
    run = stopped(scene)
    scene.name([1], 0)
    scene.claim(scene.submit())
    scene.say("undo")  # off the line, and still being stopped
    with pytest.raises(ConflictError, match=UNDER_WAY):
        resume(scene, run)
    scene.store.projects.set_archived(scene.id, True)
    with pytest.raises(LockedError):
        resume(scene, run)
