"""A limit on how much one person asks for: whoever floods the app slows down nobody else.

A token bucket each for reading, for writing and for files (docs/security.md, T19). Opening the
largest page asks 23 times and posts two callbacks; one whose run is being trained reads about 14
times a second, and a hand writes twice. What comes at once holds eight such pages. Whoever asks
for more waits: a browser asks over six connections, so that it is slowed down and never refused.
Only a crowd of requests, more than could be due within a few seconds, is answered 429.

Of all that is due, a few of one person are worked on at a time; what others ask is between them.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.answers import RefusedError, answer_for
from pages.auth.doors import NEW
from pages.closing import LATER
from pages.middleware.turns import Turn, Turns, Way
from pages.session import network_of

MOST_ASKERS: Final = 10_000
"""Askers that are remembered; the ones not heard of longest go first."""
FILES: Final = ("/assets/", "/bootstrap/", "/_dash-component-suites/")
"""Beginnings of the paths of files, which cost little and which a page cannot do without."""
MOST_WAIT_S: Final = 5.0
"""How long a request waits for its turn at most; a page gives up after 15."""
MOST_WAIT_FOR_FILE_S: Final = 30.0
WAITED_S: Final = "waited_s"
"""Under this the state of a connection says how long it waited for its turn."""
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Rate:
    """How often something may be done."""

    per_s: float
    """In the long run."""
    at_once: float
    """After a rest."""
    most_wait_s: float = MOST_WAIT_S
    """What is due later than that is refused."""


@dataclass(frozen=True)
class Rates:
    """How often one person may do what, by the setting `requests_per_s`."""

    reading: Rate
    writing: Rate
    files: Rate

    @classmethod
    def of(cls, requests_per_s: int) -> "Rates":
        """Return the rates; a page has about a hundred files."""
        n = requests_per_s
        return cls(
            Rate(n, 5 * n), Rate(0.3 * n, 1.5 * n), Rate(4 * n, 20 * n, MOST_WAIT_FOR_FILE_S)
        )


class Buckets:
    """What each asker has left of a rate."""

    def __init__(self, rate: Rate, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._now = now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, asker: str) -> tuple[bool, float]:
        """Take one.

        Returns:
            Whether there is one within the wait, and the seconds after which it is due; where there
            is none, nothing is taken, and these are the seconds after which there is one at once.
        """
        rate, now = self._rate, self._now()
        left, since = self._left.pop(asker, (rate.at_once, now))
        left = min(rate.at_once, left + (now - since) * rate.per_s)
        wait_s = max(0.0, (1 - left) / rate.per_s)
        is_taken = wait_s <= rate.most_wait_s
        self._left[asker] = (left - is_taken, now)
        if len(self._left) > MOST_ASKERS:
            self._left.popitem(last=False)
        return is_taken, wait_s


class Pace:
    """ASGI layer behind the gate: who asks for much waits, who asks for too much is told so."""

    def __init__(self, app: ASGIApp, requests_per_s: int) -> None:
        """Stand in front of `app`; 0 requests a second set no limit."""
        self._app = app
        self._is_on = requests_per_s > 0
        rates = Rates.of(requests_per_s)
        self._reads, self._writes, self._files = map(
            Buckets, (rates.reading, rates.writing, rates.files)
        )
        self._turns = Turns()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if self._is_on and scope["type"] in ("http", "websocket"):
            await self.slow_down(self._app, asker_of(scope), scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def slow_down(
        self, app: ASGIApp, asker: str, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Let `app` answer a request, or a handshake, once it is due."""
        if not self._is_on:
            await app(scope, receive, send)
            return
        since_s = time.monotonic()
        is_taken, wait_s = self._buckets_of(scope).take(asker)
        if not is_taken:
            await _refuse(wait_s, scope, receive, send)
            return
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        scope["state"][WAITED_S] = time.monotonic() - since_s

        async def take() -> Turn:
            began_s = time.monotonic()
            turn = await self._turns.take(asker)
            scope["state"][WAITED_S] += time.monotonic() - began_s
            return turn

        way = Way(take, None if _has_more_to_come(scope) else await take())
        try:
            await app(scope, way.receiving(receive), way.answering(send))
        finally:
            way.end()

    def _buckets_of(self, scope: Scope) -> Buckets:
        if scope.get("method", "GET") not in _READING:
            return self._writes
        return self._files if scope["path"].startswith(FILES) else self._reads


async def _refuse(wait_s: float, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": LATER})
        return
    seconds = max(1, round(wait_s))
    said = RefusedError(
        429, "too_many_requests", f"This browser asks for too much at once; wait {seconds} s."
    )
    answer = answer_for(scope, said)
    answer.headers["retry-after"] = str(seconds)
    await answer(scope, receive, send)


def _has_more_to_come(scope: Scope) -> bool:
    """Whether there is a body, which may be long under way, or the connection stays open."""
    if scope["type"] == "websocket":
        return True
    headers: Any = Headers(scope=scope)
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def asker_of(scope: Scope) -> str:
    """Return who is counted: the browser by its session, else the address it asks from.

    Whoever sends no cookie back gets a new session each time, and is known by the address alone; of
    IPv6 by its first half, because one person has all the addresses of it.
    """
    author_id: str = scope["state"]["session"].author_id
    if author_id and not scope["state"].get(NEW):
        return author_id
    return f"from {network_of(scope)}"
