"""The processes that train, as they last reported."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, case, delete, insert, select, update

from store.queue.lateness import is_from_the_future
from store.queue.worker_records import PRESENT_S, Worker, WorkerAbout
from store.records import OWNED_STATES
from store.sql.database import Database
from store.sql.tables import RUN, WORKER

FORGET_AFTER_S: Final = 3600.0
"""Seconds of silence after which a worker's row is removed."""
_TAKING: Final = ("starting", "ready", "busy")
"""States of a worker that takes runs, or soon will."""
_HOLDS: Final = select(RUN.c.owner, RUN.c.run_id).where(RUN.c.state.in_(OWNED_STATES))


class Workers:
    """Who works, and since when they are silent."""

    def __init__(self, database: Database) -> None:
        self._database = database
        age_s = _age_s(database.clock).label("age_s")
        self._all = select(WORKER, age_s).order_by(age_s)

    def beat(
        self, worker_id: str, state: str, device: str, mode: str, about: WorkerAbout | None = None
    ) -> None:
        """Report that a worker lives, in which state, and what it says of itself."""
        clock = self._database.clock
        values = {"state": state, "device": device, "mode": mode, "beat_at": clock}
        values |= asdict(about or WorkerAbout())
        with self._database.write() as connection:
            mine = update(WORKER).where(WORKER.c.worker_id == worker_id).values(values)
            if connection.execute(mine).rowcount:
                return
            connection.execute(insert(WORKER).values(worker_id=worker_id, **values))
            connection.execute(delete(WORKER).where(_age_s(clock) > FORGET_AFTER_S))

    def list(self) -> list[Worker]:
        """Return the workers heard of in the last hour, the freshest first."""
        with self._database.read() as connection:
            rows = connection.execute(self._all).all()
            held: Mapping[str, str] = {
                row.owner: row.run_id for row in connection.execute(_HOLDS) if row.owner
            }
        return [_worker(row, held) for row in rows if row.age_s < FORGET_AFTER_S]

    def present(self) -> dict[str, bool]:
        """Return the workers that take runs, or soon will, by id: whether each has a GPU."""
        return {
            worker.worker_id: worker.has_gpu
            for worker in self.list()
            if worker.is_present and worker.state in _TAKING
        }

    def is_any_idle(self) -> bool:
        """Whether a worker waits for something to do."""
        return any(worker.is_present and worker.state == "ready" for worker in self.list())


def _age_s(clock: ColumnElement[float]) -> ColumnElement[float]:
    """Return how long a worker has been silent; one noted in the future is not present.

    The clock was put back since: the worker has been silent for no one knows how long, or will
    report within 2 s.
    """
    beat_at = WORKER.c.beat_at
    ahead_s = PRESENT_S + (beat_at - clock)
    return case((is_from_the_future(beat_at, clock), ahead_s), else_=clock - beat_at)


def _worker(row: Row[Any], held: Mapping[str, str]) -> Worker:
    about = WorkerAbout(**{field.name: getattr(row, field.name) for field in fields(WorkerAbout)})
    return Worker(
        row.worker_id, row.state, row.device, row.mode, max(0.0, row.age_s), about,
        held.get(row.worker_id),
    )  # fmt: skip
