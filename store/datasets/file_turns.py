"""Whoever adds a data set, and whoever removes the files of one, take turns.

Files are there before their row, and go after it: without turns a data set that is saved again
while its deletion ends would get its row, and lose its files.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from store.errors import StoreUnavailableError
from store.files.fetched import TURN_S, go_on
from store.sql.database import WAIT_S, Database


@contextmanager
def file_turn(database: Database, dataset_id: str) -> Iterator[Callable[[], None]]:
    """Hold the files of a data set while its row is added, or they are removed.

    In a bucket each file may take many seconds. On SQLite a transaction would keep everybody from
    writing for so long, so that the processes of a database, all on one machine, hold its folder
    instead; the kernel lets go when one dies. On PostgreSQL it is a transaction that keeps nobody
    from anything else.

    Yields:
        What to call between two files: PostgreSQL ends a transaction that says nothing for long.

    Raises:
        StoreUnavailableError: the database does not answer, or somebody else takes too long.
    """
    if not database.is_sqlite:
        with database.write() as connection:
            database.take_turn(connection, f"files of {dataset_id}")
            yield lambda: connection.execute(select(1)).close()
        return
    folder = os.open(Path(database.engine.url.database or "").parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _hold(folder)
        yield go_on
    finally:
        os.close(folder)


def _hold(folder: int) -> None:
    """Lock an open folder once nobody else holds it, for as long as it stays open.

    Raises:
        StoreUnavailableError: somebody held it for `WAIT_S`.
    """
    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise StoreUnavailableError(
                    "Another data set is still being saved or removed. Try again."
                ) from None
            time.sleep(TURN_S)
        else:
            return
