"""Counting tries, in one process or for all apps: one contract on memory, PostgreSQL, Redis."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from store.opening import open_store
from store.people.tries import MOST_KEYS, WINDOW_S, MemoryCounts, SqlCounts, TryCounts
from store.settings import Settings
from tasks.redis_check import connect
from tasks.redis_counts import PREFIX, RedisCounts
from tests.services import fresh_database


@pytest.fixture(params=["memory", "postgresql", "redis"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[TryCounts, TryCounts]]:
    """Two apps that answer for one another; in memory there is only one."""
    if request.param == "memory":
        one = MemoryCounts()
        yield one, one
    elif request.param == "redis":
        url = request.getfixturevalue("redis_url")
        yield RedisCounts(url), RedisCounts(url)
        with connect(url) as client:
            client.flushdb()
    else:
        with fresh_database(request.getfixturevalue("postgres_url")) as url:
            settings = Settings.from_env({}, {"data_dir": tmp_path / "data", "database_url": url})
            with open_store(settings) as store:
                yield store.try_counts(), store.try_counts()


def test_counts__are_one_for_all(pair: tuple[TryCounts, TryCounts]) -> None:
    one, two = pair
    assert [one.add("a"), two.add("a"), one.add("a"), two.add("b")] == [1, 2, 3, 1]
    two.clear("a")
    one.clear("a")
    assert one.add("a") == 1


def test_take_back__is_as_if_it_had_not_been(pair: tuple[TryCounts, TryCounts]) -> None:
    one, _ = pair
    one.take_back("never")
    assert one.add("never") == 1
    one.add("a")
    one.add("a")
    one.take_back("a")
    assert one.add("a") == 2


def test_num__counts_none(pair: tuple[TryCounts, TryCounts]) -> None:
    one, two = pair
    one.add("a")
    two.add("a")
    assert [one.num("a"), two.num("a"), one.num("b"), one.num("a")] == [2, 2, 0, 2]
    one.take_back("a")
    assert one.add("a") == 2


def test_add__many_at_once_are_all_counted(pair: tuple[TryCounts, TryCounts]) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda n: pair[n % 2].add("a"), range(24)))
    assert sorted(found)[-1] == 24
    assert sum(each <= 5 for each in found) <= 5


def test_memory__a_minute_after_the_first_it_begins_anew() -> None:
    clock = [0.0]
    counts = MemoryCounts(lambda: clock[0])
    assert [counts.add("a"), counts.add("a")] == [1, 2]
    clock[0] = WINDOW_S - 0.1
    assert counts.add("a") == 3
    clock[0] = WINDOW_S
    assert counts.num("a") == 0
    assert counts.add("a") == 1


def test_memory__does_not_grow_without_end() -> None:
    counts = MemoryCounts()
    for n in range(MOST_KEYS + 50):
        counts.add(str(n))
    assert len(counts._known) == MOST_KEYS


def test_postgresql__a_minute_ends_and_no_name_is_kept(postgres_url: str, tmp_path: Path) -> None:
    with fresh_database(postgres_url) as url:
        settings = Settings.from_env({}, {"data_dir": tmp_path / "data", "database_url": url})
        with open_store(settings) as store:
            counts = SqlCounts(store.database)
            assert counts.add("10.0.0.1 ada") == 1
            with psycopg.connect(url, autocommit=True) as connection:
                assert "ada" not in str(connection.execute("SELECT * FROM lodemap_try").fetchall())
                connection.execute("UPDATE lodemap_try SET until = until - 61")
                assert counts.add("10.0.0.1 ada") == 1
                # the clock was put back by an hour since
                connection.execute("UPDATE lodemap_try SET until = until + 3600")
            assert counts.num("10.0.0.1 ada") == 0
            assert counts.add("10.0.0.1 ada") == 1


def test_redis__keeps_no_name_and_forgets_by_itself(redis_url: str) -> None:
    RedisCounts(redis_url).add("10.0.0.1 ada")
    with connect(redis_url) as client:
        (key,) = client.keys("*")
        assert key.startswith(PREFIX.encode())
        assert b"ada" not in key
        assert 0 < client.ttl(key) <= WINDOW_S
        client.flushdb()


def test_redis__that_is_away_leaves_each_app_its_own_count(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counts = RedisCounts("redis://127.0.0.1:1/0")
    assert [counts.add("a") for _ in range(6)] == [1, 2, 3, 4, 5, 6]
    counts.clear("a")
    assert counts.add("a") == 1
    assert len(caplog.records) == 1, "told of once, and not asked again for a while"
