"""Projects that are not whole yet: written page by page, seen by nobody, shown at once or removed.

A long journal written in one transaction would keep everybody else from writing meanwhile: workers
could not renew, gestures would be refused. So its rows come in short ones, into a project that is
a draft until the last of them. Each page says that somebody is at it; a draft where nobody has
been for a while was left by a process that was killed, and is removed.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, insert, or_, select, update

from ml.errors import LodemapError
from store.errors import NotFoundError
from store.queue.lateness import is_from_the_future
from store.sql.database import Database
from store.sql.tables import PROJECT

PAGE: Final = 200
"""Rows written in one transaction at most."""
PAGE_BYTES: Final = 4 * 2**20
"""Of samples and targets in one transaction; a row that has more is alone in it."""
STALE_S: Final = 600.0
"""A draft that nobody has written to for so long was left behind."""
GONE: Final = "The copy was removed while it was being made; try again."


class Draft:
    """One project on its way in."""

    def __init__(self, database: Database, project_id: str) -> None:
        self.project_id = project_id
        self._database = database
        self._mine = (PROJECT.c.project_id == project_id) & PROJECT.c.draft_at.is_not(None)

    @contextmanager
    def begun(self, row: Mapping[str, Any]) -> Iterator[None]:
        """Write the row of the project, whose name nobody sees; on an error all of it goes again.

        A draft of the same id that was left behind goes first.
        """
        clock = self._database.clock
        whole = {**row, "project_id": self.project_id, "name": self.project_id, "draft_at": clock}
        self.drop()
        with self._database.write() as connection:
            connection.execute(insert(PROJECT).values({"created_at": clock, **whole}))
        with ExitStack() as on_failure:
            on_failure.callback(self._drop_if_it_can_be)
            yield
            on_failure.pop_all()

    def add(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows, a page in each transaction.

        Raises:
            NotFoundError: the draft was removed.
        """
        for page in pages_of(rows):
            with self._database.write() as connection:
                self._note(connection, draft_at=self._database.clock)
                connection.execute(insert(table), page)

    def show(self, connection: Connection, **values: Any) -> None:
        """Let everybody see it, by its name and what else is said of it.

        Raises:
            NotFoundError: the draft was removed.
        """
        self._note(connection, draft_at=None, **values)

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
        if not connection.execute(update(PROJECT).where(self._mine).values(values)).rowcount:
            raise NotFoundError(GONE)


def stale_drafts(database: Database) -> dict[str, str]:
    """Return the drafts that were left behind, and the data set of each."""
    clock = database.clock
    is_old = PROJECT.c.draft_at < clock - STALE_S
    left = or_(is_old, is_from_the_future(PROJECT.c.draft_at, clock))
    with database.read() as connection:
        rows = connection.execute(select(PROJECT.c.project_id, PROJECT.c.dataset_id).where(left))
        return {row.project_id: row.dataset_id for row in rows}


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
