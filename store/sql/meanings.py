"""What the errors of SQLite and of PostgreSQL mean."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from store.errors import (
    DatabaseDamagedError,
    DataDirNotWritableError,
    DiskFullError,
    StoreUnavailableError,
)

FULL: Final = "The disk is full - not saved. Free some space and try again."
DAMAGED: Final = (
    "The database file is damaged; restore a backup into an empty data folder (app.py restore)."
)
NOT_SAVED: Final = "; nothing was saved. Try again."
NOT_READ: Final = ". Try again."
NOT_KNOWN: Final = (
    " any more; it is not known whether this was saved. Sending it again with the same key is safe."
)
"""What comes of a transaction that fails: while something is asked or said, and in its commit."""


@dataclass
class Failing:
    """What comes of a transaction, should it fail now."""

    comes_to: str


@contextmanager
def translated(comes_to: str) -> Iterator[Failing]:
    """Let errors of the database's library in the block be the store's own, where they are known.

    Args:
        comes_to: What comes of the transaction, the end of the sentence; the block may change it.

    Raises:
        LodemapError: what one of them means.
    """
    failing = Failing(comes_to)
    try:
        yield failing
    except PoolTimeoutError:
        raise StoreUnavailableError(f"The database is busy{comes_to}") from None
    except (DBAPIError, sqlite3.DatabaseError) as error:
        own = error.orig if isinstance(error, DBAPIError) else error
        meaning = _meaning(own, failing.comes_to)
        if meaning is None:
            raise
        raise meaning from error


def sqlite_code(error: BaseException | None) -> int:
    """Return the primary result code of an error of SQLite, 0 for any other."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _meaning(error: BaseException | None, comes_to: str) -> Exception | None:
    # SQLite says of its commits that they failed, and these of PostgreSQL come before one
    end = NOT_READ if comes_to == NOT_READ else NOT_SAVED
    if isinstance(error, sqlite3.DatabaseError):
        return _meaning_of_sqlite(error, end)
    if isinstance(error, psycopg.errors.DiskFull):
        return DiskFullError(FULL)
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        return StoreUnavailableError(f"The database can only be read now{end}")
    if isinstance(error, psycopg.errors.IdleInTransactionSessionTimeout):
        # it had ended the transaction before it was asked to commit
        return StoreUnavailableError(f"The database waited too long for this process{end}")
    if isinstance(error, psycopg.OperationalError):
        return StoreUnavailableError(f"The database does not answer{comes_to}")
    return None


def _meaning_of_sqlite(error: sqlite3.DatabaseError, end: str) -> Exception | None:
    code = sqlite_code(error)
    if code == sqlite3.SQLITE_FULL:
        return DiskFullError(FULL)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
        return DataDirNotWritableError(f"The database cannot be written ({error}); not saved.")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR):
        return StoreUnavailableError(f"The database does not answer ({error}){end}")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return DatabaseDamagedError(DAMAGED)
    return None
