"""What apps tell each other: while their database is away, and when others speak on the channel."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psycopg
import pytest
from sqlalchemy.engine import make_url

from benchmarks.served import free_port
from store.sql import exchange as exchange_module
from store.sql.exchange import (
    CHANNEL,
    MOST_PARTS,
    PART,
    Joiner,
    LocalExchange,
    Message,
    PostgresExchange,
)
from tests.patience import PATIENCE
from tests.services import fresh_database

FOREIGN = ["", "x", "a:b", "a:b:c", "a:0/x:c", "a:0/0:{}", "1-1:0/1:no json", "1-2:0/1:[]",
           "1-3:1/2:late", "1-4:0/999999:long", "1-5:0/2:left", "{}", "1-6:0/1:"]  # fmt: skip
"""What another program may say on the channel."""
BIG = {"do": "dance", "text": "a" * (3 * PART)}


def test_say__keeps_nothing_while_the_database_is_away() -> None:
    """It may be away for hours, while hands point twenty times a second."""

    async def speak() -> None:
        exchange = PostgresExchange(f"postgresql://nobody@127.0.0.1:{free_port()}/none")
        exchange.open(lambda _: None, lambda: None)
        for nth in range(1000):
            exchange.say({"do": "point", "nth": nth})
            await asyncio.sleep(0)
        assert not exchange._waiting

    asyncio.run(speak())


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[tuple[PostgresExchange, list[Message], list[int]]]:
    """Yield an exchange that listens, what it hears, and an entry for each time it began."""
    exchange, heard, begun = PostgresExchange(url), list[Message](), list[int]()

    def hear(message: Message) -> None:
        heard.append({"do": message["do"], **message})

    exchange.open(hear, lambda: begun.append(1))
    await until(lambda: bool(begun))
    yield exchange, heard, begun


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20 * PATIENCE):
        while not is_so():
            await asyncio.sleep(0.01)


def test_open__by_what_the_engine_reads_in_the_address(postgres_url: str) -> None:
    """A password with a space, and the first of two hosts: the last one was all that was left."""

    async def join(url: str) -> None:
        async with opened(url) as (exchange, heard, _):
            exchange.say(BIG)
            await until(lambda: heard == [BIG])

    with fresh_database(postgres_url) as made:
        url = make_url(made)
        hosts = f"host=127.0.0.1:{url.port}&host=127.0.0.1:{free_port()}"
        asyncio.run(join(f"postgresql+psycopg://lodemap:correct%20horse@/{url.database}?{hosts}"))


def test_run__tells_no_password(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise psycopg.ProgrammingError('unexpected spaces found in "correct horse"')

    async def fail() -> None:
        exchange = PostgresExchange("postgresql+psycopg://u:correct%20horse@127.0.0.1/none")
        exchange.open(lambda _: None, lambda: None)
        await until(lambda: bool(caplog.records))

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", refuse)
    asyncio.run(fail())
    assert "ProgrammingError" in caplog.text
    assert "horse" not in caplog.text


def test_listen__goes_on_after_what_other_programs_say(postgres_url: str) -> None:
    async def hear_them(url: str) -> None:
        async with opened(url) as (exchange, heard, begun):
            with psycopg.connect(url, autocommit=True) as other:
                for payload in FOREIGN:
                    other.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))
            exchange.say(BIG)
            await until(lambda: BIG in heard)
            assert (heard, begun) == ([BIG], [1])

    with fresh_database(postgres_url) as url:
        asyncio.run(hear_them(url))


def test_run__begins_anew_after_an_error_nobody_foresaw(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_module, "PAUSES_S", (0.01,))

    async def stumble(url: str) -> None:
        async with opened(url) as (exchange, heard, begun):
            exchange.say({"do": object()})  # no JSON
            await until(lambda: len(begun) == 2)
            exchange.say(BIG)
            await until(lambda: heard == [BIG])

    with fresh_database(postgres_url) as url:
        asyncio.run(stumble(url))


def test_answers__only_while_what_is_told_comes_back(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask(url: str) -> None:
        async with opened(url) as (exchange, heard, _):
            assert await exchange.answers()
            assert not heard, "nobody else is told"
            with psycopg.connect(url, autocommit=True) as other:
                found = other.execute(
                    "SELECT pid FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                ).fetchall()
                hanging = [pid for (pid,) in found]
            monkeypatch.setattr(exchange_module, "ECHO_S", 0.2)
            try:
                for pid in hanging:
                    os.kill(pid, signal.SIGSTOP)
                assert not await exchange.answers()
            finally:
                for pid in hanging:
                    os.kill(pid, signal.SIGCONT)
            monkeypatch.setattr(exchange_module, "ECHO_S", 20.0)
            assert await exchange.answers()

    with fresh_database(postgres_url) as url:
        asyncio.run(ask(url))


def test_answers__not_where_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange_module, "ECHO_S", 0.1)

    async def ask() -> None:
        exchange = PostgresExchange(f"postgresql://nobody@127.0.0.1:{free_port()}/none")
        exchange.open(lambda _: None, lambda: None)
        assert not await exchange.answers()
        assert await LocalExchange().answers()

    asyncio.run(ask())


def test_joiner__keeps_one_unfinished_message_at_most() -> None:
    joiner = Joiner()
    for nth in range(100):
        assert joiner.take(f"a-{nth}:0/2:text") is None
    assert len(joiner._parts) == 1
    assert joiner.take("a-99:1/2: and more") == "text and more"
    text = json.dumps(BIG)
    for nth in range(MOST_PARTS + 1):
        assert joiner.take(f"b-1:{nth}/{MOST_PARTS + 1}:{text}") is None
    assert not joiner._parts
