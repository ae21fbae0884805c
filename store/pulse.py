"""Has anything changed? Two small queries, so that a page may ask several times a second."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, Table, bindparam, func, select

from store.errors import NoProjectError
from store.names import check_uuid
from store.queue.lateness import is_late
from store.queue.precedence import is_foreground
from store.records import LIVE_STATES
from store.sql.database import Database
from store.sql.tables import EVENT, PROJECT, RUN

_MINE: Final = bindparam("project_id", type_=String)
_OTHER: Final = RUN.alias("other")
# A run that has ended changes only when it goes on: then it is claimed again and ends later.
_WHOLE: Final = select(
    PROJECT.c.created_at,  # another project may get the same id
    PROJECT.c.name,
    PROJECT.c.archived_at,
    select(func.max(EVENT.c.seq)).where(EVENT.c.project_id == _MINE).scalar_subquery(),
    select(func.count()).where(RUN.c.project_id == _MINE).scalar_subquery(),
    select(func.count(RUN.c.ended_at)).where(RUN.c.project_id == _MINE).scalar_subquery(),
    select(func.max(RUN.c.ended_at)).where(RUN.c.project_id == _MINE).scalar_subquery(),
    select(func.sum(RUN.c.attempt)).where(RUN.c.project_id == _MINE).scalar_subquery(),
).where(PROJECT.c.project_id == _MINE, PROJECT.c.draft_at.is_(None))


def _live(clock: ColumnElement[float]) -> Select[Any]:
    return select(
        RUN.c.run_id,
        RUN.c.state,
        RUN.c.last_n,
        RUN.c.last_epoch,
        RUN.c.config,
        RUN.c.error,  # why it waits (`store/runs/pauses.py`)
        is_late(clock),
        # how many runs go before it, of any project
        select(func.count())
        .where(_OTHER.c.state.in_(LIVE_STATES), _OTHER.c.created_at <= RUN.c.created_at)
        .scalar_subquery(),
    ).where(RUN.c.project_id == _MINE, RUN.c.state.in_(LIVE_STATES), is_foreground())


def stamp_of(database: Database, table: Table, project_id: str) -> str:
    """Return a text that differs once a row of a project was added, removed or replaced.

    The sum of their moments, not the latest: rows of an archive bring those of another clock.

    Args:
        database: Where the table is.
        table: With the columns `project_id` and `created_at`.
        project_id: Whose rows.
    """
    query = select(func.count(), func.sum(table.c.created_at))
    with database.read() as connection:
        found = connection.execute(query.where(table.c.project_id == project_id))
        return repr(tuple(found.one()))


class Pulse:
    """The state of a project, reduced to a text that differs when it does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._live = _live(database.clock)

    def of(self, project_id: str) -> str:
        """Return a text that stays the same while nothing about a project or its runs changes.

        Raises:
            NotFoundError: no such project.
        """
        check_uuid(project_id, "project")
        mine = {"project_id": project_id}
        with self._database.read() as connection:
            whole = connection.execute(_WHOLE, mine).one_or_none()
            live = connection.execute(self._live, mine).all()
        if whole is None:
            raise NoProjectError
        return repr((*whole, *map(tuple, live)))
