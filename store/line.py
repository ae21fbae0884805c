"""What becomes of runs when a gesture moves the project's line.

A waiting or running Update that an undo or a reset put off the line is asked to stop. A waiting
one that several updates share goes back to the settings of the newest update that stands.
"""

from sqlalchemy import ColumnElement, Connection, case, func, or_, select, update

from store.fold import Fold
from store.rows import to_json
from store.tables import RUN


def ask_to_stop(
    connection: Connection, clock: ColumnElement[float], which: ColumnElement[bool]
) -> None:
    """Ask runs to stop: a waiting one is stopped at once, a running one by its worker."""
    is_queued = RUN.c.state == "queued"
    connection.execute(
        update(RUN)
        .where(which, or_(is_queued, RUN.c.state == "running"))
        .values(
            state=case((is_queued, "stopped"), else_="stopping"),
            is_cancel_requested=True,
            ended_at=case((is_queued, clock), else_=RUN.c.ended_at),
        )
    )


def newest_pretraining(connection: Connection, project_id: str) -> str | None:
    """Return the run that made the project's first map, None before it was asked for."""
    of_project = (RUN.c.project_id == project_id) & (RUN.c.kind == "pretrain")
    return connection.scalar(
        select(RUN.c.run_id).where(of_project).order_by(RUN.c.position.desc()).limit(1)
    )


def follow(
    connection: Connection, clock: ColumnElement[float], project_id: str, fold: Fold
) -> None:
    """Bring the project's live updates in step with the fold."""
    updates = (RUN.c.project_id == project_id) & (RUN.c.kind == "fine_tune")
    on_line = fold.state().run_ids
    ask_to_stop(connection, clock, updates & RUN.c.run_id.not_in(on_line))
    waiting = updates & (RUN.c.state == "queued") & (RUN.c.attempt == 0)
    for run_id in connection.scalars(select(RUN.c.run_id).where(waiting)).all():
        newest = fold.standing_updates(run_id)[-1]
        connection.execute(
            update(RUN)
            .where(RUN.c.run_id == run_id)
            .values(
                config=to_json(newest.values["config"]),
                author=newest.author,
                journal_seq=fold.seq,
            )
        )


def next_position(connection: Connection, project_id: str) -> int:
    """Return the place of the project's next run: later runs wait for earlier ones."""
    newest = connection.scalar(
        select(func.max(RUN.c.position)).where(RUN.c.project_id == project_id)
    )
    return 0 if newest is None else newest + 1
