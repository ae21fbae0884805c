"""Controls: runs that only measure what the moves of another run did.

A control is claimed, resumed and fenced like any run, but nobody asked for it and nobody sees it.
An Update of the project comes first: it stops a live control, and no control begins beside one
(`store/queue/precedence.py`).
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, delete, exists, insert, select, update

from store.journal import line
from store.queue.precedence import CONTROL
from store.records import LIVE_STATES
from store.runs.moments import moments_near_end
from store.sql.rows import to_json
from store.sql.tables import FRAME, RUN, SNAPSHOT

_COPIED: Final = (
    "project_id", "number", "config", "journal_seq", "author", "author_id", "parent_run_id",
)  # fmt: skip


def give_way(connection: Connection, clock: ColumnElement[float], project_id: str) -> None:
    """Stop the live controls of a project: an Update was asked for."""
    mine = (RUN.c.project_id == project_id) & (RUN.c.kind == CONTROL)
    line.ask_to_stop(connection, clock, mine)


def file_receipt(
    connection: Connection, clock: ColumnElement[float], run_id: str, receipt: Mapping[str, Any]
) -> None:
    """Save the receipt of a run that has just ended, and ask for its control where it had moves.

    A control brings the receipt of the run that it is compared with. To be called under the
    project's lock.
    """
    run = connection.execute(select(RUN).where(RUN.c.run_id == run_id)).one()
    owner = run.control_of or run.run_id
    connection.execute(update(RUN).where(RUN.c.run_id == owner).values(receipt=to_json(receipt)))
    if run.kind != CONTROL and receipt.get("is_compared", True):
        _ask_for(connection, clock, run)


def _ask_for(connection: Connection, clock: ColumnElement[float], run: Row[Any]) -> None:
    """Insert the control of a run, unless another run of the project comes first."""
    if line.has_live_run(connection, run.project_id):
        return
    connection.execute(
        insert(RUN).values(
            **{name: getattr(run, name) for name in _COPIED},
            parent_epoch=run.parent_epoch,
            run_id=str(uuid.uuid4()),
            control_of=run.run_id,
            kind=CONTROL,
            position=line.next_position(connection, run.project_id),
            state="queued",
            created_at=clock,
            rung_at=0.0,
        )
    )


def idle_controls(connection: Connection, project_id: str) -> list[str]:
    """Return the controls of a project that have ended and still have frames."""
    is_idle = (RUN.c.kind == CONTROL) & ~RUN.c.state.in_(LIVE_STATES)
    has_frames = exists().where(FRAME.c.run_id == RUN.c.run_id)
    query = select(RUN.c.run_id).where(RUN.c.project_id == project_id, is_idle, has_frames)
    return list(connection.scalars(query))


def forget_work(connection: Connection, run_ids: Sequence[str]) -> set[str]:
    """Delete the snapshots and frames of some runs, and return the files that were theirs."""
    names = moments_near_end(connection, RUN.c.run_id.in_(run_ids))
    for file in (FRAME.c.artifact, FRAME.c.field, SNAPSHOT.c.checkpoint):
        named = select(file).where(file.table.c.run_id.in_(run_ids), file.is_not(None))
        names |= set(connection.scalars(named))
    for table in (FRAME, SNAPSHOT):
        connection.execute(delete(table).where(table.c.run_id.in_(run_ids)))
    return names
