"""Whose bell is to be rung again, and what becomes of runs whose worker died for good."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Double, and_, literal, or_, select, update

from store.queue.lateness import is_from_the_future, is_silent
from store.queue.precedence import background_last, must_wait
from store.records import LIVE_STATES, OWNED_STATES
from store.sql.database import Database
from store.sql.tables import RUN

MAX_ATTEMPTS: Final = 3
"""Claims in a row that may end without an epoch or the run given back; then it is quarantined."""
RING_AGAIN_S: Final = 5.0
"""Seconds after which a bell that nobody answered is rung again."""
QUARANTINED: Final = (
    f"The worker died {MAX_ATTEMPTS} times on this run; it is set aside. "
    "Try other settings, or look into the worker's log."
)


def due(database: Database, now: float | None = None) -> list[str]:
    """Return the runs whose bell is to be rung now, oldest first, and note that it was.

    These are runs whose lease ran out and waiting runs nobody answered for 5 s, unless an earlier
    run of the project is live. On the way, runs are settled whose worker died while stopping, or
    died three times. Each project is looked after under its lock, so that nobody who holds several
    of its rows waits for one that this holds.

    Args:
        database: Where the runs are.
        now: Seconds since 1970 by the database's clock, None to ask it.
    """
    clock = database.clock if now is None else literal(now, Double)
    wanted, is_dead = _conditions(clock)
    with database.read() as connection:
        is_due = or_(wanted & ~must_wait(clock), is_dead)
        query = select(RUN.c.project_id).where(RUN.c.state.in_(LIVE_STATES), is_due)  # by its index
        projects = connection.scalars(query.distinct()).all()
    rung: list[tuple[int, float, str]] = []
    for project_id in projects:
        with database.write() as connection:
            database.take_turn(connection, project_id)
            settle_dead(connection, clock, project_id)
            rung += _note(connection, clock, wanted & (RUN.c.project_id == project_id))
    return [run_id for _, _, run_id in sorted(rung)]


def settle_dead(connection: Connection, clock: ColumnElement[float], project_id: str) -> None:
    """End the runs of a project whose worker died while stopping, or died too often."""
    is_dead = is_silent(clock) & (RUN.c.project_id == project_id)
    ended = {"ended_at": clock, "owner": None}
    connection.execute(
        update(RUN)
        .where(is_dead, RUN.c.state == "stopping")
        .values(state="stopped", error=None, **ended)
    )
    connection.execute(
        update(RUN)
        .where(is_dead, RUN.c.state == "running", RUN.c.num_strikes >= MAX_ATTEMPTS)
        .values(state="quarantined", error=QUARANTINED, **ended)
    )


def _conditions(
    clock: ColumnElement[float],
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return whether a run's bell is to be rung, and whether its worker is dead."""
    is_unanswered = or_(
        RUN.c.rung_at < clock - RING_AGAIN_S,
        is_from_the_future(RUN.c.rung_at, clock),
        and_(RUN.c.state == "running", RUN.c.rung_at <= RUN.c.lease_until),
    )
    is_dead = RUN.c.state.in_(OWNED_STATES) & is_silent(clock)
    return or_(is_dead, RUN.c.state == "queued") & is_unanswered, is_dead


def _note(
    connection: Connection, clock: ColumnElement[float], wanted: ColumnElement[bool]
) -> list[tuple[int, float, str]]:
    """Note that bells are rung, and return by what to order the runs, with their ids."""
    rows: Any = connection.execute(
        update(RUN)
        .where(wanted, RUN.c.state != "stopping", ~must_wait(clock))
        .values(rung_at=clock)
        .returning(RUN.c.run_id, RUN.c.created_at, background_last().label("rank"))
    )
    return [(row.rank, row.created_at, row.run_id) for row in rows]
