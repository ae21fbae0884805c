"""The cache keeps to its limit, and keeps what is asked for."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.files import entries
from store.files.cache import Cache

LIMIT = 2**20
QUARTER = LIMIT // 4


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    opened = Cache(tmp_path / "cache", LIMIT)
    yield opened
    opened.close()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let a moment pass of which a use is noted."""
    moment = [0.0]
    monkeypatch.setattr(time, "time", lambda: moment[0])

    def wait() -> None:
        moment[0] += entries.USE_NOTED_S + 1

    return wait


def kept_bytes(folder: Path) -> int:
    """What lies in the folder, but for what SQLite has not written into the database yet."""
    files = [path for path in folder.rglob("*") if path.suffix in {".val", ".db"}]
    return sum(path.stat().st_size for path in files)


def test_set__many_small_old_entries_shield_no_large_ones(cache: Cache, tmp_path: Path) -> None:
    for number in range(400):
        cache.set(f"small {number}", b"s" * 500)
    for number in range(30):
        cache.set(f"large {number}", b"l" * QUARTER)
        assert cache.num_bytes() <= LIMIT
    assert cache.get("large 29") == b"l" * QUARTER, "what was stored last stays"
    assert len(list((tmp_path / "cache").rglob("*.val"))) <= LIMIT // QUARTER
    cache.close()
    assert kept_bytes(tmp_path / "cache") <= LIMIT


def test_set__removes_no_more_than_must_go(cache: Cache) -> None:
    for number in range(10):
        cache.set(str(number), b"x" * (LIMIT // 10))
    cache.set("10", b"x" * (LIMIT // 10))
    found = [number for number in range(11) if cache.get(str(number))]
    assert found[-8:] == [*range(3, 11)]


def test_set__what_is_asked_for_stays(cache: Cache, later: Callable[[], None]) -> None:
    for number in range(30):
        cache.set(f"fold {number}", b"f" * 500)
    for number in range(12):
        later()
        cache.set(f"features {number}", b"x" * QUARTER)
        assert all(cache.get(f"fold {each}") for each in range(30))
    assert cache.get("features 0") is None
    assert cache.get("features 11") is not None


def test_set__what_would_take_most_of_the_room_is_not_kept(cache: Cache) -> None:
    cache.set("small", b"s")
    cache.set("huge", b"h" * (LIMIT // 2 + 1))
    assert (cache.get("small"), cache.get("huge")) == (b"s", None)


def test_get__where_its_use_cannot_be_noted_it_is_read_all_the_same(
    cache: Cache, later: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk that is full."""
    cache.set("small", b"s")

    def refuse(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(entries.Entries, "note_use", refuse)
    later()
    assert cache.get("small") == b"s"


def test_make_room__leaves_a_file_outside_alone(cache: Cache, tmp_path: Path) -> None:
    cache.set("old", b"x" * QUARTER)
    (tmp_path / "secret.val").write_bytes(b"secret")
    connection = sqlite3.connect(tmp_path / "cache" / "cache.db")
    with connection:
        connection.execute("UPDATE Cache SET filename = '../secret.val'")
    connection.close()
    for number in range(8):
        cache.set(str(number), b"x" * QUARTER)
    assert cache.num_bytes() <= LIMIT
    assert (tmp_path / "secret.val").read_bytes() == b"secret"
