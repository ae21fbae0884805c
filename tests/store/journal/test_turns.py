"""Gestures that wait for each other share a transaction, and never each other's fate."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event

from store.errors import KeyReusedError, LockedError, NothingToUndoError
from store.journal.turns import MOST_AT_ONCE, Turn
from store.records import Ack, Gesture
from tests.store.scene import Scene, pack

NUM = 12


@contextmanager
def counted_commits(scene: Scene) -> Iterator[list[str]]:
    """Note each transaction that wrote and was committed."""
    found: list[str] = []

    def note(connection: Connection) -> None:
        if connection.get_execution_options().get("is_writer"):
            found.append("commit")

    event.listen(scene.store.database.engine, "commit", note)
    try:
        yield found
    finally:
        event.remove(scene.store.database.engine, "commit", note)


def said_at_once(scene: Scene, acts: list[Callable[[], Ack]]) -> list[Future[Ack]]:
    """Let people speak while somebody writes, so that all of them wait; return their answers."""
    slot = scene.store.journal._folds.slot(scene.id)
    with ThreadPoolExecutor(len(acts)) as pool:
        with slot.lock:
            futures = [pool.submit(act) for act in acts]
            deadline = time.monotonic() + 20
            while len(slot.waiting) < len(acts) and time.monotonic() < deadline:
                time.sleep(0.001)
            assert len(slot.waiting) == len(acts)
        return futures


def names(scene: Scene, number: int, key: str | None = None) -> Callable[[], Ack]:
    gesture = Gesture("mark_unsure", key or f"turn-{number}", pack([number]))
    return lambda: scene.store.journal.append(scene.id, gesture, "W", f"w{number}")


def test_append__those_who_wait_share_one_commit(scene: Scene) -> None:
    before = scene.state().seq
    with counted_commits(scene) as commits:
        acks = [f.result() for f in said_at_once(scene, [names(scene, i) for i in range(NUM)])]
    assert len(commits) == 1
    assert sorted(ack.seq for ack in acks) == list(range(before + 1, before + NUM + 1))
    for number, ack in enumerate(acks):
        assert ack.event is not None
        assert (ack.event.author_id, ack.event.seq) == (f"w{number}", ack.seq)
        assert scene.store.journal.events(scene.id, ack.seq - 1, 1) == [ack.event]


def test_append__a_refused_one_is_alone_with_it(scene: Scene) -> None:
    nothing = Gesture("undo", "turn-undo")
    scene.state()
    acts = [names(scene, i) for i in range(NUM)]
    acts.insert(3, lambda: scene.store.journal.append(scene.id, nothing, "W", "nobody"))
    futures = said_at_once(scene, acts)
    with pytest.raises(NothingToUndoError):
        futures.pop(3).result()
    assert all(future.result().num_changed == 1 for future in futures)


def test_append__the_same_request_twice_in_one_transaction(scene: Scene) -> None:
    acts = [names(scene, 1, "same"), names(scene, 1, "same"), names(scene, 2, "same")]
    futures = said_at_once(scene, acts)
    errors = [future.exception() for future in futures]
    acks = [future.result() for future, error in zip(futures, errors, strict=True) if not error]
    assert [type(error) for error in errors if error] == [KeyReusedError] * (3 - len(acks))
    assert len({ack.seq for ack in acks}) == 1  # whichever of the two requests came first
    assert sum(not ack.is_duplicate for ack in acks) == 1


def test_append__what_breaks_a_transaction_breaks_no_other_gesture(scene: Scene) -> None:
    """A name that no row may hold is found while writing; the others are saved all the same."""
    bad = Gesture("mark_unsure", "turn-bad", pack([0]))
    acts = [lambda: scene.store.journal.append(scene.id, bad, "", "w")]
    acts += [names(scene, i) for i in range(1, NUM)]
    before = scene.state().seq
    first, *others = said_at_once(scene, acts)
    assert first.exception() is not None
    assert sorted(f.result().seq for f in others) == list(range(before + 1, before + NUM))
    assert scene.state().seq == before + NUM - 1


def test_append__an_archived_project_refuses_all(scene: Scene) -> None:
    scene.store.projects.set_archived(scene.id, True)
    futures = said_at_once(scene, [names(scene, i) for i in range(NUM)])
    assert {type(future.exception()) for future in futures} == {LockedError}


def test_with_waiting__takes_so_many_and_leaves_the_rest(scene: Scene) -> None:
    slot = scene.store.journal._folds.slot(scene.id)
    turns = [Turn(Gesture("clear", str(i)), "W", "w", "0" * 64) for i in range(MOST_AT_ONCE + 5)]
    slot.waiting.extend(turns)
    taken = turns[3].with_waiting(slot.waiting)
    assert taken == [turns[3], *turns[:3], *turns[4:MOST_AT_ONCE]]
    assert turns[0].with_waiting(slot.waiting) == [turns[0]]
    assert list(slot.waiting) == turns[MOST_AT_ONCE:]
