"""Projects on their way in: written page by page, seen by nobody, shown at once or removed.

A draft where nobody has been for a while was left by a process that was killed, and is removed
(`removal`).
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, insert, select

from ml.errors import LodemapError
from store.errors import BeingMadeError, ConflictError, NotFoundError
from store.projects.unseen import PAGE_BYTES, Unseen
from store.queue.lateness import is_from_the_future
from store.sql.tables import DATASET, PROJECT

PAGE: Final = 200
"""Rows written in one transaction at most; `PAGE_BYTES` of them."""
MADE: Final = "This project has been made already."
BEING_MADE: Final = "This copy is being made already; it is in the list as soon as it is whole."
GONE: Final = "The copy was removed while it was being made; try again."
DATA_GONE: Final = "The data set of the project was deleted meanwhile; try again."


class Draft(Unseen):
    """One project on its way in."""

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
            NotFoundError: its data set is not there.
        """
        clock = self._database.clock
        whole = {**row, "project_id": self.project_id, "name": self._word, "draft_at": clock}
        self._make_way(busy_s)
        with self._database.write() as connection:
            for each in (row["dataset_id"], self.project_id):
                self._database.take_turn(connection, each)
            if self._in_the_way(connection, busy_s) is not None:
                raise BeingMadeError(BEING_MADE)
            data = select(DATASET.c.dataset_id).where(DATASET.c.dataset_id == row["dataset_id"])
            if connection.execute(data).first() is None:
                raise NotFoundError(DATA_GONE)
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

    def _make_way(self, busy_s: float) -> None:
        with self._database.read() as connection:
            row = self._in_the_way(connection, busy_s)
        if row is not None and (left := Unseen(self._database, self.project_id, row.name).taken()):
            left.drop()

    def _in_the_way(self, connection: Connection, busy_s: float) -> Row[Any] | None:
        clock = self._database.clock
        is_fresh = PROJECT.c.draft_at >= clock - busy_s
        is_busy = is_fresh & ~is_from_the_future(PROJECT.c.draft_at, clock)
        query = select(PROJECT.c.name, PROJECT.c.draft_at, is_busy.label("is_busy"))
        row = connection.execute(query.where(PROJECT.c.project_id == self.project_id)).one_or_none()
        if row is not None and row.draft_at is None:
            raise ConflictError(MADE)
        if row is not None and busy_s and row.is_busy:
            raise BeingMadeError(BEING_MADE)
        return row

    def _drop_if_it_can_be(self) -> None:
        with suppress(LodemapError):  # else it is swept
            self.drop()

    def _note(self, connection: Connection, **values: Any) -> None:
        if not self._is_noted(connection, **values):
            raise NotFoundError(GONE)


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
