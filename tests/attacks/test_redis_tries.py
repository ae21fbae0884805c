"""T24: whoever has the password of Redis stops nobody from signing in for longer than they try."""

from collections.abc import Iterator

import pytest
from redis import Redis

from store.people.tries import WINDOW_S, hashed
from tasks.redis_counts import PREFIX, RedisCounts

NAME = PREFIX + hashed("a")
GARBAGE = (b"", b"x", b"1.5", b"\xff", b"9" * 400, b"-9" * 9, b"nan", b" 1")


@pytest.fixture
def bare(redis_url: str) -> Iterator[Redis]:
    with Redis.from_url(redis_url) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.mark.parametrize("value", GARBAGE)
def test_counts__that_are_none_break_nothing(value: bytes, redis_url: str, bare: Redis) -> None:
    counts = RedisCounts(redis_url)
    bare.set(NAME, value)
    assert counts.num("a") <= 0
    assert counts.add("a") == 1
    bare.delete(NAME)
    bare.lpush(NAME, value)
    assert counts.num("a") == 1
    assert counts.add("a") == 2


@pytest.mark.parametrize("seconds", [None, 10**6])
def test_counts__that_never_end_do(seconds: int | None, redis_url: str, bare: Redis) -> None:
    """A count without an end, once asked about, lasts as long as any."""
    bare.set(NAME, 10**6, ex=seconds)
    assert RedisCounts(redis_url).add("a") == 10**6 + 1
    left = bare.ttl(NAME)
    assert isinstance(left, int)
    assert 0 < left <= WINDOW_S


def test_counts__below_nothing_give_no_tries(redis_url: str, bare: Redis) -> None:
    """Each app still counts what it sees itself."""
    counts = RedisCounts(redis_url)
    bare.set(NAME, -(10**6), ex=60)
    assert [counts.add("a") for _ in range(3)] == [1, 2, 3]
