"""The processes that train, as they last reported."""

from typing import Final

from sqlalchemy import delete, insert, select, update

from store.database import Database
from store.records import Worker
from store.tables import WORKER

FORGET_AFTER_S: Final = 3600.0
"""Seconds of silence after which a worker's row is removed."""
PRESENT_S: Final = 10.0
"""A worker silent for longer counts as gone."""


class Workers:
    """Who works, and since when they are silent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def beat(self, worker_id: str, state: str, device: str, mode: str) -> None:
        """Report that a worker lives, and in which state."""
        clock = self._database.clock
        values = {"state": state, "device": device, "mode": mode, "beat_at": clock}
        with self._database.write() as connection:
            mine = update(WORKER).where(WORKER.c.worker_id == worker_id).values(values)
            if connection.execute(mine).rowcount:
                return
            connection.execute(insert(WORKER).values(worker_id=worker_id, **values))
            is_gone = WORKER.c.beat_at < clock - FORGET_AFTER_S
            connection.execute(delete(WORKER).where(is_gone))

    def list(self) -> list[Worker]:
        """Return the workers heard of in the last hour, the freshest first."""
        age_s = (self._database.clock - WORKER.c.beat_at).label("age_s")
        with self._database.read() as connection:
            rows = connection.execute(select(WORKER, age_s).order_by(age_s)).all()
        return [
            Worker(row.worker_id, row.state, row.device, row.mode, max(0.0, row.age_s))
            for row in rows
            if row.age_s < FORGET_AFTER_S
        ]

    def present(self) -> tuple[str, ...]:
        """Return the ids of the workers that take runs, or soon will."""
        takes_runs = ("starting", "ready", "busy")
        return tuple(
            worker.worker_id
            for worker in self.list()
            if worker.age_s < PRESENT_S and worker.state in takes_runs
        )
