"""Which run a worker takes next, and what those that wait are told.

A bell only says that something waits: whichever run it names, the worker that hears it takes the
one that goes first (`store/queue/fairness.py`). So runs are claimed in a fair order whatever
order the bells come in, and a lost bell costs nobody a turn.
"""

import threading
import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, case, func, select, update

from store.queue.devices import choice_of_run, has_idle_gpu, may_train
from store.queue.durations import Durations
from store.queue.fairness import Served, Waiting, first_of, in_turn
from store.queue.lateness import SLACK_S, is_from_the_future, is_silent
from store.queue.precedence import BACKGROUND, for_worker, is_foreground, must_wait
from store.queue.resumed import asked_s_of
from store.queue.schedule import Busy, expected_starts
from store.queue.workers import Workers
from store.records import LIVE_STATES, Run
from store.sql.database import Database
from store.sql.rows import to_run
from store.sql.run_columns import RUN_COLUMNS
from store.sql.tables import RUN

KEPT_S: Final = 0.5
"""How long a look at the queue may be old: many pages ask for it twice a second each."""


@dataclass(frozen=True)
class Place:
    """Where a waiting run stands in the queue."""

    project_id: str
    """The run's project."""
    num_before: int
    """Runs that have or get a worker before it, of any project; none of the background."""
    num_own: int
    """How many of those are of its own project."""
    starts_in_s: float | None
    """Seconds until a worker is free for it, None while nothing is known of that."""
    lacks_gpu: bool = False
    """Whether it waits for a GPU and no worker has one; then nothing waits for it."""


@dataclass(frozen=True)
class _Live:
    waiting: list[Waiting]
    rows: list[Row[Any]]
    """Those that have a worker."""
    served: Served

    @property
    def in_service(self) -> list[str]:
        return [row.project_id for row in self.rows if row.kind not in BACKGROUND]


class Queue:
    """The runs without a worker, of every project."""

    def __init__(self, database: Database, workers: Workers) -> None:
        self._database = database
        self._workers = workers
        self._durations = Durations(database)
        self._lock = threading.Lock()
        self._known: tuple[float, dict[str, Place]] = (-1.0, {})

    def first(self, but: Collection[str] = (), worker_id: str = "") -> str | None:
        """Return the run that goes first of those that a worker could begin now.

        Args:
            but: Runs that the asker failed to claim.
            worker_id: Who asks; one that never reported has no GPU.
        """
        clock = self._database.clock
        may_begin = may_train(worker_id, clock) & ~must_wait(clock, for_worker(worker_id, clock))
        could_begin = RUN.c.run_id.not_in([*but]) & may_begin
        with self._database.read() as connection:
            query = _live(self._database).where(could_begin)
            rows = connection.execute(query).all()
            ready = [_waiting(row) for row in rows if not row.has_worker]
            return first_of(ready, _served(connection, clock, ready)).run_id if ready else None

    def pass_on(self, worker_id: str) -> None:
        """Have the bell rung again for what a worker heard of and may not train, another may.

        Whoever hears a bell is left to chance; without this, a run would wait 5 s for the next.
        """
        clock = self._database.clock
        is_left = (RUN.c.state == "queued") & (RUN.c.rung_at > 0) & ~may_train(worker_id, clock)
        with self._database.read() as connection:
            found = select(RUN.c.run_id).where(is_left, has_idle_gpu(clock))
            waiting = connection.scalars(found).all()
        for run_id in waiting:
            with self._database.write() as connection:
                mine = (RUN.c.run_id == run_id) & (RUN.c.state == "queued")
                connection.execute(update(RUN).where(mine).values(rung_at=0.0))

    def places(self, of: Collection[str] = ()) -> dict[str, Place]:
        """Return where each waiting run stands, by run_id; half a second old at most.

        Args:
            of: Runs that wait; where one of them is not known yet, it is looked anew.
        """
        with self._lock:
            taken_s, places = self._known
            if time.monotonic() - taken_s > KEPT_S or not places.keys() >= {*of}:
                places = self.look()
                self._known = time.monotonic(), places
            return places

    def look(self) -> dict[str, Place]:
        """Return where each waiting run stands now, by run_id."""
        live, workers = self._look(), self._workers.present()
        if not live.waiting:
            return {}
        has_gpu = any(workers.values())
        lacking = [run for run in live.waiting if run.needs_gpu and not has_gpu]
        served = [run for run in live.waiting if not run.needs_gpu or has_gpu]
        order = in_turn(served, live.served, live.in_service)
        needed_s = self._durations.of([*order], live.rows)
        busy = [Busy(row.owner, row.project_id, needed_s.get(row.run_id)) for row in live.rows]
        starts = expected_starts(order, needed_s, busy, workers)
        places = {run.run_id: Place(run.project_id, 0, 0, None, True) for run in lacking}
        ahead = Counter(live.in_service)
        for num_before, run in enumerate(order, ahead.total()):
            own, start = ahead[run.project_id], starts.get(run.run_id)
            places[run.run_id] = Place(run.project_id, num_before, own, start)
            ahead[run.project_id] += 1
        return places

    def live(self) -> list[Run]:
        """Return what learns or waits to in all projects, oldest first; none of the background."""
        query = select(*RUN_COLUMNS).where(RUN.c.state.in_(LIVE_STATES), is_foreground())
        with self._database.read() as connection:
            rows: Any = connection.execute(query.order_by(RUN.c.position))
            return [to_run(row) for row in rows]

    def _look(self) -> _Live:
        with self._database.read() as connection:
            rows = connection.execute(_live(self._database)).all()
            waiting = [_waiting(row) for row in rows if not row.has_worker]
            working = [row for row in rows if row.has_worker]
            return _Live(waiting, working, _served(connection, self._database.clock, waiting))


def _live(database: Database) -> Any:
    """Select the runs that are not at their end, with whether a worker has them."""
    is_dead = (RUN.c.state == "running") & is_silent(database.clock)
    has_worker = case((RUN.c.state == "queued", 0), (is_dead, 0), else_=1)
    return select(
        RUN.c.run_id, RUN.c.project_id, RUN.c.kind, RUN.c.position, RUN.c.created_at,
        RUN.c.owner, RUN.c.config, RUN.c.last_epoch, has_worker.label("has_worker"),
        choice_of_run().label("device"),
        (database.clock - RUN.c.started_at).label("trained_s"), database.clock.label("now"),
    ).where(RUN.c.state.in_(LIVE_STATES))  # fmt: skip


def _waiting(row: Row[Any]) -> Waiting:
    asked_s = asked_s_of(row.config, row.created_at)
    if asked_s > row.now + SLACK_S:  # before the clock was put back, so before all asked for since
        asked_s = 0.0
    return Waiting(row.run_id, row.project_id, row.kind, row.position, asked_s, row.device == "gpu")


def _served(connection: Connection, clock: ColumnElement[float], waiting: list[Waiting]) -> Served:
    """Return when the projects of waiting runs last had a worker to the end of a run."""
    is_background = case((RUN.c.kind.in_(BACKGROUND), 1), else_=0).label("is_background")
    query = (
        select(RUN.c.project_id, is_background, func.max(RUN.c.ended_at).label("ended_at"))
        .where(
            RUN.c.project_id.in_({run.project_id for run in waiting}),
            RUN.c.started_at.is_not(None),
            RUN.c.ended_at.is_not(None),
            ~is_from_the_future(RUN.c.ended_at, clock),
        )
        .group_by(RUN.c.project_id, is_background)
    )
    found = connection.execute(query).all() if waiting else []
    return {(row.project_id, bool(row.is_background)): row.ended_at for row in found}
