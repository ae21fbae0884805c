"""What the apps of one database tell each other at once, and nobody keeps.

Everybody hears everything in one order, their own messages too: apps that apply what they hear to
the same values hold the same values. On SQLite there is one app, and the order is that of its event
loop. On PostgreSQL it is the order of commits, by NOTIFY: no table, no dead rows at twenty views a
second, nothing to clean up after a crash.
"""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count
from typing import Any, Final, Protocol
from uuid import uuid4

import psycopg
from psycopg import AsyncConnection, ProgrammingError
from sqlalchemy.engine import make_url

from store.endurance import Endurance
from store.postgres_url import parameters
from store.settings import Settings

LOG: Final = logging.getLogger("lodemap.exchange")
CHANNEL: Final = "lodemap_rooms"
PART: Final = 7600
"""Characters of one NOTIFY; PostgreSQL takes less than 8,000 bytes."""
MOST_PARTS: Final = 4096
"""Of one message; 31 MB."""
_NOTICE: Final = re.compile(r"([0-9a-f]+-[0-9]+):([0-9]{1,6})/([0-9]{1,6}):(.*)", re.DOTALL)
"""A part: its message's name, its place, the number of parts, text."""
PAUSES_S: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Between two tries to reach the database; the last one again and again."""
ECHO_S: float = 2.0
"""How long what this app tells may take to come back to it."""
_OPTIONS: Final = {
    "connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
    "options": "-c synchronous_commit=off -c statement_timeout=10s",
}  # fmt: skip

Message = Mapping[str, Any]
"""What is told; JSON can write it."""


class Exchange(Protocol):
    """Tells all apps of a database, this one too."""

    is_shared: bool
    """Whether other apps may be listening."""

    def open(self, hear: Callable[[Message], None], on_open: Callable[[], None]) -> None:
        """Begin to listen; call inside a running event loop, once.

        Args:
            hear: Gets each message, on the event loop.
            on_open: Called whenever the exchange has begun, or begun anew: what anybody said
                before, this app too, was missed.
        """

    def say(self, message: Message, slot: str = "") -> None:
        """Tell a message; one that still waits in the same slot is replaced by it."""

    async def answers(self) -> bool:
        """Whether what this app tells comes back to it, in two seconds; open it before."""


def open_exchange(settings: Settings) -> Exchange:
    """Return the exchange of a database."""
    return LocalExchange() if settings.is_sqlite else PostgresExchange(settings.database_url)


class LocalExchange:
    """The exchange of the only app there is."""

    is_shared = False

    def open(self, hear: Callable[[Message], None], on_open: Callable[[], None]) -> None:
        """Begin to listen."""
        self._hear = hear
        self._loop = asyncio.get_running_loop()
        on_open()

    def say(self, message: Message, slot: str = "") -> None:  # noqa: ARG002
        """Tell a message."""
        self._loop.call_soon(self._hear, message)

    async def answers(self) -> bool:
        """Whether what is told comes back: nothing lies between."""
        return True


class PostgresExchange:
    """The exchange of all apps on one PostgreSQL."""

    is_shared = True

    def __init__(self, database_url: str) -> None:
        named = parameters(make_url(database_url))
        self._named: dict[str, Any] = {**named, **_OPTIONS, "autocommit": True}
        self._opened = asyncio.Event()
        self._echoes: dict[str, asyncio.Event] = {}
        """What is told to hear whether it comes back; others pass it over."""
        self._waiting: dict[str, Message] = {}
        """By slot, what is told next; nothing while the database is away, for `on_open` says it."""
        self._count = count()
        self._stirred = asyncio.Event()
        self._host = uuid4().hex[:8]
        self._endurance = Endurance("What another app said was not taken in")
        self._ends = Endurance("Rooms are cut off from the other apps")

    def open(self, hear: Callable[[Message], None], on_open: Callable[[], None]) -> None:
        """Begin to listen, and go on until the event loop ends."""
        self._hear, self._on_open = hear, on_open
        self._begin()

    def say(self, message: Message, slot: str = "") -> None:
        """Tell a message."""
        if not self._opened.is_set():
            return
        key = slot or f"#{next(self._count)}"
        self._waiting.pop(key, None)
        self._waiting[key] = message
        self._stirred.set()

    async def answers(self) -> bool:
        """Whether what this app tells comes back to it, in two seconds."""
        name = f"{self._host}-{next(self._count)}"
        heard = self._echoes[name] = asyncio.Event()
        try:
            async with asyncio.timeout(ECHO_S):
                await self._opened.wait()
                self._stirred.set()
                await heard.wait()
        except TimeoutError:
            return False
        finally:
            del self._echoes[name]
        return True

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(self._begin_anew)

    def _begin_anew(self, ended: asyncio.Task[None]) -> None:
        """An error that nobody foresaw ends the task, and costs no more than a pause."""
        if ended.cancelled():  # the event loop ends
            return
        self._opened.clear()
        self._waiting.clear()
        self._ends.do(ended.result)
        ended.get_loop().call_later(PAUSES_S[-1], self._begin)

    async def _run(self) -> None:
        pause = 0
        while True:
            try:
                async with await self._connect() as ear, await self._connect() as mouth:
                    await ear.execute(f"LISTEN {CHANNEL}")
                    pause = 0
                    self._opened.set()
                    self._on_open()
                    async with asyncio.TaskGroup() as group:
                        group.create_task(self._listen(ear))
                        group.create_task(self._speak(mouth))
            except* (psycopg.Error, OSError) as errors:
                error = errors.exceptions[0]
                # what psycopg says of an address it cannot read may quote the password
                words = type(error).__name__ if isinstance(error, ProgrammingError) else error
                LOG.warning("Rooms are cut off from the other apps: %s", words)
            self._opened.clear()
            self._waiting.clear()
            await asyncio.sleep(PAUSES_S[pause])
            pause = min(pause + 1, len(PAUSES_S) - 1)

    async def _connect(self) -> AsyncConnection[Any]:
        return await AsyncConnection.connect(**self._named)

    async def _speak(self, connection: AsyncConnection[Any]) -> None:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            parts = [part for each in self._waiting.values() for part in self._cut(each)]
            parts += self._echoes
            self._waiting.clear()
            # one statement: its parts are heard one after the other
            await connection.execute(
                "SELECT pg_notify(%s, part) FROM unnest(%s::text[]) AS part", (CHANNEL, parts)
            )

    async def _listen(self, connection: AsyncConnection[Any]) -> None:
        joiner = Joiner()
        async for notice in connection.notifies():
            if (echo := self._echoes.get(notice.payload)) is not None:
                echo.set()
            whole = joiner.take(notice.payload)
            if whole is not None:
                self._endurance.do(partial(self._take_in, whole))

    def _take_in(self, text: str) -> None:
        self._hear(json.loads(text))

    def _cut(self, message: Message) -> Iterator[str]:
        text = json.dumps(message)  # ASCII: a character is a byte
        name, num_parts = f"{self._host}-{next(self._count)}", -(-len(text) // PART)
        for nth in range(num_parts):
            # numbered, because PostgreSQL drops a notice that equals one of the same transaction
            yield f"{name}:{nth}/{num_parts}:{text[nth * PART : (nth + 1) * PART]}"


class Joiner:
    """Puts the parts of messages together again.

    The parts of a message are heard one after the other, so what is unfinished when another begins
    stays so: no more than one is kept.
    """

    def __init__(self) -> None:
        self._name = ""
        self._parts: list[str] = []

    def take(self, notice: str) -> str | None:
        """Return the whole text once its last part has come.

        Whoever reaches the database may say anything on the channel: what is no part, or not the
        next one, is passed over.

        Args:
            notice: `name:nth/number of parts:text`.
        """
        part = _NOTICE.fullmatch(notice)
        if part is None:
            return None
        name, nth, num_parts, text = part[1], int(part[2]), int(part[3]), part[4]
        if nth == 0:
            self._name, self._parts = name, []
        if name != self._name or nth != len(self._parts) or not nth < num_parts <= MOST_PARTS:
            return None
        self._parts.append(text)
        if nth + 1 < num_parts:
            return None
        whole, self._name, self._parts = "".join(self._parts), "", []
        return whole
