"""A limit on guessing: five tries a minute, whether or not what is guessed at exists."""

from dataclasses import dataclass, field
from typing import Final

from pages.answers import RefusedError
from store.opening import Store
from store.people.tries import MemoryCounts, SqlCounts, TryCounts
from store.settings import Settings
from tasks.redis_counts import RedisCounts

MAX_TRIES: Final = 5


@dataclass
class Tries:
    """Who tried how often of late."""

    words: str = "Too many wrong tries; wait a minute."
    counts: TryCounts = field(default_factory=MemoryCounts)

    def begin(self, key: str, most: int = MAX_TRIES) -> None:
        """Count a try before it is looked at, so that many at once are counted too.

        Args:
            key: Whose and at what, such as an address and a name.
            most: Tries within a minute.

        Raises:
            RefusedError: 429 after so many.
        """
        if self.counts.add(key) > most:
            self.counts.take_back(key)  # it was not looked at
            raise RefusedError(429, "too_many_tries", self.words)

    def take_back(self, key: str) -> None:
        """Uncount the try that was no guess."""
        self.counts.take_back(key)

    def forgive(self, key: str) -> None:
        """Forget the tries of who was right."""
        self.counts.clear(key)


def open_counts(settings: Settings, store: Store) -> TryCounts:
    """Return where all apps that answer for one another count: Redis, else PostgreSQL, else here.

    On SQLite there is one app, so that its memory is enough.
    """
    if settings.broker_url:
        return RedisCounts(settings.broker_url)
    return MemoryCounts() if settings.is_sqlite else SqlCounts(store.database)
