"""Projects that are not whole: written page by page, seen by nobody, shown at once or removed.

A long journal written in one transaction would keep everybody else from writing meanwhile: workers
could not renew, gestures would be refused. So its rows come in short ones, into a project that is
a draft until the last of them. Each page says that somebody is at it; a draft where nobody has
been for a while was left by a process that was killed, and is removed. A project that is deleted
becomes a draft first, and its rows go as they came.

Whoever chooses the id of a project may ask twice. So a draft is known by a word of its own too,
which stands in the place of its name: what two processes write never comes into one project.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, insert, or_, select, update

from ml.errors import LodemapError
from store.errors import BeingMadeError, ConflictError, NotFoundError
from store.queue.lateness import is_from_the_future
from store.sql.database import Database
from store.sql.tables import EVENT, PROJECT, RUN

PAGE: Final = 200
"""Rows written in one transaction at most."""
PAGE_BYTES: Final = 4 * 2**20
"""Of samples and targets in one transaction; a row that has more is alone in it."""
EVENTS_AT_ONCE: Final = 2000
"""Removed in one transaction, in about 40 ms."""
RUNS_AT_ONCE: Final = 10
"""Likewise, with their frames and snapshots."""
STALE_S: Final = 600.0
"""A draft that nobody has written to for so long was left behind."""
BUSY_S: Final = 30.0
"""A draft that was written to within so long is still being made."""
MADE: Final = "This project has been made already."
BEING_MADE: Final = "This copy is being made already; it is in the list as soon as it is whole."
GONE: Final = "The copy was removed while it was being made; try again."


class Draft:
    """One project on its way in."""

    def __init__(self, database: Database, project_id: str, word: str | None = None) -> None:
        """Take a project's id; `word` is that of a draft that is there, None for a new one."""
        self.project_id = project_id
        self._database = database
        self._word = word or uuid.uuid4().hex
        drafts = (PROJECT.c.project_id == project_id) & PROJECT.c.draft_at.is_not(None)
        self._mine = drafts & (PROJECT.c.name == self._word)

    @contextmanager
    def begun(self, row: Mapping[str, Any], busy_s: float = 0.0) -> Iterator[None]:
        """Write the row of the project, whose name nobody sees; on an error all of it goes again.

        A draft of the same id goes first, and what still writes to it finds it gone.

        Args:
            row: Columns of the project, but for its id and name.
            busy_s: A draft that was written to within so long is left to whoever makes it.

        Raises:
            BeingMadeError: one of this id is being made.
            ConflictError: there is one.
        """
        clock = self._database.clock
        whole = {**row, "project_id": self.project_id, "name": self._word, "draft_at": clock}
        with self._database.write() as connection:
            self._database.take_turn(connection, self.project_id)
            self._make_way(connection, busy_s)
            connection.execute(insert(PROJECT).values({"created_at": clock, **whole}))
        with ExitStack() as on_failure:
            on_failure.callback(self._drop_if_it_can_be)
            yield
            on_failure.pop_all()

    def _make_way(self, connection: Connection, busy_s: float) -> None:
        clock, there = self._database.clock, PROJECT.c.project_id == self.project_id
        is_fresh = PROJECT.c.draft_at >= clock - busy_s
        is_busy = is_fresh & ~is_from_the_future(PROJECT.c.draft_at, clock)
        query = select(PROJECT.c.draft_at, is_busy.label("busy")).where(there)
        # locked: nobody shows it between this look and its end
        for row in connection.execute(query.with_for_update()).all():
            if row.draft_at is None:
                raise ConflictError(MADE)
            if busy_s and row.busy:
                raise BeingMadeError(BEING_MADE)
        connection.execute(delete(PROJECT).where(there))

    def add(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows, a page in each transaction.

        Raises:
            NotFoundError: the draft was removed.
        """
        for page in pages_of(rows):
            with self._database.write() as connection:
                self.hold(connection)
                connection.execute(insert(table), page)

    def hold(self, connection: Connection) -> None:
        """Say that somebody is at it, and keep it from being removed inside a transaction.

        Raises:
            NotFoundError: the draft was removed.
        """
        self._note(connection, draft_at=self._database.clock)

    def show(self, connection: Connection, **values: Any) -> None:
        """Let everybody see it, by its name and what else is said of it.

        Raises:
            NotFoundError: the draft was removed.
        """
        self._note(connection, draft_at=None, **values)

    def hide(self, connection: Connection) -> None:
        """Let nobody see a whole project any more: it is a draft from now on, on its way out."""
        whole = (PROJECT.c.project_id == self.project_id) & PROJECT.c.draft_at.is_(None)
        unseen = {"name": self._word, "draft_at": self._database.clock}
        connection.execute(update(PROJECT).where(whole).values(unseen))

    def clear(self) -> None:
        """Remove its events and runs, a few in each transaction; where it is gone, nothing."""
        parts = ((EVENT, EVENT.c.seq, EVENTS_AT_ONCE), (RUN, RUN.c.run_id, RUNS_AT_ONCE))
        for table, key, most in parts:
            mine = table.c.project_id == self.project_id
            some = select(key).where(mine).order_by(key).limit(most)
            num_gone = most
            while num_gone == most:
                with self._database.write() as connection:
                    if not self._is_noted(connection, draft_at=self._database.clock):
                        return
                    page = delete(table).where(mine, key.in_(some))
                    num_gone = connection.execute(page).rowcount

    def drop(self) -> None:
        """Remove what there is of it."""
        with self._database.write() as connection:
            self.drop_in(connection)

    def _drop_if_it_can_be(self) -> None:
        with suppress(LodemapError):  # else it is swept
            self.drop()

    def drop_in(self, connection: Connection) -> bool:
        """Remove it inside a transaction; return whether there was one."""
        return connection.execute(delete(PROJECT).where(self._mine)).rowcount > 0

    def _note(self, connection: Connection, **values: Any) -> None:
        if not self._is_noted(connection, **values):
            raise NotFoundError(GONE)

    def _is_noted(self, connection: Connection, **values: Any) -> bool:
        noted = connection.execute(update(PROJECT).where(self._mine).values(values))
        return noted.rowcount > 0


def stale_drafts(database: Database) -> list[tuple[Draft, str]]:
    """Return the drafts that were left behind, and the data set of each."""
    clock = database.clock
    is_old = PROJECT.c.draft_at < clock - STALE_S
    left = or_(is_old, is_from_the_future(PROJECT.c.draft_at, clock))
    with database.read() as connection:
        rows = connection.execute(select(PROJECT).where(left)).all()
    return [(Draft(database, row.project_id, row.name), row.dataset_id) for row in rows]


def pages_of(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Yield rows in lists that one short transaction can hold."""
    page: list[Mapping[str, Any]] = []
    num_bytes = 0
    for row in rows:
        size = sum(len(value) for value in row.values() if isinstance(value, bytes | str))
        if page and (len(page) == PAGE or num_bytes + size > PAGE_BYTES):
            yield page
            page, num_bytes = [], 0
        page.append(row)
        num_bytes += size
    if page:
        yield page
