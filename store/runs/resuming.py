"""A pretraining that somebody stopped goes on where it was."""

from typing import Final

from sqlalchemy import select, update

from store.errors import ConflictError
from store.journal.journal import Journal
from store.journal.line import check_idle, newest_pretraining
from store.journal.pen import Pen
from store.names import check_uuid
from store.queue.resumed import Resumed
from store.records import LIVE_STATES, Run
from store.runs.runs import run_of
from store.sql.database import Database
from store.sql.rows import to_run
from store.sql.run_columns import RUN_COLUMNS
from store.sql.tables import RUN

NOT_STOPPED: Final = "Only a pretraining that was stopped on its way can go on."
TAUGHT: Final = "The map has been taught since; undo the Updates, then its pretraining can go on."


class Resuming:
    """The way of stopped pretrainings back into the queue."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def go_on(self, run_id: str) -> Run:
        """Queue a stopped pretraining anew: a worker takes it up after its newest epoch.

        Asked for twice, it is done once. Ringing the doorbell is the caller's.

        Raises:
            NotFoundError: no such run.
            ConflictError: it is none that was stopped with epochs left, it is not the one that made
                the map, or Updates built on it or wait to.
            AlreadyRunningError: a run of the project is live.
            LockedError: the project is archived.
        """
        check_uuid(run_id, "run")
        with self._database.read() as connection:
            project_id = run_of(connection, run_id).project_id
        mine = RUN.c.run_id == run_id
        with self._journal.writing(project_id) as pen:
            row = pen.connection.execute(select(*RUN_COLUMNS).where(mine)).one()
            run = to_run(row)
            if Resumed.of(row.config) and run.state in LIVE_STATES - {"stopping"}:
                return run
            _check(pen, run)
            now = pen.connection.scalar(select(self._database.clock)) or 0.0
            worked_s = max(0.0, row.ended_at - row.started_at)
            noted = Resumed(now, row.attempt, row.last_epoch, worked_s).noted_in(row.config)
            values = {
                "state": "queued", "is_cancel_requested": False, "num_strikes": 0, "rung_at": now,
                "lease_until": now,  # since when it waits (`store/queue/devices.py`)
                # what it does not work counts for no epoch's pace
                "started_at": now - worked_s, "ended_at": None, "error": None, "config": noted,
            }  # fmt: skip
            pen.connection.execute(update(RUN).where(mine).values(values))
            return run_of(pen.connection, run_id)


def _check(pen: Pen, run: Run) -> None:
    project_id = pen.project.project_id
    is_on_its_way = 0 <= run.last_epoch < run.config.num_epochs
    is_map = newest_pretraining(pen.connection, project_id) == run.run_id
    if run.kind != "pretrain" or run.state != "stopped" or not is_on_its_way or not is_map:
        raise ConflictError(NOT_STOPPED)
    if _has_taught(pen):
        raise ConflictError(TAUGHT)
    check_idle(pen.connection, project_id)


def _has_taught(pen: Pen) -> bool:
    """Return whether an Update of the line has an epoch, or may still bring one."""
    of_line = RUN.c.run_id.in_(pen.fold.state().taught_run_ids)
    is_worth = RUN.c.state.in_(LIVE_STATES) | (RUN.c.last_epoch >= 0)
    return pen.connection.execute(select(RUN.c.run_id).where(of_line, is_worth)).first() is not None
