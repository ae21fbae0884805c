"""What goes far back reads nothing while others wait for the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection

from ml.errors import InvalidInputError
from store.errors import LockedError, StaleHistoryError, StoreUnavailableError
from store.journal import fold as folding
from store.journal import folds, past, rehearsal, saying
from store.journal.fold import Fold
from store.opening import open_store
from store.records import Event, ProjectState
from store.sql.database import Database
from store.sql.rows import to_event
from tests.store.scene import ANA, BEN, NUM_SAMPLES, Scene

NUM_NAMES = 60


@pytest.fixture
def long(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A project of whose journal only the newest events are in memory."""
    for module, name, value in (
        (past, "TAIL", 4), (past, "PAGE", 2), (past, "PAGES", 2), (folding, "MARK_EVERY", 4),
        (folding, "MARK_LIMIT", 2),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    scene.name([0], 0, BEN)
    for nth in range(NUM_NAMES):
        scene.name([nth % 20, 20 + nth % 3], nth % 2)
    return scene


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The events that are read while the right to write is held."""
    read: list[int] = []
    holders: list[object] = []
    write = Database.write

    @contextmanager
    def noted_write(self: Database) -> Iterator[Connection]:
        with write(self) as connection:
            holders.append(connection)
            try:
                yield connection
            finally:
                holders.pop()

    def noted(row: Any) -> Event:
        if holders:
            read.append(row.seq)
        return to_event(row)

    monkeypatch.setattr(Database, "write", noted_write)
    monkeypatch.setattr(folds, "to_event", noted)
    return read


def anew(scene: Scene) -> Fold:
    events = scene.store.journal.events(scene.id, limit=10_000)
    return Fold.of(NUM_SAMPLES, events)


def shown(state: ProjectState) -> Any:
    return state.seq, state.annotation.tolist(), state.undoable, state.redoable, state.taken_back


def test_undo__of_long_ago_reads_nothing_while_it_is_locked(long: Scene, locked: list[int]) -> None:
    ack = long.say("undo", who=BEN)
    assert (ack.seq, ack.num_changed) == (NUM_NAMES + 4, 0)
    assert locked == []
    assert shown(long.state()) == shown(anew(long).state())
    long.say("redo", who=BEN)
    long.name([5], 1)
    assert locked == []
    assert shown(long.state()) == shown(anew(long).state())


def test_checkout__reads_nothing_while_it_is_locked(long: Scene, locked: list[int]) -> None:
    seq = long.state().seq
    ack = long.say("checkout", to=3, expected=seq)
    assert ack.seq == seq + 1
    assert locked == []
    assert shown(long.state()) == shown(anew(long).state())
    assert long.annotation() == long.store.journal.state(long.id, 3).annotation.tolist()
    long.say("undo")
    assert locked == []
    assert shown(long.state()) == shown(anew(long).state())


def test_first_gesture__of_a_process_reads_nothing_while_it_is_locked(
    long: Scene, locked: list[int]
) -> None:
    with open_store(long.store.settings) as other:
        Scene(other, long.project, long.keys).name([7], 1)
        assert locked == []
    assert long.annotation()[7] == 1
    assert locked == []


def test_far_back__is_refused_before_it_is_locked(long: Scene, locked: list[int]) -> None:
    seq = long.state().seq
    with pytest.raises(InvalidInputError, match="there already"):
        long.say("checkout", to=seq, expected=seq)
    with pytest.raises(StaleHistoryError):
        long.say("checkout", to=3, expected=seq - 1)
    long.store.projects.set_archived(long.id, True)
    with pytest.raises(LockedError):
        long.say("undo", who=BEN)
    assert locked == []


def interrupt(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, speak: Callable[[Scene], object], most: int
) -> list[int]:
    """Let another app speak whenever something far back is worked out, `most` times."""
    worked_out: list[int] = []
    rehearse = rehearsal.rehearse

    def interrupted(*given: Any) -> Any:
        found = rehearse(*given)
        worked_out.append(found.seq)
        if len(worked_out) <= most:
            with open_store(scene.store.settings) as other:
                speak(Scene(other, scene.project, scene.keys))
        return found

    monkeypatch.setattr(saying, "rehearse", interrupted)
    return worked_out


def test_undo__is_worked_out_anew_where_somebody_spoke_meanwhile(
    long: Scene, locked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seq = long.state().seq
    worked_out = interrupt(long, monkeypatch, lambda other: other.name([9], 1), 2)
    ack = long.say("undo", who=BEN)
    assert worked_out == [seq, seq + 1, seq + 2]
    assert ack.seq == seq + 3
    assert set(locked) <= {seq + 1, seq + 2}, "what was said meanwhile, and nothing older"
    assert shown(long.state()) == shown(anew(long).state())


def test_undo__is_given_up_where_somebody_always_speaks(
    long: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out = interrupt(long, monkeypatch, lambda other: other.name([9], 1), 100)
    with pytest.raises(StoreUnavailableError, match="Try again"):
        long.say("undo", who=BEN)
    assert len(worked_out) == rehearsal.TRIES
    assert long.state().undoable[BEN] == 3


def test_undo__is_worked_out_anew_where_a_run_moved_on_meanwhile(
    long: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An Update that has no epoch yet is gone for good with its gesture; one that has stays."""
    long.trained(long.submit("pretrain"))
    long.name([1], 0, BEN)
    run = long.claim(long.submit(who=BEN, auto_of=long.state().seq))
    for nth in range(20):
        long.name([nth], 0)
    interrupt(long, monkeypatch, lambda other: other.commit(run, 1), 1)
    long.say("undo", who=BEN)
    event = long.store.journal.event(long.id, long.state().seq)
    assert "gone" not in event.values
    assert shown(long.state()) == shown(anew(long).state())


def test_far_back__sent_twice_is_done_once(long: Scene) -> None:
    long.say("undo", who=BEN)
    at = long.state().seq
    long.keys = iter(["again", "again"])
    acks = [long.say("redo", who=BEN) for _ in range(2)]
    assert [(ack.seq, ack.is_duplicate) for ack in acks] == [(at + 1, False), (at + 1, True)]


def test_refused__keeps_the_fold(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gesture that is refused has changed nothing: the journal need not be read anew."""
    scene.name([1], 0)
    with pytest.raises(InvalidInputError):
        scene.say("annotate", [])
    monkeypatch.setattr(folds, "to_event", None)
    assert scene.annotation()[1] == 0
    assert ANA in scene.state().undoable
