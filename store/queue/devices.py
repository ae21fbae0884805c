"""Which worker may train which run: a project says whether it needs a GPU.

The device is what a worker says of itself. `auto` takes a GPU where one is idle and does not wait
for one; `gpu` waits; `any` takes whoever comes first. An idle GPU that takes nothing hears no bell:
after some seconds `auto` waits for it no more.
"""

from typing import Final, Literal, get_args

from sqlalchemy import ColumnElement, FromClause, and_, exists, select

from store.queue.lateness import is_from_the_future
from store.queue.worker_records import PRESENT_S
from store.sql.tables import PROJECT, RUN, WORKER

Choice = Literal["auto", "gpu", "any"]
CHOICES: Final = get_args(Choice)
GPU_FIRST_S: Final = 15.0
"""So long a run that may begin is left to an idle GPU: two bells that nobody answered."""
_CPU: Final = "cpu"
_ENDED: Final = RUN.alias("ended_run")


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
    is_left_to_gpu = _gpu(clock, is_idle) & _may_begin_lately(clock, run)
    return has_gpu | (choice == "any") | ((choice == "auto") & ~is_left_to_gpu)


def has_idle_gpu(clock: ColumnElement[float]) -> ColumnElement[bool]:
    """Return whether a worker with a GPU waits for a run."""
    return _gpu(clock, WORKER.c.state == "ready")


def was_heard_of(clock: ColumnElement[float], worker: FromClause = WORKER) -> ColumnElement[bool]:
    """Return whether the worker of a row of `worker`, or of an alias of it, is present."""
    beat_at = worker.c.beat_at
    return and_(beat_at > clock - PRESENT_S, ~is_from_the_future(beat_at, clock))


def _gpu(clock: ColumnElement[float], which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(WORKER.c.device != _CPU, was_heard_of(clock), which)


def _may_begin_lately(clock: ColumnElement[float], run: FromClause) -> ColumnElement[bool]:
    """Return whether a run was asked for, given back or given up lately, or let by one before."""

    def is_fresh(moment: ColumnElement[float]) -> ColumnElement[bool]:
        return (moment > clock - GPU_FIRST_S) & ~is_from_the_future(moment, clock)

    is_let_by = exists().where(_ENDED.c.project_id == run.c.project_id, is_fresh(_ENDED.c.ended_at))
    return is_fresh(run.c.created_at) | is_fresh(run.c.lease_until) | is_let_by
