"""What can be rebuilt, kept as bytes: diskcache without its pickles (CVE-2025-69872).

Nothing in it is truth. An entry that somebody tampered with is refused, removed and rebuilt; a
database that is damaged is asked nothing more, and emptied by whoever opens it when nobody else has
it open: what others store beside an emptied one, no database would know.
"""

import fcntl
import logging
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import diskcache

from store.files.entries import BytesDisk, Entries, TamperedEntryError

LOG: Final = logging.getLogger(__name__)
SIZE_LIMIT: Final = 2**30
"""Bytes kept before those go that were not asked for the longest."""
DAMAGED: Final = "damaged"
"""A file in the folder that asks whoever opens the cache next, alone, to empty it."""


class Cache:
    """Bytes by key, gone when room is needed: first what was not asked for the longest.

    Args:
        folder: where it lives; made when it is not there. When it cannot be trusted it is emptied,
            or left alone while others have it open, in this process or another.
        size_limit: bytes kept, all told. What alone would take more than half of it is not kept:
            everything else would have to go.
    """

    def __init__(self, folder: Path, size_limit: int = SIZE_LIMIT) -> None:
        self._folder, self._size_limit = folder, size_limit
        self._lock = folder.with_name(f"{folder.name}.lock").open("ab")
        """Shared by all who have the cache open; the kernel lets go when a process dies."""
        is_alone = self._is_alone()
        self._kept = self._trusted()
        if self._kept is None and is_alone:
            LOG.warning("The cache in %s is damaged or was changed by another program; it starts"
                        " empty.", folder)  # fmt: skip
            shutil.rmtree(folder)
            self._kept = self._open()
        self._is_damaged = self._kept is None
        if self._is_damaged:
            LOG.warning("The cache in %s is damaged, and others have it open: nothing is kept there"
                        " here.", folder)  # fmt: skip
        fcntl.flock(self._lock, fcntl.LOCK_SH)

    def get(self, key: str) -> bytes | None:
        """Return the bytes of a key, None when they must be built anew."""
        if self._is_damaged:
            return None
        try:
            found = self._found(key)
        except sqlite3.DatabaseError as error:
            self._note(error)
            return None
        return found if isinstance(found, bytes) else None

    def set(self, key: str, data: bytes) -> None:
        """Keep bytes; when there is no room they are not kept, which is no error."""
        if self._is_damaged or len(data) > self._size_limit // 2:
            return
        try:
            self._kept.set(key, data)
            self._kept.make_room()
        except (OSError, diskcache.Timeout) as error:
            LOG.warning("The cache could not keep an entry: %s", error)
        except sqlite3.DatabaseError as error:
            self._note(error)

    def num_bytes(self) -> int:
        """Return about how many bytes are kept, 0 where the database cannot say it."""
        if self._is_damaged:
            return 0
        try:
            return int(self._kept.volume())
        except sqlite3.DatabaseError as error:
            self._note(error)
            return 0

    def close(self) -> None:
        """Close the cache's database."""
        if self._kept is not None:
            self._kept.close()
        self._lock.close()

    def _is_alone(self) -> bool:
        """Whether nobody else has the cache open, nor can until the lock is shared."""
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(self._lock, fcntl.LOCK_SH)  # waits while somebody empties it
            return False
        return True

    def _trusted(self) -> Any:
        """Return the cache's database, None where it cannot be trusted."""
        try:
            return self._open() if _is_trusted(self._folder) else None
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            return None

    def _open(self) -> Any:
        return Entries(
            str(self._folder),
            disk=BytesDisk,
            size_limit=self._size_limit,
            eviction_policy="least-recently-stored",
            cull_limit=0,
        )

    def _found(self, key: str) -> Any:
        try:
            data = self._kept.get(key)
        except TamperedEntryError as error:
            LOG.warning("A cache entry was changed by another program (%s); refused.", error)
            self._forget(key)
            return None
        if data is not None:
            self._note_use(key)
        return data

    def _note_use(self, key: str) -> None:
        """Note that an entry is of use; where that cannot be written it was read all the same."""
        with suppress(sqlite3.OperationalError):
            self._kept.note_use(key)

    def _forget(self, key: str) -> None:
        try:
            self._kept.delete(key)
        except TamperedEntryError:
            LOG.warning("A tampered cache entry named a file outside the cache; left alone.")

    def _note(self, error: sqlite3.DatabaseError) -> None:
        """Say what the database said; one that is damaged is asked nothing more."""
        if isinstance(error, sqlite3.OperationalError):  # locked, or the disk fails
            LOG.warning("The cache could not be asked: %s", error)
            return
        self._is_damaged = True
        LOG.warning("The cache in %s is damaged (%s): nothing is kept there until"
                    " somebody opens it alone, and empties it.", self._folder, error)  # fmt: skip
        with suppress(OSError):
            (self._folder / DAMAGED).touch()


def _is_trusted(folder: Path) -> bool:
    """Whether nobody found it damaged, and its settings are those diskcache writes itself."""
    if (folder / DAMAGED).exists():
        return False
    path = folder / "cache.db"
    if not path.exists():
        return True
    known = set(diskcache.DEFAULT_SETTINGS) | set(diskcache.core.METADATA)
    connection = sqlite3.connect(path)
    try:
        keys = {row[0] for row in connection.execute("SELECT key FROM Settings")}
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()
    return keys <= known
