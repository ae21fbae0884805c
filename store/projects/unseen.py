"""Projects that nobody sees: on their way in (`drafts`) or on their way out (`removal`).

A long journal written or removed in one transaction would keep everybody else from writing
meanwhile: workers could not renew, gestures would be refused. So rows come and go in short ones,
of a project that is seen only when all are there, or no more. Each says that somebody is at it.

Whoever chooses the id of a project may ask twice. So one that is not seen is known by a word of its
own too, which stands in the place of its name: what two processes write never comes into one
project, and one of them removes it.
"""

import uuid
from bisect import bisect_right
from itertools import accumulate
from typing import Any, Final

from sqlalchemy import Connection, Delete, delete, func, select, update

from store.sql.database import Database
from store.sql.tables import EVENT, PROJECT, RUN

PAGE_BYTES: Final = 4 * 2**20
"""Of samples and targets in one transaction; a row that has more is alone in it."""
EVENTS_AT_ONCE: Final = 2000
"""Removed in one transaction at most, in about 40 ms."""
RUNS_AT_ONCE: Final = 10
"""Likewise, with their frames and snapshots."""
BUSY_S: Final = 30.0
"""One that says so within so long has somebody at it: a page takes no second."""
LEAVING: Final = "leaving-"
"""How the word of what is on its way out begins."""


class Unseen:
    """One of them."""

    def __init__(self, database: Database, project_id: str, word: str | None = None) -> None:
        """Take a project's id; `word` is that of one that is there, None for a new one."""
        self.project_id = project_id
        self._database = database
        self._word = word or new_word()
        unseen = (PROJECT.c.project_id == project_id) & PROJECT.c.draft_at.is_not(None)
        self._mine = unseen & (PROJECT.c.name == self._word)

    def taken(self) -> "Unseen | None":
        """Return it by another word, so that whoever else is at it finds it gone; None if it is."""
        mine = Unseen(self._database, self.project_id, new_word(LEAVING))
        with self._database.write() as connection:
            is_there = self._is_noted(connection, name=mine._word, draft_at=self._database.clock)
        return mine if is_there else None

    def drop(self) -> None:
        """Remove its rows, a few in each transaction."""
        self.clear()
        with self._database.write() as connection:
            self.drop_in(connection)

    def clear(self) -> None:
        """Remove its events and runs, a few in each transaction; where it is gone, nothing."""
        for some in (self._some_events, self._some_runs):
            num_gone = 1
            while num_gone:
                with self._database.write() as connection:
                    if not self._is_noted(connection, draft_at=self._database.clock):
                        return
                    num_gone = connection.execute(some(connection)).rowcount

    def drop_in(self, connection: Connection) -> bool:
        """Remove what is left of it inside a transaction; return whether there was anything."""
        return connection.execute(delete(PROJECT).where(self._mine)).rowcount > 0

    def _some_events(self, connection: Connection) -> Delete:
        mine = EVENT.c.project_id == self.project_id
        size = func.length(EVENT.c.samples) + func.coalesce(func.length(EVENT.c.targets), 0)
        ahead = select(EVENT.c.seq, size.label("size")).where(mine).order_by(EVENT.c.seq)
        rows = connection.execute(ahead.limit(EVENTS_AT_ONCE)).all()
        num_fitting = bisect_right(list(accumulate(row.size for row in rows)), PAGE_BYTES)
        last = rows[max(num_fitting - 1, 0)].seq if rows else 0
        return delete(EVENT).where(mine, EVENT.c.seq <= last)

    def _some_runs(self, _: Connection) -> Delete:
        mine = RUN.c.project_id == self.project_id
        some = select(RUN.c.run_id).where(mine).order_by(RUN.c.run_id).limit(RUNS_AT_ONCE)
        return delete(RUN).where(mine, RUN.c.run_id.in_(some))

    def _is_noted(self, connection: Connection, **values: Any) -> bool:
        noted = connection.execute(update(PROJECT).where(self._mine).values(values))
        return noted.rowcount > 0


def new_word(beginning: str = "") -> str:
    """Return a word that nothing else has."""
    return beginning + uuid.uuid4().hex
