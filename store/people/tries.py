"""How often something was tried of late: counted in this process, or by all apps of a database.

A try is counted before it is looked at, so that many at once are counted too. Keys are hashed
before they are kept, because they hold names and addresses.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from typing import Final, Protocol

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from store.queue.lateness import is_from_the_future
from store.sql.database import Database
from store.sql.people_tables import TRY

WINDOW_S: Final = 60.0
"""A count begins with its first try, and is forgotten so long after it."""
MOST_KEYS: Final = 10_000
"""Keys that one process remembers; the ones not heard of longest go first."""


class TryCounts(Protocol):
    """Counts tries by key within a minute."""

    def add(self, key: str) -> int:
        """Count one try; return how many there are of this key, this one too."""

    def num(self, key: str) -> int:
        """Return how many tries there are of a key; counts none."""

    def take_back(self, key: str) -> None:
        """Uncount one try, which was none: nobody guessed."""

    def clear(self, key: str) -> None:
        """Forget all tries of a key."""


class MemoryCounts:
    """The counts of one process."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def add(self, key: str) -> int:
        """Count one try."""
        now = self._now()
        with self._lock:
            num, until = self._known.pop(key, (0, 0.0))
            num, until = (num + 1, until) if now < until else (1, now + WINDOW_S)
            self._known[key] = num, until
            if len(self._known) > MOST_KEYS:
                self._known.popitem(last=False)
        return num

    def num(self, key: str) -> int:
        """Return how many tries there are of a key."""
        with self._lock:
            num, until = self._known.get(key, (0, 0.0))
        return num if self._now() < until else 0

    def take_back(self, key: str) -> None:
        """Uncount one try."""
        with self._lock:
            num, until = self._known.get(key, (0, 0.0))
            if num > 0:
                self._known[key] = num - 1, until

    def clear(self, key: str) -> None:
        """Forget all tries of a key."""
        with self._lock:
            self._known.pop(key, None)


class SqlCounts:
    """The counts of all apps on one PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Count in a database; old rows go with each try."""
        self._database = database

    def add(self, key: str) -> int:
        """Count one try."""
        now, mine = self._database.clock, hashed(key)
        row = insert(TRY).values(key_sha256=mine, num=1, until=now + WINDOW_S)
        one_more = {"num": TRY.c.num + 1}
        counted = row.on_conflict_do_update(index_elements=["key_sha256"], set_=one_more)
        with self._database.write() as connection:
            connection.execute(delete(TRY).where(self._is_over()))
            return int(connection.execute(counted.returning(TRY.c.num)).scalar_one())

    def num(self, key: str) -> int:
        """Return how many tries there are of a key."""
        mine = (TRY.c.key_sha256 == hashed(key)) & ~self._is_over()
        with self._database.read() as connection:
            return connection.scalar(select(TRY.c.num).where(mine)) or 0

    def take_back(self, key: str) -> None:
        """Uncount one try."""
        some = (TRY.c.key_sha256 == hashed(key)) & (TRY.c.num > 0)
        with self._database.write() as connection:
            connection.execute(update(TRY).where(some).values(num=TRY.c.num - 1))

    def clear(self, key: str) -> None:
        """Forget all tries of a key."""
        with self._database.write() as connection:
            connection.execute(delete(TRY).where(TRY.c.key_sha256 == hashed(key)))

    def _is_over(self) -> ColumnElement[bool]:
        """Return whether the minute of a row has ended, or began before the clock was put back."""
        now, until = self._database.clock, TRY.c.until
        return or_(until <= now, is_from_the_future(until - WINDOW_S, now))


def hashed(key: str) -> str:
    """Return what is kept of a key."""
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
