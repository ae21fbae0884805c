"""A journal is not read from its beginning twice."""

from typing import Any

import pytest

from store.errors import StoreUnavailableError
from store.journal import folds
from store.opening import open_store
from store.records import Event
from store.sql.rows import to_event
from store.sql.tables import EVENT
from tests.store.scene import Scene


@pytest.fixture
def kept(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A project whose fold is written down after every few events."""
    monkeypatch.setattr(folds, "KEEP_AFTER", 4)
    monkeypatch.setattr(folds.Folds.keep, "__defaults__", (4,))
    for nth in range(11):
        scene.name([nth], nth % 2)
    return scene


def test_keep__another_process_reads_only_what_came_since(
    kept: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def noted(row: Any) -> Event:
        read.append(row.seq)
        return to_event(row)

    monkeypatch.setattr(folds, "to_event", noted)
    with open_store(kept.store.settings) as other:
        state = other.journal.state(kept.id)
        assert state.annotation.tolist() == kept.annotation()
        assert 0 < len(read) <= 4
        old = other.journal.event(kept.id, 2)
        assert old == kept.store.journal.event(kept.id, 2)
        kept.say("undo")
        assert other.journal.state(kept.id).annotation.tolist() == kept.annotation()


def test_keep__of_another_journal_is_not_believed(kept: Scene) -> None:
    with kept.store.database.write() as connection:
        connection.execute(EVENT.update().values(key=EVENT.c.key + "x"))
    with open_store(kept.store.settings) as other:
        assert other.journal.state(kept.id).annotation.tolist() == kept.annotation()


def test_keep__what_is_damaged_is_read_anew(kept: Scene) -> None:
    key = f"fold:{kept.id}"
    data = kept.store.cache.get(key)
    assert data is not None
    for broken in (data[:-60], data[:5], b"9 'k'\n", b"x"):
        kept.store.cache.set(key, broken)
        with open_store(kept.store.settings) as other:
            assert other.journal.state(kept.id).annotation.tolist() == kept.annotation()


def test_state__of_a_moment_ago_is_remembered(scene: Scene) -> None:
    """Pages ask for what was said by the position that they were told of, while others speak on."""
    scene.name([1], 0)
    then = scene.state()
    scene.name([2], 1)
    assert scene.store.journal.state(scene.id, then.seq).annotation is then.annotation
    assert scene.store.journal.state(scene.id, 0).annotation.max() == -1


def test_state__that_failed_half_way_is_read_anew(
    kept: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database went away while an event was folded that reads others."""
    with open_store(kept.store.settings) as other:
        other.journal.state(kept.id)
        kept.name([20], 1)
        with monkeypatch.context() as broken:
            broken.setattr(folds, "to_event", fail)
            with pytest.raises(StoreUnavailableError):
                other.journal.state(kept.id)
        assert other.journal.state(kept.id).annotation.tolist() == kept.annotation()


def fail(_: object) -> None:
    raise StoreUnavailableError("The database does not answer.")


def test_slot__counts_the_states_it_remembers_and_bounds_them(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = scene.store.journal._folds.slot(scene.id)
    scene.move([1], [[1, 1]])
    one = scene.state()
    fold = slot.fold
    assert fold is not None
    assert slot.num_bytes >= fold.num_bytes + one.annotation.nbytes + one.pins.num_bytes
    monkeypatch.setattr(folds, "RECENT_BYTES", 1000)
    for nth in range(40):
        scene.move([nth % 30], [[nth, 1]])
        scene.state()
    assert slot.recent_bytes == sum(map(folds._bytes_of, slot.recent.values()))
    assert len(slot.recent) == 2
