"""Doing what looks after others, whatever comes of it.

The one place with a broad `except` (tests/test_architecture.py). A thread or a task of that kind,
ended by an error that nobody foresaw, would be missed by nobody until runs wait for ever or pages
hear nothing, while the next round may go well. So every kind of error is said in the log, once
until a round goes well.
"""

import logging
from collections.abc import Callable

from ml.errors import LodemapError

logger = logging.getLogger(__name__)


class Endurance:
    """Does what may fail in any way, and says so once for each kind of failure."""

    def __init__(self, complaint: str) -> None:
        """Take what to say: a sentence without its full stop."""
        self._complaint = complaint
        self._told: set[str] = set()
        self.num_failed = 0
        """Failures in a row that nobody foresaw."""

    def do(self, act: Callable[[], object]) -> bool:
        """Do something; return whether it went well."""
        try:
            act()
        except LodemapError as error:  # such as a database that is away: foreseen, and soon over
            self.num_failed = 0
            self._tell(error.code, f"{self._complaint}: {error.sentence}", None)
        except Exception as error:  # noqa: BLE001
            self.num_failed += 1
            words = f"{self._complaint}; an error that nobody foresaw. It is tried again."
            self._tell(type(error).__qualname__, words, error)
        else:
            self.num_failed = 0
            self._told.clear()
            return True
        return False

    def _tell(self, kind: str, words: str, error: Exception | None) -> None:
        if kind in self._told:
            return
        self._told.add(kind)
        if error is None:
            logger.warning("%s", words)
        else:
            logger.error("%s", words, exc_info=error)
