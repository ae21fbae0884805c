"""How long runs take, measured on those that finished lately."""

import json
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Row, select

from store.queue.fairness import Waiting
from store.queue.resumed import turn_of
from store.sql.database import Database
from store.sql.tables import RUN

KEPT_S: Final = 5.0
"""How long the measurements may be old."""
NUM_RECENT: Final = 60
"""Finished runs that are looked at, the newest, of all projects."""
Pace = Mapping[tuple[str, str], float]
"""Seconds an epoch takes, by project_id and kind; by "" and kind over all projects."""


class Durations:
    """What recent runs of a kind took."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._known: tuple[float, Pace] = (-1.0, {})

    def of(self, waiting: Sequence[Waiting], working: Sequence[Row[Any]]) -> dict[str, float]:
        """Return how long runs will take, or will still take, in seconds by run_id.

        A run of which nobody can say is absent: no run of its kind has finished, and it is not
        under way itself.

        Args:
            waiting: Runs without a worker.
            working: Rows of runs under way, with `config`, `last_epoch` and `trained_s`, the
                seconds since it was begun.
        """
        pace = self._pace()
        found = {run.run_id: _usual(pace, run.project_id, run.kind) for run in waiting}
        epochs = self._epochs([*found])
        needed = {key: epochs[key] * s for key, s in found.items() if s and key in epochs}
        for row in working:
            if (left := _left(row, _usual(pace, row.project_id, row.kind))) is not None:
                needed[row.run_id] = left
        return needed

    def _pace(self) -> Pace:
        with self._lock:
            taken_s, pace = self._known
            if time.monotonic() - taken_s > KEPT_S:
                pace = self._measure()
                self._known = time.monotonic(), pace
            return pace

    def _measure(self) -> Pace:
        query = (
            select(RUN.c.project_id, RUN.c.kind, RUN.c.config, RUN.c.started_at, RUN.c.ended_at)
            .where(RUN.c.state == "finished", RUN.c.ended_at >= RUN.c.started_at)
            .order_by(RUN.c.ended_at.desc())
            .limit(NUM_RECENT)
        )
        epoch_s: dict[tuple[str, str], list[float]] = defaultdict(list)
        with self._database.read() as connection:
            for row in connection.execute(query):
                worked_s = row.ended_at - row.started_at
                epochs, took_s = turn_of(row.config, num_epochs(row.config), worked_s)
                each = took_s / max(1, epochs)
                for project_id in (row.project_id, ""):
                    epoch_s[project_id, row.kind].append(each)
        return {key: statistics.median(values) for key, values in epoch_s.items()}

    def _epochs(self, run_ids: list[str]) -> dict[str, int]:
        """Return how many epochs waiting runs have before them."""
        columns = (RUN.c.run_id, RUN.c.config, RUN.c.last_epoch)
        query = select(*columns).where(RUN.c.run_id.in_(run_ids))
        with self._database.read() as connection:
            return {row.run_id: _num_left(row) for row in connection.execute(query)}


def num_epochs(config: str) -> int:
    """Return how many epochs a run has, by its configuration as kept."""
    return int(json.loads(config)["num_epochs"])


def _usual(pace: Pace, project_id: str, kind: str) -> float | None:
    return pace.get((project_id, kind)) or pace.get(("", kind))


def _left(row: Row[Any], epoch_s: float | None) -> float | None:
    """Return how long a run under way will still take: by its own pace, else by the usual one."""
    worked_s = max(0.0, float(row.trained_s or 0.0))
    epochs, took_s = turn_of(row.config, int(row.last_epoch), worked_s)
    if epochs > 0:
        return took_s / epochs * _num_left(row)
    return None if epoch_s is None else max(0.0, epoch_s * _num_left(row) - took_s)


def _num_left(row: Any) -> int:
    """Return how many epochs a run still has before it; one in which it begins is not counted."""
    return max(0, num_epochs(row.config) - max(0, int(row.last_epoch)))
