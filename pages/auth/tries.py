"""A limit on guessing: five tries a minute, whether or not what is guessed at exists."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from pages.answers import RefusedError
from store.opening import Store
from store.people.tries import MemoryCounts, TryCounts
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

    @contextmanager
    def counted(self, limits: Mapping[str, int], wrong: type[Exception]) -> Iterator[None]:
        """Count a try before the block looks at it, so that of many at once few are looked at.

        Args:
            limits: Tries within a minute, by key.
            wrong: What the block raises where it was a wrong guess; all else uncounts it.

        Raises:
            RefusedError: 429 after so many.
        """
        begun: list[str] = []
        try:
            for key, most in limits.items():
                self.begin(key, most)
                begun.append(key)
            yield
        except wrong:
            begun.clear()
            raise
        finally:
            for key in begun:
                self.take_back(key)

    @contextmanager
    def counted_after(self, limits: Mapping[str, int], wrong: type[Exception]) -> Iterator[None]:
        """Count a try once the block found it wrong, so that many right ones at once are no flood.

        Of wrong ones at once, as many are looked at as there are threads: only for what is far too
        long to be guessed.

        Args:
            limits: Wrong tries within a minute, by key.
            wrong: What the block raises where it was a wrong guess.

        Raises:
            RefusedError: 429 after so many.
        """
        for key, most in limits.items():
            if self.counts.num(key) >= most:
                raise RefusedError(429, "too_many_tries", self.words)
        try:
            yield
        except wrong:
            for key, most in limits.items():
                self.begin(key, most)
            raise

    def take_back(self, key: str) -> None:
        """Uncount the try that was no guess."""
        self.counts.take_back(key)

    def forgive(self, key: str) -> None:
        """Forget the tries of who was right."""
        self.counts.clear(key)


def open_counts(settings: Settings, store: Store) -> TryCounts:
    """Return where all apps that answer for one another count: Redis, else where the store says."""
    return RedisCounts(settings.broker_url) if settings.broker_url else store.try_counts()
