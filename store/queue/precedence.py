"""Who goes first: what people wait for, then what is done beside it.

A *control* measures and a *variant* tries out; neither is on a project's line. A run that somebody
asked for, in whatever project, is claimed before both, and one of these that is being trained gives
way to it.
"""

from typing import Final

from sqlalchemy import ColumnElement, case, exists, func, select

from store.queue.worker_records import PRESENT_S
from store.records import LIVE_STATES
from store.sql.tables import PROJECT, RUN, WORKER

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


def must_wait() -> ColumnElement[bool]:
    """Return whether a row of `run` waits for another one.

    Runs wait for earlier ones of their project, but not for what is in the background; that waits
    for all others of its project, and for whatever is ready in any.
    """
    goes_first = exists().where(
        _OTHER.c.project_id == RUN.c.project_id,
        is_foreground(_OTHER.c.kind),
        _OTHER.c.state.in_(LIVE_STATES),
        RUN.c.kind.in_(BACKGROUND) | (_OTHER.c.position < RUN.c.position),
    )
    return goes_first | (RUN.c.kind.in_(BACKGROUND) & somebody_waits())


def somebody_waits() -> ColumnElement[bool]:
    """Return whether a run that somebody asked for could be claimed, in any project."""
    is_behind = exists().where(
        _BEFORE.c.project_id == _WAITING.c.project_id,
        is_foreground(_BEFORE.c.kind),
        _BEFORE.c.state.in_(LIVE_STATES),
        _BEFORE.c.position < _WAITING.c.position,
    )
    return exists().where(
        _WAITING.c.state == "queued",
        is_foreground(_WAITING.c.kind),
        ~is_behind,
        ~_cannot_be_had(),
    )


def _cannot_be_had() -> ColumnElement[bool]:
    """Return whether a waiting run needs a GPU and no worker has one: it holds nobody up."""
    needs_gpu = exists().where(
        PROJECT.c.project_id == _WAITING.c.project_id, PROJECT.c.device == "gpu"
    )
    any_worker = WORKER.alias()
    newest = select(func.max(any_worker.c.beat_at)).scalar_subquery()
    is_present = (WORKER.c.beat_at > newest - PRESENT_S) & (WORKER.c.state != "stopping")
    return needs_gpu & ~exists().where(WORKER.c.device != "cpu", is_present)
