"""What is known of the tokens that browsers show, so that the database is seldom asked.

Whoever makes up tokens is kept from it: what was found to be nobody's stays so, because tokens are
random and never given again; and of tokens that were never heard of here, each address may show a
few a minute. What comes on top of that is looked up one after another, slowly: who sits behind the
same address as a flood still comes in.
"""

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from pages.answers import RefusedError
from pages.auth.tries import Tries
from pages.session import Session
from store.people.people import hash_of
from store.people.tries import MemoryCounts

KNOWN_S: Final = 1.0
"""How long an answer of the database is taken for true: so late a sign-in ends everywhere."""
MOST_KNOWN: Final = 10_000
"""Sign-ins, and tokens of nobody, that are remembered; those not heard of longest go first."""
MOST_UNKNOWN: Final = 120
"""Tokens a minute that an address may show and nobody was ever given, before it waits for a turn.
All tabs of a browser show the same one: a whole office whose sign-ins have ended fits in."""
TURN_S: Final = 0.05
"""From one turn to the next: twenty look-ups a second cost a database nothing."""
MOST_IN_LINE: Final = 20
"""Requests that wait for a turn: each then has its answer within a second or two."""
WORDS: Final = "Too many sign-ins from your address have ended; wait a minute, or sign in anew."


class KnownSignIns:
    """Sessions by token; tokens themselves are not kept."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._sessions: OrderedDict[str, tuple[float, Session | None]] = OrderedDict()
        self._nobodys: OrderedDict[str, None] = OrderedDict()
        # of this process alone: asking a database would cost what it is there to save
        self._tries = Tries(WORDS, MemoryCounts(now))

    def look(self, token: str) -> tuple[bool, Session | None]:
        """Return whether it is known what a token stands for, and what."""
        key = hash_of(token)
        with self._lock:
            until, session = self._sessions.get(key, (0.0, None))
            return key in self._nobodys or until > self._now(), session

    def begin(self, token: str, address: str) -> bool:
        """Count a token that is about to be looked up, unless it was somebody's a moment ago.

        Returns:
            Whether it was counted: where it is somebody's, `take_back` uncounts it.

        Raises:
            RefusedError: 429 after too many from one address.
        """
        is_new = not self.is_of_somebody(token)
        if is_new:
            self._tries.begin(address, MOST_UNKNOWN)
        return is_new

    def hear_of(self, token: str) -> None:
        """Remember that a token was given out: it is looked up, and is no flood."""
        with self._lock:
            self._sessions[hash_of(token)] = 0.0, None
            shorten(self._sessions)

    def take_back(self, address: str) -> None:
        """Uncount a token that turned out to be somebody's."""
        self._tries.take_back(address)

    def is_of_somebody(self, token: str) -> bool:
        """Whether a token was ever given out, as far as is remembered."""
        return hash_of(token) in self._sessions

    def keep(self, token: str, session: Session | None) -> None:
        """Remember whose a token is; None where nobody vouches for them at this moment."""
        key = hash_of(token)
        with self._lock:
            self._sessions.pop(key, None)
            if key not in self._nobodys:  # it may have ended while it was looked up
                self._sessions[key] = self._now() + KNOWN_S, session
                shorten(self._sessions)

    def end(self, token: str) -> None:
        """Remember that a token is nobody's, and never will be."""
        key = hash_of(token)
        with self._lock:
            self._sessions.pop(key, None)
            self._nobodys[key] = None
            shorten(self._nobodys)

    def forget(self) -> None:
        """Ask the database again who everybody is and what they see."""
        with self._lock:
            for key, (_, session) in self._sessions.items():
                self._sessions[key] = 0.0, session


class Turns:
    """Who shows one of too many tokens waits here, whoever they are."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._num_in_line = 0

    @asynccontextmanager
    async def wait(self) -> AsyncIterator[None]:
        """Run the block when it is one's turn.

        Raises:
            RefusedError: 429 where too many wait.
        """
        if self._num_in_line >= MOST_IN_LINE:
            raise RefusedError(429, "too_many_tries", WORDS)
        self._num_in_line += 1
        try:
            async with self._lock:
                yield
                await asyncio.sleep(TURN_S)
        finally:
            self._num_in_line -= 1


def shorten(known: OrderedDict[str, Any]) -> None:
    """Let go of the oldest where there are too many."""
    if len(known) > MOST_KNOWN:
        known.popitem(last=False)
