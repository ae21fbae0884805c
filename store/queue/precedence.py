"""Who goes first: what people wait for, then what is done beside it.

A *control* measures and a *variant* tries out; neither is on a project's line. A run that somebody
asked for, in whatever project, is claimed before both, and one of these that is being trained gives
way to it.
"""

from typing import Final

from sqlalchemy import ColumnElement, FromClause, case, exists

from store.queue.devices import choice_of_run, may_train, was_heard_of
from store.records import LIVE_STATES, OWNED_STATES
from store.sql.tables import RUN, WORKER

CONTROL: Final = "control"
VARIANT: Final = "variant"
BACKGROUND: Final = (CONTROL, VARIANT)
"""Kinds of runs that no list of a project's runs shows."""
_OTHER: Final = RUN.alias("other_run")
_WAITING: Final = RUN.alias("waiting_run")
_BEFORE: Final = RUN.alias("run_before")


def is_foreground(kind: ColumnElement[str] = RUN.c.kind) -> ColumnElement[bool]:
    """Return whether a run, by its kind, is one that somebody asked for."""
    return kind.not_in(BACKGROUND)


def background_last() -> ColumnElement[int]:
    """Return 0 for what somebody waits for and 1 for the rest, to order rows by."""
    return case((is_foreground(), 0), else_=1)


def must_wait(
    clock: ColumnElement[float], who: ColumnElement[bool] | None = None
) -> ColumnElement[bool]:
    """Return whether a row of `run` waits for another one.

    Runs wait for earlier ones of their project, but not for what is in the background; that waits
    for all others of its project, and for whatever is ready in any.

    Args:
        clock: Now, in seconds since 1970 by the database's clock.
        who: Of a waiting run, whether the worker that asks may train it (`for_worker`); None where
            nobody in particular asks.
    """
    goes_first = exists().where(
        _OTHER.c.project_id == RUN.c.project_id,
        is_foreground(_OTHER.c.kind),
        _OTHER.c.state.in_(LIVE_STATES),
        RUN.c.kind.in_(BACKGROUND) | (_OTHER.c.position < RUN.c.position),
    )
    return goes_first | (RUN.c.kind.in_(BACKGROUND) & somebody_waits(clock, who))


def for_worker(worker_id: str, clock: ColumnElement[float]) -> ColumnElement[bool]:
    """Return whether a worker may train a waiting run: what it may not does not hold it up."""
    return may_train(worker_id, clock, _WAITING)


def somebody_waits(
    clock: ColumnElement[float], who: ColumnElement[bool] | None = None
) -> ColumnElement[bool]:
    """Return whether a run that somebody asked for could be claimed, in any project.

    Args:
        clock: As of `must_wait`.
        who: As of `must_wait`.
    """
    could = exists().where(_WAITING.c.state == "queued", _could_begin(_WAITING, clock))
    return could if who is None else could.where(who)


def wants_the_machine(clock: ColumnElement[float]) -> ColumnElement[bool]:
    """Return whether a row of `run` that somebody asked for is under way, or soon will be."""
    is_under_way = RUN.c.state.in_(OWNED_STATES)
    begins = (RUN.c.state == "queued") & _could_begin(RUN, clock)
    return is_foreground() & (is_under_way | begins)


def _could_begin(run: FromClause, clock: ColumnElement[float]) -> ColumnElement[bool]:
    """Return whether a queued run waits for a worker that there is, and for nothing else.

    One that needs a GPU, where no worker has one, holds nobody up.
    """
    is_behind = exists().where(
        _BEFORE.c.project_id == run.c.project_id,
        is_foreground(_BEFORE.c.kind),
        _BEFORE.c.state.in_(LIVE_STATES),
        _BEFORE.c.position < run.c.position,
    )
    any_worker = WORKER.alias()
    is_present = was_heard_of(clock, any_worker) & (any_worker.c.state != "stopping")
    is_there = exists().where(any_worker.c.device != "cpu", is_present)
    return is_foreground(run.c.kind) & ~is_behind & ((choice_of_run(run) != "gpu") | is_there)
