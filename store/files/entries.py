"""The rows and files of the cache: bytes only, and those not asked for the longest make room."""

import logging
import time
from pathlib import Path
from typing import Any, Final

import diskcache

from ml.errors import InvalidInputError

LOG: Final = logging.getLogger(__name__)
RAW_OR_FILE: Final = frozenset({1, 2})
"""diskcache's modes for plain bytes: in the row, or in a file of their own."""
USE_NOTED_S: Final = 60.0
"""How old the note of an entry's last use may be: a write for each read would be too many."""


class TamperedEntryError(Exception):
    """A cache entry is not one this program writes."""


class BytesDisk(diskcache.Disk):  # type: ignore[misc]
    """Keys are text and values bytes; nothing read from the disk is ever executed."""

    def put(self, key: Any) -> tuple[str, bool]:
        """Turn a key into a column."""
        if not isinstance(key, str):
            raise InvalidInputError("A cache key must be text.")
        return key, True

    def get(self, key: Any, raw: Any) -> str:
        """Turn a column back into a key; a pickled one is refused unread."""
        if not raw or not isinstance(key, str):
            raise TamperedEntryError("a pickled key")
        return key

    def store(self, value: Any, read: bool, key: Any = diskcache.UNKNOWN) -> Any:
        """Save bytes."""
        if read or not isinstance(value, bytes):
            raise InvalidInputError("The cache holds bytes only.")
        return super().store(value, False, key)

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> bytes:
        """Return bytes; any other mode, and a file outside the folder, are refused unread."""
        if read or mode not in RAW_OR_FILE or (filename is None) != (mode == 1):
            raise TamperedEntryError(f"mode {mode}")
        if filename is not None:
            self._confined(filename)
        data = super().fetch(mode, filename, value, False)
        if not isinstance(data, bytes):
            raise TamperedEntryError("no bytes")
        return data

    def remove(self, file_path: str) -> None:
        """Remove a file of the cache, never one outside its folder."""
        self._confined(file_path)
        super().remove(file_path)

    def _confined(self, filename: str) -> None:
        root = Path(self._directory).resolve()
        if not (root / filename).resolve().is_relative_to(root) or not filename.endswith(".val"):
            raise TamperedEntryError("a file outside the cache")


class Entries(diskcache.Cache):  # type: ignore[misc]
    """diskcache's table, whose `store_time` also says when an entry was last of use.

    diskcache's own eviction takes ten entries at most after each one stored, however large that is;
    and its policy that knows of use writes at each read, in a transaction that others wait for.
    """

    def note_use(self, key: str) -> None:
        """Note that an entry was asked for, where the note of that is older than a minute."""
        now = time.time()
        old = "key = ? AND raw = 1 AND store_time < ?"
        values = (key, now - USE_NOTED_S)
        if self._sql(f"SELECT 1 FROM Cache WHERE {old}", values).fetchall():
            self._sql(f"UPDATE Cache SET store_time = ? WHERE {old}", (now, *values))

    def make_room(self) -> None:
        """Remove what was not asked for the longest, until all is within the limit.

        Raises:
            Timeout: others hold the database.
        """
        while (excess := self.volume() - self.size_limit) > 0 and (gone := self._leave(excess)):
            for name in gone:
                self._remove(name)

    def _leave(self, excess: int) -> list[str | None]:
        """Remove the rows that hold so many bytes; return their files, None of what had none."""
        order, sizes = "FROM Cache ORDER BY store_time, rowid", "size + ifnull(length(value), 0)"
        gone: list[str | None] = []
        with self.transact():
            for name, size in self._sql(f"SELECT filename, {sizes} {order}"):
                gone.append(name)
                excess -= size
                if excess <= 0:
                    break
            oldest = f"SELECT rowid {order} LIMIT ?"
            self._sql(f"DELETE FROM Cache WHERE rowid IN ({oldest})", (len(gone),))
        return gone

    def _remove(self, name: str | None) -> None:
        if name is None:
            return
        try:
            self.disk.remove(name)
        except TamperedEntryError:
            LOG.warning("A tampered cache entry named a file outside the cache; left alone.")
