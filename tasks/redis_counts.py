"""Tries counted by all apps of one Redis (store/people/tries.py), by each alone without it."""

import logging
import re
import time
from typing import Any, Final

from redis.exceptions import RedisError

from store.people.tries import WINDOW_S, MemoryCounts, hashed
from tasks.redis_check import connect

LOG: Final = logging.getLogger("lodemap.web")
PREFIX: Final = "lodemap:tries:"
_WHOLE: Final = re.compile(rb"-?\d{1,18}")
"""What a count looks like; whoever may write to Redis may write anything in its place."""
SILENT_S: Final = 5.0
"""How long a Redis that did not answer is not asked again: signing in waits for nobody."""


class RedisCounts:
    """The counts of all apps on one Redis."""

    def __init__(self, broker_url: str) -> None:
        self._client: Any = connect(broker_url)  # redis-py leaves its commands untyped
        self._own = MemoryCounts()
        self._silent_until = 0.0

    def add(self, key: str) -> int:
        """Count one try; here too, so that a Redis that goes away forgets nothing."""
        own = self._own.add(key)
        name = PREFIX + hashed(key)
        answers = self._ask(
            ("set", name, 0, "EX", int(WINDOW_S), "NX"), ("incr", name), ("ttl", name)
        )
        if not answers:
            return own
        if not 0 <= int(answers[2]) <= WINDOW_S:  # not ours: it would lock somebody out for ever
            self._ask(("expire", name, int(WINDOW_S)))
        return max(own, int(answers[1]))

    def num(self, key: str) -> int:
        """Return how many tries there are of a key."""
        own = self._own.num(key)
        answers = self._ask(("get", PREFIX + hashed(key)))
        said = answers[0] if answers else None
        return max(own, int(said)) if said and _WHOLE.fullmatch(said) else own

    def take_back(self, key: str) -> None:
        """Uncount one try."""
        self._own.take_back(key)
        name = PREFIX + hashed(key)
        self._ask(("set", name, 1, "EX", int(WINDOW_S), "NX"), ("decr", name))

    def clear(self, key: str) -> None:
        """Forget all tries of a key."""
        self._own.clear(key)
        self._ask(("del", PREFIX + hashed(key)))

    def _ask(self, *commands: tuple[Any, ...]) -> list[Any]:
        """Return what Redis answers to all commands at once, nothing while it is away."""
        if time.monotonic() < self._silent_until:
            return []
        try:
            with self._client.pipeline(transaction=True) as pipe:
                for command in commands:
                    pipe.execute_command(*command)
                return list(pipe.execute())
        except (RedisError, OSError) as error:
            self._silent_until = time.monotonic() + SILENT_S
            LOG.warning("Tries are counted by this app alone for a while: %s", type(error).__name__)
            return []
