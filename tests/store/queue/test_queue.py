"""Which run a worker takes next, and what waiting runs are told, on both databases."""

import pytest
from sqlalchemy import update

from store.records import Run
from store.sql.tables import RUN
from tests.store.scene import Scene, make_scene


@pytest.fixture
def other(scene: Scene) -> Scene:
    return make_scene(scene.store)


def asked_ago(scene: Scene, run: Run, seconds: float) -> None:
    """Let a run have been asked for a while ago."""
    with scene.store.database.write() as connection:
        earlier = {"created_at": RUN.c.created_at - seconds}
        connection.execute(update(RUN).where(RUN.c.run_id == run.run_id).values(earlier))


def taken(scene: Scene, num_seconds: float = 0.0) -> str:
    """Let a worker take what goes first, and end it."""
    first = scene.store.queue.first()
    assert first is not None
    run = scene.store.runs.get(first)
    scene.claim(run)
    scene.commit(run, 1)
    if num_seconds:
        with scene.store.database.write() as connection:
            earlier = {"started_at": RUN.c.started_at - num_seconds}
            connection.execute(update(RUN).where(RUN.c.run_id == first).values(earlier))
    scene.store.leases.finish(first, "worker", "finished")
    return first


def test_first__projects_take_turns(scene: Scene, other: Scene) -> None:
    first = scene.submit("pretrain")
    scene.name([1], 0)
    update_of_first = scene.submit()
    second = other.submit("pretrain")
    for age_s, run in ((30, first), (20, update_of_first), (10, second)):
        asked_ago(scene, run, age_s)
    promised = [*scene.store.queue.look()]
    assert promised == [first.run_id, second.run_id, update_of_first.run_id]
    assert [taken(scene) for _ in promised] == promised
    assert scene.store.queue.first() is None


def test_first__an_update_goes_before_a_pretraining_that_waits_longer(
    scene: Scene, other: Scene
) -> None:
    asked_ago(scene, scene.submit("pretrain"), 60)
    taken(scene)
    pretraining = other.submit("pretrain")
    scene.name([1], 0)
    wanted = scene.submit()
    assert scene.store.queue.first() == wanted.run_id
    assert scene.store.queue.first([wanted.run_id]) == pretraining.run_id


def test_first__what_a_dead_worker_left_goes_on_first(scene: Scene, other: Scene) -> None:
    mine, theirs = scene.submit("pretrain"), other.submit("pretrain")
    asked_ago(scene, mine, 60)
    scene.claim(mine, "dead", -1.0)
    assert scene.store.queue.first() == mine.run_id
    scene.claim(mine, "alive")
    assert scene.store.queue.first() == theirs.run_id


def test_places__say_what_is_before_and_when_it_may_begin(scene: Scene, other: Scene) -> None:
    workers = scene.store.workers
    workers.beat("worker", "busy", "cpu", "team")
    scene.submit("pretrain", num_epochs=10)
    taken(scene, 50)  # 5 s an epoch
    running = other.submit("pretrain", num_epochs=4)
    other.claim(running)
    scene.name([1], 0)
    waiting = scene.submit()
    other.name([1], 0)
    theirs = other.submit()
    places = scene.store.queue.look()
    assert places.keys() == {waiting.run_id, theirs.run_id}
    place = places[waiting.run_id]
    assert (place.num_before, place.num_own) == (1, 0)
    assert place.starts_in_s == pytest.approx(20, abs=1.5)
    assert (places[theirs.run_id].num_before, places[theirs.run_id].num_own) == (2, 1)
    assert places[theirs.run_id].starts_in_s is None, "no Update has ever finished"
    assert scene.store.runs.queue_position(theirs.run_id) == 2


def test_places__without_a_worker_nothing_begins(scene: Scene) -> None:
    run = scene.submit("pretrain")
    assert scene.store.queue.places()[run.run_id].starts_in_s is None
    assert scene.store.queue.places()[run.run_id].num_before == 0
