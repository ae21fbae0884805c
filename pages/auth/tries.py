"""A limit on guessing: five tries a minute, whether or not what is guessed at exists."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pages.answers import RefusedError

MAX_TRIES: Final = 5
TRIES_WINDOW_S: Final = 60.0
MOST_KEYS: Final = 10_000
"""Askers that are remembered; the ones not heard of longest go first."""


@dataclass
class Tries:
    """Who tried how often of late."""

    words: str = "Too many wrong tries; wait a minute."
    now: Callable[[], float] = time.monotonic
    _tried: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)

    def begin(self, key: str) -> None:
        """Count a try before it is looked at, so that many at once are counted too.

        Args:
            key: Whose and at what, such as an address and a name.

        Raises:
            RefusedError: 429 after five within a minute.
        """
        tried = self._tried.setdefault(key, deque(maxlen=MAX_TRIES))
        self._tried.move_to_end(key)
        if len(self._tried) > MOST_KEYS:
            self._tried.popitem(last=False)
        if len(tried) == MAX_TRIES and self.now() - tried[0] < TRIES_WINDOW_S:
            raise RefusedError(429, "too_many_tries", self.words)
        tried.append(self.now())

    def forgive(self, key: str) -> None:
        """Forget the tries of who was right."""
        self._tried.pop(key, None)
