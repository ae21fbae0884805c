"""Whether what a process has in memory is of the journal that the database has.

An id may come again: the demo's is always the same, and who makes a project may choose one. And a
database may lose what was said last, where a standby takes over that had not heard of it. A fold
that went on all the same would number its next event by others that are nowhere, and no other
process could read that journal again.
"""

from typing import Final

from sqlalchemy import Connection, Integer, String, bindparam, select

from store.journal.fold import Fold
from store.sql.rows import moment
from store.sql.tables import EVENT

_AT: Final = (
    select(EVENT.c.verb, EVENT.c.author_id, EVENT.c.created_at)
    .where(EVENT.c.project_id == bindparam("project_id", type_=String))
    .where(EVENT.c.seq == bindparam("seq", type_=Integer))
)


def has_end_of(connection: Connection, project_id: str, fold: Fold) -> bool:
    """Whether a project's journal has the event that a fold ends with."""
    if not fold.seq:
        return True
    row = connection.execute(_AT, {"project_id": project_id, "seq": fold.seq}).one_or_none()
    newest = fold.events.newest
    if row is None or newest is None:
        return row is not None
    found = row.verb, row.author_id, moment(row.created_at)
    return found == (newest.verb, newest.author_id, newest.created_at)
