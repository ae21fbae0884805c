"""A stopped pretraining goes on, on SQLite and on PostgreSQL."""

import pytest
from sqlalchemy import select, update

from ml.records import RunConfig
from store.errors import AlreadyRunningError, ConflictError, LockedError, NotFoundError
from store.journal.line import UNDER_WAY
from store.queue.durations import Durations
from store.records import Run
from store.runs.resuming import NOT_STOPPED, TAUGHT
from store.sql.tables import RUN
from tests.store.scene import ANA, Scene, make_scene


def stopped(scene: Scene, num_epochs: int = 9) -> Run:
    """A pretraining that was stopped after its first epoch."""
    config = RunConfig("annotate-vae", num_epochs=num_epochs)
    run = scene.store.runs.submit(scene.id, "pretrain", config, "Ana", ANA, "p")
    run = scene.claim(run)
    for epoch in (0, 1):
        scene.commit(run, epoch)
    scene.store.runs.request_stop(run.run_id)
    scene.store.leases.finish(run.run_id, "worker", "stopped")
    return scene.store.runs.get(run.run_id)


def resume(scene: Scene, run: Run) -> Run:
    return scene.store.resuming.go_on(run.run_id)


def test_go_on__is_claimed_again_and_keeps_its_epochs(scene: Scene) -> None:
    run = stopped(scene)
    again = resume(scene, run)
    assert (again.state, again.last_epoch, again.is_cancel_requested) == ("queued", 1, False)
    assert resume(scene, run).state == "queued", "asked for twice, it is done once"
    taken = scene.claim(again, "another")
    assert (taken.attempt, taken.ended_at) == (2, None)
    assert resume(scene, run).state == "running", "nor once a worker has it"
    assert scene.store.leases.renew(run.run_id, "another") == "ok"
    scene.commit(taken, 2, "another")
    assert scene.store.leases.renew(run.run_id, "another") == "ok"
    scene.store.leases.finish(run.run_id, "another", "finished")
    head = scene.store.runs.head(scene.id)
    assert head is not None
    assert (head.run_id, head.epoch) == (run.run_id, 2)


def test_go_on__is_news_also_for_whoever_slept_meanwhile(scene: Scene) -> None:
    run = stopped(scene)
    before = scene.store.pulse.of(scene.id)
    resume(scene, run)
    scene.commit(scene.claim(scene.store.runs.get(run.run_id)), 2)
    scene.store.runs.request_stop(run.run_id)
    scene.store.leases.finish(run.run_id, "worker", "stopped")
    assert scene.store.pulse.of(scene.id) != before


def test_go_on__only_one_that_was_stopped_on_its_way(scene: Scene) -> None:
    run = stopped(scene, num_epochs=1)
    with pytest.raises(ConflictError, match=NOT_STOPPED):
        resume(scene, run)
    with pytest.raises(NotFoundError):
        scene.store.resuming.go_on(scene.id)


def test_go_on__not_one_that_was_never_stopped(scene: Scene) -> None:
    run = scene.submit("pretrain")
    with pytest.raises(ConflictError, match=NOT_STOPPED):
        resume(scene, run)
    scene.claim(run)
    with pytest.raises(ConflictError, match=NOT_STOPPED):
        resume(scene, run)


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


def test_go_on__also_where_an_update_was_taken_back_before_it_began(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"))
    for epoch in (0, 1):
        scene.commit(run, epoch)
    scene.name([1], 0)
    forgone = scene.submit()
    scene.store.runs.request_stop(forgone.run_id)
    scene.store.runs.request_stop(run.run_id)
    scene.store.leases.finish(run.run_id, "worker", "stopped")
    assert resume(scene, run).state == "queued"


def test_go_on__not_while_another_run_is_live_nor_in_an_archive(scene: Scene) -> None:
    run = stopped(scene)
    scene.name([1], 0)
    scene.claim(scene.submit())
    scene.say("undo")  # off the line, and still being stopped
    with pytest.raises(AlreadyRunningError, match=UNDER_WAY):
        resume(scene, run)
    scene.store.projects.set_archived(scene.id, True)
    with pytest.raises(LockedError):
        resume(scene, run)


def test_go_on__does_not_overtake_who_waited_meanwhile(scene: Scene) -> None:
    run, other = stopped(scene), make_scene(scene.store)
    earlier(scene, run, created_at=100.0)
    waits = other.submit("pretrain")
    resume(scene, run)
    assert [*scene.store.queue.look()] == [waits.run_id, run.run_id]
    assert scene.store.queue.first() == waits.run_id


def test_go_on__keeps_its_place_where_its_worker_dies_then(scene: Scene) -> None:
    run = resume(scene, stopped(scene))
    waits = make_scene(scene.store).submit("pretrain")
    scene.claim(run, "dead", -1.0)
    assert [*scene.store.queue.look()] == [run.run_id, waits.run_id]


def test_go_on__its_pace_is_that_of_this_turn(scene: Scene) -> None:
    """One epoch took 100 s, then it was stopped and waited; three took 2 s each; five are left."""
    run = stopped(scene)
    earlier(scene, run, started_at=100.0)
    resume(scene, run)
    earlier(scene, run, started_at=1000.0)  # as if it had waited for so long
    scene.claim(run)
    worked_s = age_of(scene, run)
    assert 100 <= worked_s < 900, "waiting is no work"
    for epoch in (2, 3, 4):
        scene.commit(run, epoch)
    earlier(scene, run, started_at=6.0)
    waits = make_scene(scene.store).submit("pretrain")
    scene.store.workers.beat("worker", "busy", "cpu", "team")
    assert scene.store.queue.look()[waits.run_id].starts_in_s == pytest.approx(10, abs=4)
    for epoch in range(5, 10):
        scene.commit(run, epoch)
    earlier(scene, run, started_at=10.0)
    scene.store.leases.finish(run.run_id, "worker", "finished")
    (epoch_s,) = {*Durations(scene.store.database)._measure().values()}
    assert epoch_s == pytest.approx(2, abs=0.7)


def test_pace__does_not_count_a_run_that_ended_before_it_began(scene: Scene) -> None:
    """As after a clock that was put back."""
    run = scene.submit("pretrain")
    scene.claim(run)
    scene.store.leases.finish(run.run_id, "worker", "finished")
    earlier(scene, run, started_at=-100.0)
    assert not Durations(scene.store.database)._measure()


def earlier(scene: Scene, run: Run, **seconds: float) -> None:
    """Let something have happened to a run so much earlier."""
    with scene.store.database.write() as connection:
        moved = {name: RUN.c[name] - by for name, by in seconds.items()}
        connection.execute(update(RUN).where(RUN.c.run_id == run.run_id).values(moved))


def age_of(scene: Scene, run: Run) -> float:
    with scene.store.database.read() as connection:
        begun = select(scene.store.database.clock - RUN.c.started_at)
        return connection.scalar(begun.where(RUN.c.run_id == run.run_id)) or 0.0
