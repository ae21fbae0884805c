"""A clock that jumps may cost one refused commit; it never holds a run up."""

import pytest
from sqlalchemy import update

from store.errors import LeaseLostError
from store.queue.chunks import MAX_ATTEMPTS, WRITE_S
from store.sql.tables import CHUNK, RUN
from tests.store.scene import Scene

HOUR_S = 3600.0


def put_clock_back(scene: Scene) -> None:
    """Let the database's clock show an hour less: what it noted lies in the future then."""
    moments = {"lease_until": RUN.c.lease_until + HOUR_S, "rung_at": RUN.c.rung_at + HOUR_S}
    with scene.store.database.write() as connection:
        connection.execute(update(RUN).values(moments))
        moments = {"lease_until": CHUNK.c.lease_until + HOUR_S, "rung_at": CHUNK.c.rung_at + HOUR_S}
        connection.execute(update(CHUNK).values(moments))


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
