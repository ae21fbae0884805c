"""Who holds several rows of a project waits for its turn first, on PostgreSQL."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Connection, select, text, update

from ml.records import RunConfig
from store.opening import open_store
from store.records import Gesture, Run
from store.sql.tables import RUN
from tests.store.scene import ANA, BEN, Scene

pytestmark = pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


def until_it_waits(doing: "Future[Any]", connection: Connection) -> None:
    """Wait until a thread waits for its turn."""
    deadline = time.monotonic() + 20
    while not doing.done() and not connection.scalar(WAITING):
        assert time.monotonic() < deadline, "neither waits nor ends"
    assert not doing.done(), "it did not wait for its turn"


def assert_no_row_held(connection: Connection, scene: Scene) -> None:
    mine = select(RUN.c.run_id).where(RUN.c.project_id == scene.id)
    assert connection.execute(mine.with_for_update(nowait=True)).all()


@pytest.fixture
def variants(scene: Scene) -> list[Run]:
    scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    scene.name([2], 1)
    configs = [RunConfig("annotate-vae", seed=seed) for seed in range(3)]
    return [each.run for each in scene.store.variants.submit(scene.id, configs, "Ana", "ana", "k")]


@pytest.mark.usefixtures("variants")
def test_stop__of_all_variants_waits_before_it_holds_a_row(scene: Scene) -> None:
    with ThreadPoolExecutor(1) as pool:
        with scene.store.database.write() as connection:
            scene.store.database.take_turn(connection, scene.id)
            stopping = pool.submit(scene.store.variants.stop, scene.id)
            until_it_waits(stopping, connection)
            assert_no_row_held(connection, scene)
        stopping.result()


def test_finish__waits_before_it_holds_a_row(scene: Scene, variants: list[Run]) -> None:
    run = scene.claim(variants[0])
    with ThreadPoolExecutor(1) as pool:
        with scene.store.database.write() as connection:
            scene.store.database.take_turn(connection, scene.id)
            ending = pool.submit(scene.store.leases.finish, run.run_id, "worker", "finished")
            until_it_waits(ending, connection)
            assert_no_row_held(connection, scene)
        ending.result()
    assert scene.store.runs.get(run.run_id).state == "finished"


def test_claim__begins_with_the_map_of_the_moment_it_claims(scene: Scene) -> None:
    first = scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    scene.trained(scene.submit())
    run = scene.submit(who=BEN)
    undo = Gesture("undo", "u", values={"target": scene.state().seq - 1})
    with open_store(scene.store.settings) as other, ThreadPoolExecutor(1) as pool:
        with scene.store.journal.writing(scene.id) as pen:
            claim = pool.submit(other.leases.claim, run.run_id, "worker")
            until_it_waits(claim, pen.connection)
            pen.write(undo, "Ana", ANA, "0" * 64)
        found = claim.result()
    assert found is not None
    assert found.parent_run_id == first.run_id, "what Ana's Update made is taken back"


def test_claim__begins_with_the_last_epoch_of_a_run_that_ends_just_then(scene: Scene) -> None:
    first = scene.claim(scene.submit("pretrain"), "one")
    scene.commit(first, 1, "one")
    scene.name([1], 0)
    run = scene.submit()
    ended = update(RUN).where(RUN.c.run_id == first.run_id).values(state="finished")
    with open_store(scene.store.settings) as other, ThreadPoolExecutor(1) as pool:
        with scene.store.database.write() as connection:
            scene.store.database.take_turn(connection, scene.id)
            claim = pool.submit(other.leases.claim, run.run_id, "two")
            until_it_waits(claim, connection)
            scene.commit(first, 2, "one")
            connection.execute(ended)
        found = claim.result()
    assert found is not None
    assert (found.parent_run_id, found.parent_epoch) == (first.run_id, 2)
