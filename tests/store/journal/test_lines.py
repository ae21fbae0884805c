"""Lines that left memory are read again as they were, in order, at any place."""

from typing import Any

import pytest

from store.errors import StoreUnavailableError
from store.journal import lines, past
from store.journal.history import Told
from store.journal.journal import Journal
from store.journal.lines import Line
from store.records import Event
from tests.store.scene import ANA, BEN, Scene


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten to twenty lines stay in memory, and old ones are read five at a time."""
    for name, value in (("TAIL", 10), ("PAGE", 5), ("PAGES", 2)):
        monkeypatch.setattr(lines, name, value)


def spoken(scene: Scene) -> Scene:
    """Fifty gestures of two people, some of which are taken back, merged or reset."""
    for nth in range(40):
        who = (ANA, BEN)[nth % 3 == 0]
        scene.name([nth % 7, 7 + nth % 5, 20], nth % 2, who)
        if nth % 4 == 0:
            scene.say("undo", who=who)
    scene.say("mark_unsure", [1, 2, 3], BEN)
    scene.say("merge_class", class_index=0, into=1)
    scene.say("reset", who=BEN)
    scene.say("undo", who=BEN)
    return scene


def values(line: Line) -> tuple[Any, ...]:
    arrays = (line.chosen, line.changed, line.before, line.after)
    return (line.event, *(each.tolist() for each in arrays), line.was, line.is_of(20))


def all_of(told: Told) -> list[tuple[Any, ...]]:
    return [values(line) for line in told.lines]


def test_lines__that_left_memory_are_as_they_were(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = spoken(scene).store.history.of(scene.id)
    scene.store.history._kept.clear()
    for name, value in (("TAIL", 10), ("PAGE", 5), ("PAGES", 2)):
        monkeypatch.setattr(lines, name, value)
    told = scene.store.history.of(scene.id)
    assert told.lines._num_before >= len(whole.lines) - 20
    assert all_of(told) == all_of(whole)
    backwards = [values(told.lines[at]) for at in range(-1, -len(told.lines) - 1, -1)]
    assert backwards == all_of(whole)[::-1]
    assert [values(line) for line in told.lines[3:30:4]] == all_of(whole)[3:30:4]


@pytest.mark.usefixtures("few")
def test_lines__what_was_told_stays_while_lines_leave_memory(scene: Scene) -> None:
    for nth in range(8):
        scene.name([nth], 0)
    before = scene.store.history.of(scene.id)
    was = all_of(before)
    spoken(scene)
    after = scene.store.history.of(scene.id)
    assert (all_of(before), all_of(after)[: len(was)]) == (was, was)
    with pytest.raises(IndexError):
        before.lines[len(was)]


@pytest.mark.usefixtures("few")
def test_lines__take_little_memory_however_many_they_are(scene: Scene) -> None:
    sizes = []
    for _ in range(3):
        for nth in range(60):
            scene.name([nth % 20, nth % 13], nth % 2)
        told = scene.store.history.of(scene.id)
        list(told.lines)
        sizes.append(told.lines.num_bytes)
    assert len(told.lines._newest) <= 20
    assert sizes[0] < 30 * lines.LINE_BYTES + 3_000
    assert sizes[2] - sizes[1] < 60 * 20 + 10 * lines.LINE_BYTES, "within one page's worth"


@pytest.mark.usefixtures("few")
def test_lines__of_many_samples_leave_memory_sooner(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "TAIL_BYTES", 6 * lines.LINE_BYTES)
    for nth in range(30):
        scene.name(list(range(20)), nth % 2)
    told = scene.store.history.of(scene.id)
    assert len(told.lines._newest) < 12
    assert len(told.lines[0].chosen) == 0
    assert told.lines[-1].chosen.tolist() == list(range(20))


def test_of__a_history_that_could_not_be_read_on_begins_anew(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken(scene)
    whole = all_of(scene.store.history.of(scene.id))
    scene.store.history._kept.clear()
    events, num_read = Journal.events, 0

    def broken(self: Journal, project_id: str, after: int = 0, limit: int = 500) -> list[Event]:
        nonlocal num_read
        num_read += limit < 500
        if limit < 500 and num_read == 3:
            raise StoreUnavailableError("The database does not answer.")
        return events(self, project_id, after, limit)

    monkeypatch.setattr(past, "TAIL", 2)
    monkeypatch.setattr(Journal, "events", broken)
    with pytest.raises(StoreUnavailableError):
        scene.store.history.of(scene.id)
    assert all_of(scene.store.history.of(scene.id)) == whole
