"""A limit on how much one browser asks for: whoever floods the app slows down nobody else.

A token bucket each for reading and for writing (reliability.md, T19). A page in use reads about
four times and writes twice a second; fast scrubbing and a hand that names quickly fit in what may
come at once.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from pages.answers import RefusedError, answer_for
from pages.auth.doors import NEW
from pages.session import network_of

MOST_ASKERS: Final = 10_000
"""Askers that are remembered; the ones not heard of longest go first."""
FREE: Final = ("/assets/", "/bootstrap/", "/_dash-component-suites/")
"""Beginnings of paths that cost next to nothing, or must always answer."""
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Rate:
    """How often something may be done."""

    per_s: float
    """In the long run."""
    at_once: float
    """After a rest."""


def rates(requests_per_s: int) -> tuple[Rate, Rate]:
    """Return how often one browser may read and write, by the setting of that name."""
    n = requests_per_s
    return Rate(per_s=n, at_once=10 * n), Rate(per_s=0.3 * n, at_once=6 * n)


class Buckets:
    """What each asker has left of a rate."""

    def __init__(self, rate: Rate, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._now = now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, asker: str) -> float:
        """Take one; return 0, or the seconds after which there is one where there is none left."""
        now = self._now()
        left, since = self._left.pop(asker, (self._rate.at_once, now))
        left = min(self._rate.at_once, left + (now - since) * self._rate.per_s)
        is_taken = left >= 1
        self._left[asker] = (left - is_taken, now)
        if len(self._left) > MOST_ASKERS:
            self._left.popitem(last=False)
        return 0.0 if is_taken else (1 - left) / self._rate.per_s


class Pace:
    """ASGI layer behind the gate: answers 429 to a browser that asks for too much."""

    def __init__(self, app: ASGIApp, requests_per_s: int) -> None:
        """Stand in front of `app`; 0 requests a second set no limit."""
        self._app = app
        self._is_on = requests_per_s > 0
        self._reads, self._writes = map(Buckets, rates(requests_per_s))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if not self._is_on or scope["type"] != "http" or scope["path"].startswith(FREE):
            await self._app(scope, receive, send)
            return
        buckets = self._reads if scope["method"] in _READING else self._writes
        wait_s = buckets.take(asker_of(scope))
        if wait_s == 0:
            await self._app(scope, receive, send)
            return
        refused = RefusedError(
            429, "too_many_requests", "This browser asks for too much at once; wait a moment."
        )
        answer = answer_for(scope, refused)
        answer.headers["retry-after"] = str(max(1, round(wait_s)))
        await answer(scope, receive, send)


def asker_of(scope: Scope) -> str:
    """Return who is counted: the browser by its session, else the address it asks from.

    Whoever sends no cookie back gets a new session each time, and is known by the address alone; of
    IPv6 by its first half, because one person has all the addresses of it.
    """
    author_id: str = scope["state"]["session"].author_id
    if author_id and not scope["state"].get(NEW):
        return author_id
    return f"from {network_of(scope)}"
