"""The cache holds bytes, and nothing that a stranger wrote into it is ever executed."""

import pickle
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ml.errors import InvalidInputError
from store.files.cache import DAMAGED, Cache

SMALL, LARGE = b"small", b"x" * 100_000


class Bomb:
    """Leaves a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.touch, (self.path,)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    opened = Cache(tmp_path / "cache")
    opened.set("small", SMALL)
    opened.set("large", LARGE)
    yield opened
    opened.close()


def tamper(folder: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(folder / "cache" / "cache.db")
    with connection:
        connection.execute(statement, values)
    connection.close()


def test_get__what_was_set_also_after_reopening(cache: Cache, tmp_path: Path) -> None:
    assert (cache.get("small"), cache.get("large"), cache.get("none")) == (SMALL, LARGE, None)
    again = Cache(tmp_path / "cache")
    assert again.get("large") == LARGE
    again.close()


@pytest.mark.parametrize(("key", "value"), [(1, b"x"), ("k", "text"), ("k", {"a": 1})])
def test_set__bytes_by_text_only(cache: Cache, key: Any, value: Any) -> None:
    with pytest.raises(InvalidInputError):
        cache.set(key, value)


def test_get__a_pickled_value_is_refused_unread(cache: Cache, tmp_path: Path) -> None:
    bomb = pickle.dumps(Bomb(tmp_path / "ran"))
    tamper(tmp_path, "UPDATE Cache SET mode = 4, value = ?, filename = NULL", bomb)
    assert cache.get("small") is None
    assert cache.get("large") is None
    assert not (tmp_path / "ran").exists()
    cache.set("small", SMALL)
    assert cache.get("small") == SMALL


def test_get__a_pickled_file_is_refused_unread(cache: Cache, tmp_path: Path) -> None:
    for path in (tmp_path / "cache").rglob("*.val"):
        path.write_bytes(pickle.dumps(Bomb(tmp_path / "ran")))
    tamper(tmp_path, "UPDATE Cache SET mode = 4 WHERE key = 'large'")
    assert cache.get("large") is None
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["../secret.val", "/etc/hostname", "../../x", "cache.db"])
def test_get__a_file_outside_is_neither_read_nor_removed(
    cache: Cache, tmp_path: Path, name: str
) -> None:
    (tmp_path / "secret.val").write_bytes(b"secret")
    tamper(tmp_path, "UPDATE Cache SET filename = ? WHERE key = 'large'", name)
    assert cache.get("large") is None
    cache.set("large", b"new")
    assert (tmp_path / "secret.val").read_bytes() == b"secret"


def test_opening__strange_settings_empty_the_cache(cache: Cache, tmp_path: Path) -> None:
    cache.close()
    tamper(tmp_path, "INSERT INTO Settings VALUES ('disk__directory', '/etc')")
    fresh = Cache(tmp_path / "cache")
    assert fresh.get("small") is None
    fresh.close()


def test_opening__a_broken_database_is_replaced(cache: Cache, tmp_path: Path) -> None:
    cache.close()
    (tmp_path / "cache" / "cache.db").write_bytes(b"not a database" * 100)
    fresh = Cache(tmp_path / "cache")
    fresh.set("a", b"1")
    assert fresh.get("a") == b"1"
    fresh.close()


def spoiled(folder: Path, first_page: int) -> Cache:
    """A cache of 200 entries, most pages of whose database were overwritten."""
    cache = Cache(folder)
    for number in range(200):
        cache.set(str(number), b"x" * 2000)
    cache.close()
    path = folder / "cache.db"
    data, page = path.read_bytes(), 4096
    assert len(data) > 50 * page
    path.write_bytes(data[: first_page * page] + b"\x5a" * (len(data) - first_page * page))
    return Cache(folder)


def test_damage__keeps_nobody_from_what_is_built_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache = spoiled(tmp_path / "cache", 20)
    found = [cache.get(str(number)) for number in range(200)]
    assert set(found) <= {None, b"x" * 2000}
    assert None in found
    cache.set("new", SMALL)
    assert (cache.get("new"), cache.num_bytes()) == (None, 0)
    cache.close()
    assert caplog.text.count("is damaged") == 1
    fresh = Cache(tmp_path / "cache")
    fresh.set("new", SMALL)
    assert (fresh.get("new"), fresh.get("0")) == (SMALL, None)
    fresh.close()


def test_opening__what_is_damaged_where_opening_looks_is_emptied(tmp_path: Path) -> None:
    cache = spoiled(tmp_path / "cache", 3)
    cache.set("new", SMALL)
    assert cache.get("new") == SMALL
    cache.close()


def test_opening__what_is_damaged_is_not_emptied_beneath_others(tmp_path: Path) -> None:
    """As of an app, while one of its processes or a command opens the store."""
    running = Cache(tmp_path / "cache")
    (tmp_path / "cache" / DAMAGED).touch()
    beside = Cache(tmp_path / "cache")
    running.set("large", LARGE)
    beside.set("small", SMALL)
    assert running.get("large") == LARGE
    assert (beside.get("large"), beside.get("small"), beside.num_bytes()) == (None, None, 0)
    running.close()
    beside.close()
    fresh = Cache(tmp_path / "cache")
    assert list((tmp_path / "cache").rglob("*.val")) == []
    fresh.set("small", SMALL)
    assert (fresh.get("large"), fresh.get("small")) == (None, SMALL)
    fresh.close()


def test_opening__what_is_damaged_is_emptied_once_by_all_who_come_at_once(tmp_path: Path) -> None:
    spoiled(tmp_path / "cache", 20).close()
    (tmp_path / "cache" / DAMAGED).touch()
    start = threading.Barrier(6)

    def open_it(number: int) -> Cache:
        start.wait()
        cache = Cache(tmp_path / "cache")
        cache.set(f"of {number}", SMALL)
        return cache

    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(open_it, range(6)))
    assert [opened[0].get(f"of {number}") for number in range(6)] == [SMALL] * 6
    for cache in opened:
        cache.close()
