"""Which worker may train which run: a project says whether it needs a GPU.

The device is what a worker says of itself. `auto` takes a GPU where one is idle and does not wait
for one; `gpu` waits; `any` takes whoever comes first.
"""

from typing import Final, Literal, get_args

from sqlalchemy import ColumnElement, FromClause, and_, exists, select

from store.queue.lateness import is_from_the_future
from store.queue.worker_records import PRESENT_S
from store.sql.tables import PROJECT, RUN, WORKER

Choice = Literal["auto", "gpu", "any"]
CHOICES: Final = get_args(Choice)
_CPU: Final = "cpu"


def choice_of_run(run: FromClause = RUN) -> ColumnElement[str]:
    """Return what the project of a row of `run`, or of an alias of it, says."""
    chosen = select(PROJECT.c.device).where(PROJECT.c.project_id == run.c.project_id)
    return chosen.correlate(run).scalar_subquery()


def may_train(
    worker_id: str, clock: ColumnElement[float], run: FromClause = RUN
) -> ColumnElement[bool]:
    """Return whether a worker may train a row of `run`; one that said nothing has no GPU."""
    has_gpu = exists().where(WORKER.c.worker_id == worker_id, WORKER.c.device != _CPU)
    choice = choice_of_run(run)
    is_idle = WORKER.c.state == "ready"
    return has_gpu | (choice == "any") | ((choice == "auto") & ~_gpu(clock, is_idle))


def has_idle_gpu(clock: ColumnElement[float]) -> ColumnElement[bool]:
    """Return whether a worker with a GPU waits for a run."""
    return _gpu(clock, WORKER.c.state == "ready")


def was_heard_of(clock: ColumnElement[float], worker: FromClause = WORKER) -> ColumnElement[bool]:
    """Return whether the worker of a row of `worker`, or of an alias of it, is present."""
    beat_at = worker.c.beat_at
    return and_(beat_at > clock - PRESENT_S, ~is_from_the_future(beat_at, clock))


def _gpu(clock: ColumnElement[float], which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(WORKER.c.device != _CPU, was_heard_of(clock), which)
