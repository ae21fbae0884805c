"""An older state is read from the nearest milestone, not from the first event."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pages.api import reading_limit
from pages.api.reading_limit import Patience
from store.errors import StillReadingError
from store.journal import fold as folding
from store.journal import folds, milestones, past
from store.journal.fold import Fold
from store.journal.fold_codec import pack_fold, unpack_fold
from store.journal.milestones import _slim
from store.opening import Store, open_store
from store.records import Event
from store.sql.rows import to_event
from store.sql.tables import EVENT
from tests.store.journal.test_fold_codec import shown
from tests.store.scene import BEN, Scene
from tests.store.stories import AUTHORS, NUM, say, story, tell

NUM_NAMES = 40


@pytest.fixture
def long(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A project with a milestone for every ten events."""
    monkeypatch.setattr(milestones, "EVERY", 10)
    monkeypatch.setattr(folds, "EVERY", 10)
    for nth in range(NUM_NAMES):
        scene.name([nth % 20], nth % 2)
        if nth % 7 == 0:
            scene.say("undo")
    return scene


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The events that are read one after the other, by seq."""
    found: list[int] = []

    def noted(row: Any) -> Event:
        found.append(row.seq)
        return to_event(row)

    monkeypatch.setattr(folds, "to_event", noted)
    return found


def at(scene: Scene, seq: int) -> Any:
    events = scene.store.journal.events(scene.id, limit=seq)
    return Fold.of(40, events).state().annotation.tolist() if seq else [-1] * 40


def test_state__of_long_ago_reads_a_few_events(long: Scene, read: list[int]) -> None:
    for seq in (9, 10, 11, 25, 38):
        read.clear()
        found = long.store.journal.fold_at(long.id, seq).state()
        assert (found.seq, found.annotation.tolist()) == (seq, at(long, seq))
        assert len(read) < 10


def test_state__of_long_ago_is_remembered(long: Scene, read: list[int]) -> None:
    assert long.store.journal.state(long.id, 15).annotation.tolist() == at(long, 15)
    read.clear()
    assert long.store.journal.state(long.id, 15).annotation.tolist() == at(long, 15)
    assert read == []


def test_milestones__are_made_where_a_journal_is_read_from_its_beginning(
    long: Scene, read: list[int]
) -> None:
    with open_store(long.store.settings) as other:
        forget(other, long.id)
        other.journal.state(long.id)
        read.clear()
        assert other.journal.fold_at(long.id, 29).state().annotation.tolist() == at(long, 29)
        assert len(read) == 9


def forget(store: Store, project_id: str) -> None:
    for nth in range(10):
        store.cache._kept.delete(f"fold:{project_id}:{nth}")


def test_milestones__of_another_journal_or_damaged_are_not_believed(
    long: Scene, read: list[int]
) -> None:
    key = f"fold:{long.id}:2"
    data = long.store.cache.get(key)
    assert data is not None
    for broken in (data[:-9], data[:5], b"25 'k'\n", data[:-9] + b"123456789"):
        long.store.cache.set(key, broken)
        assert long.store.journal.fold_at(long.id, 27).state().annotation.tolist() == at(long, 27)
    with long.store.database.write() as connection:
        connection.execute(EVENT.update().values(key=EVENT.c.key + "x"))
    read.clear()
    assert long.store.journal.fold_at(long.id, 36).state().annotation.tolist() == at(long, 36)
    assert len(read) == 36


def test_patience__an_answer_reads_so_much_and_the_next_goes_on_from_there(
    long: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, value in (
        (reading_limit, "PAGE", 5), (folds, "PAGE", 5), (reading_limit, "MOST_READ", 20),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    forget(long.store, long.id)
    with pytest.raises(StillReadingError, match="Ask again"):
        long.store.journal.state(long.id, 38, Patience())
    assert long.store.journal.state(long.id, 38, Patience()).annotation.tolist() == at(long, 38)


@settings(max_examples=60)
@given(story, story, st.sampled_from(AUTHORS))
def test_slim__goes_on_as_the_whole_one_does(script: list[Any], more: list[Any], who: str) -> None:
    with pytest.MonkeyPatch.context() as small:
        small.setattr(folding, "MARK_EVERY", 2)
        small.setattr(folding, "MARK_LIMIT", 3)
        small.setattr(milestones, "LEAST_BEHIND", 8)
        fold = tell(script)
        events = list(fold.events)
        parts = unpack_fold(pack_fold(_slim(fold.parts())), "p")
        assert len(parts.marks) <= len(fold.parts().marks)
        again = Fold.go_on(parts, lambda start, stop: events[start:stop])
        twin = fold.twin()
        for author, (verb, chosen, values) in [*more, (who, ("undo", [], {}))]:
            did = {say(each, verb, chosen, author, values) for each in (twin, again)}
            assert len(did) == 1
        assert shown(again.state()) == shown(twin.state())
        assert shown(fold.state()) == shown(tell(script).state()), "the twin is another one"
        assert shown(twin.state()) == shown(Fold.of(NUM, twin.events).state())


def test_state__with_moves_that_others_overrode_reads_no_old_events(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, read: list[int]
) -> None:
    """Whose they were is in memory."""
    monkeypatch.setattr(past, "TAIL", 4)
    for nth in range(20):
        scene.move([nth], [[nth, 1]])
    for nth in range(20):
        scene.move([nth], [[nth, 2]], BEN)
    for nth in range(20):
        scene.name([nth], 0)
    read.clear()
    scene.move([3], [[3, 3]])
    found = scene.state().overridden
    assert {len(each) for each in found.values()} == {19, 1}
    assert read == []
