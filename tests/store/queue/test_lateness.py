"""A clock that jumps may cost one refused commit; it never holds a run up."""

import pytest
from sqlalchemy import update

from store.errors import LeaseLostError
from store.queue.bells import MAX_ATTEMPTS
from store.queue.chunks import WRITE_S
from store.sql.tables import CHUNK, RUN, WORKER
from tests.store.scene import Scene, make_scene

HOUR_S = 3600.0


def put_clock_back(scene: Scene) -> None:
    """Let the database's clock show an hour less: what it noted lies in the future then."""
    moments = [RUN.c.lease_until, RUN.c.rung_at, RUN.c.created_at, RUN.c.ended_at]
    moments += [CHUNK.c.lease_until, CHUNK.c.rung_at, WORKER.c.beat_at]
    with scene.store.database.write() as connection:
        for moment in moments:
            later = {moment.name: moment + HOUR_S}
            connection.execute(update(moment.table).values(later))


JOB = "j" * 64


def ask_for_a_chunk(scene: Scene) -> None:
    run = scene.trained(scene.submit("pretrain"))
    scene.store.chunks.ask(JOB, run.run_id, 1, 10, 10)


def test_clock_put_back__another_worker_may_take_the_run_of_a_dead_one(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"), "one")
    put_clock_back(scene)
    assert scene.store.leases.due() == [run.run_id]
    scene.claim(run, "two")
    with pytest.raises(LeaseLostError):
        scene.commit(run, 0, "one")
    scene.commit(run, 0, "two")


def test_clock_put_back__a_living_worker_keeps_its_run(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"), "one")
    put_clock_back(scene)
    assert scene.store.leases.renew(run.run_id, "one") == "ok"
    assert scene.store.leases.claim(run.run_id, "two") is None
    scene.commit(run, 0, "one")


def test_clock_put_back__a_waiting_run_is_rung_for(scene: Scene) -> None:
    run = scene.submit("pretrain")
    assert scene.store.leases.due() == []
    put_clock_back(scene)
    assert scene.store.leases.due() == [run.run_id]
    assert scene.store.leases.due() == [], "it was noted anew"


def test_clock_put_forward__a_living_worker_goes_on(scene: Scene) -> None:
    run = scene.claim(scene.submit("pretrain"), "one", lease_s=-HOUR_S)
    scene.commit(run, 0, "one")
    assert scene.store.leases.renew(run.run_id, "one") == "ok"


def test_clock_put_back__a_dead_workers_chunk_changes_hands(scene: Scene) -> None:
    ask_for_a_chunk(scene)
    chunks = scene.store.chunks
    assert chunks.claim("one") is not None
    assert chunks.claim("two") is None
    put_clock_back(scene)
    progress = chunks.progress(JOB)
    assert progress is not None
    assert progress.num_working == 0
    assert chunks.due() == [JOB]
    again = chunks.claim("two")
    assert again is not None
    assert (again.nth, again.attempt) == (0, 2)


def test_clock_put_back__a_living_worker_keeps_its_chunk(scene: Scene) -> None:
    ask_for_a_chunk(scene)
    chunk = scene.store.chunks.claim("one")
    assert chunk is not None
    put_clock_back(scene)
    scene.store.chunks.renew(chunk, "one", WRITE_S)
    assert scene.store.chunks.claim("two") is None
    assert scene.store.chunks.finish(chunk, "one", "part", "0" * 64)


def test_clock_put_back__a_waiting_chunk_is_rung_for(scene: Scene) -> None:
    ask_for_a_chunk(scene)
    assert scene.store.chunks.due() == [JOB]
    assert scene.store.chunks.due() == []
    put_clock_back(scene)
    assert scene.store.chunks.due() == [JOB]


def test_clock_put_back__a_chunk_that_kills_workers_fails_its_job(scene: Scene) -> None:
    ask_for_a_chunk(scene)
    for _ in range(MAX_ATTEMPTS):
        assert scene.store.chunks.claim("dead") is not None
        put_clock_back(scene)
    assert scene.store.chunks.claim("alive") is None
    progress = scene.store.chunks.progress(JOB)
    assert progress is not None
    assert progress.state == "failed"


def test_clock_put_back__a_gpu_worker_that_is_dead_holds_nobody_up(scene: Scene) -> None:
    workers, run = scene.store.workers, scene.submit("pretrain")
    workers.beat("big", "ready", "cuda", "team")
    workers.beat("small", "ready", "cpu", "team")
    assert scene.store.queue.first(worker_id="small") is None
    put_clock_back(scene)
    workers.beat("small", "ready", "cpu", "team")
    assert workers.present() == {"small": False}
    assert scene.store.queue.first(worker_id="small") == run.run_id
    scene.claim(run, "small")


def test_clock_put_back__a_dead_worker_hides_no_living_one(scene: Scene) -> None:
    scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    (variant,) = scene.store.variants.submit(scene.id, [scene.submit().config], "Ana", "ana", "b")
    scene.store.runs.request_stop(scene.store.runs.of_project(scene.id)[-1].run_id)
    scene.store.workers.beat("dead", "busy", "cpu", "team")
    put_clock_back(scene)
    scene.store.workers.beat("big", "busy", "cuda", "team")
    scene.claim(variant.run, "big")
    other = make_scene(scene.store)
    other.store.projects.set_device(other.id, "gpu")
    other.submit("pretrain")
    assert scene.store.leases.renew(variant.run.run_id, "big") == "closing", "it can train that"


def test_clock_put_back__who_waited_before_goes_first(scene: Scene) -> None:
    scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    before, other = scene.submit(), make_scene(scene.store)
    put_clock_back(scene)
    after = other.submit("pretrain")
    assert [*scene.store.queue.look()] == [before.run_id, after.run_id]


def test_clock_put_back__a_project_served_before_is_not_last_for_an_hour(scene: Scene) -> None:
    scene.trained(scene.submit("pretrain"))
    put_clock_back(scene)
    scene.name([1], 0)
    first, other = scene.submit(), make_scene(scene.store)
    second = other.submit("pretrain")
    assert [*scene.store.queue.look()] == [first.run_id, second.run_id]
    scene.trained(first)
    third = scene.submit()
    assert [*scene.store.queue.look()] == [second.run_id, third.run_id], "it was served since"
