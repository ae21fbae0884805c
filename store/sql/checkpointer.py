"""Moves SQLite's write-ahead log into the database, from one thread of one process.

Two simultaneous checkpointers are what triggers SQLite's WAL-reset bug (before 3.51.3), so every
connection has automatic checkpoints off and only the process that holds the data directory runs
this.
"""

import logging
import sqlite3
import threading
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from store.sql.database import BUSY_TIMEOUT, Database

LOG: Final = logging.getLogger(__name__)
EVERY_S: Final = 30.0
LOOK_EVERY_S: Final = 1.0
LARGE_BYTES: Final = 16 * 2**20
"""Size of the log at which it is moved at once."""


class Checkpointer:
    """A thread that checkpoints each 30 s, or as soon as the log has 16 MB."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wal = Path(f"{database.engine.url.database}-wal")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="checkpointer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop the thread after a last checkpoint."""
        self._stop.set()
        self._thread.join()
        self.checkpoint()

    def checkpoint(self) -> None:
        """Move what readers allow, now; empty the log if nobody is reading in it.

        Emptying takes SQLite's write lock and then waits for whoever reads, as a backup does for
        long: so it is tried without any waiting, and again the next time.
        """
        try:
            with self._database.engine.connect() as connection:
                cursor = connection.connection.cursor()
                cursor.execute("PRAGMA busy_timeout=0")
                try:
                    cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
                    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                finally:
                    cursor.execute(f"PRAGMA {BUSY_TIMEOUT}")
        except (sqlite3.Error, SQLAlchemyError) as error:
            LOG.warning("The write-ahead log could not be moved: %s", error)

    def _work(self) -> None:
        waited_s = 0.0
        while not self._stop.wait(LOOK_EVERY_S):
            waited_s += LOOK_EVERY_S
            if waited_s >= EVERY_S or self._size() >= LARGE_BYTES:
                self.checkpoint()
                waited_s = 0.0

    def _size(self) -> int:
        try:
            return self._wal.stat().st_size
        except FileNotFoundError:  # nothing was written since it was last removed
            return 0
