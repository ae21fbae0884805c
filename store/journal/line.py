"""What becomes of runs when a gesture moves the project's line.

A waiting or running Update that an undo or a reset put off the line is asked to stop. A waiting
one that several updates share goes back to the settings of the newest update that stands.
An Update taken back before its first epoch is gone for good, also one that fell with its gesture:
a redo could only bring back a stopped run without a map.
"""

from collections.abc import Mapping, Sequence, Set
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from ml.errors import InvalidInputError
from store.errors import AlreadyRunningError
from store.journal.fold import Fold
from store.journal.whole_state import WholeState
from store.queue.precedence import is_foreground
from store.records import LIVE_STATES, SnapshotRow, stands
from store.sql.rows import to_json, to_snapshot
from store.sql.tables import RUN, SNAPSHOT

TURNING: Final = frozenset({"undo", "redo", "reset", "checkout"})
"""Verbs after which a run may be off the line."""
LINE_VERBS: Final = TURNING | {"update"}
"""Verbs after which another run may be the last on the line."""
UNDER_WAY: Final = "A run of this project is under way; wait until it ends."
_NEWEST_PRETRAINING: Final = (
    select(RUN.c.run_id)
    .where(RUN.c.project_id == bindparam("project_id", type_=String), RUN.c.kind == "pretrain")
    .order_by(RUN.c.position.desc())
    .limit(1)
)


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


def lost_with(connection: Connection, fold: Fold, off: Set[int], on: Set[int]) -> list[int]:
    """Return the seqs of the updates that are gone for good once events are switched off, or on.

    They asked for a run that nothing on the line asks for any more, and that has no snapshot of
    its own. Updates of that run which were taken back before are among them.
    """
    updates, state = fold.updates(), fold.state()
    after = (state.taken_back | off) - on
    falling = {
        event.values["run_id"]
        for event in updates
        if event.seq in off or event.values.get("auto_of") in off
    }
    held = {event.values["run_id"] for event in updates if stands(event, after)}
    return _without_epoch(connection, fold, falling - (held & set(state.taught_run_ids)))


def lost_by_reset(connection: Connection, fold: Fold) -> list[int]:
    """Return the seqs of the updates that are gone for good once everything is reset.

    They are those whose run has no snapshot of its own: it is stopped now, and an undo of the reset
    could only bring back a stopped run without a map.
    """
    return _without_epoch(connection, fold, set(fold.state().taught_run_ids))


def _without_epoch(connection: Connection, fold: Fold, run_ids: set[str]) -> list[int]:
    """Return the seqs of all updates that asked for those of some runs that have no snapshot."""
    has_epoch = RUN.c.run_id.in_(run_ids) & (RUN.c.last_epoch >= 0)
    lost = run_ids - set(connection.scalars(select(RUN.c.run_id).where(has_epoch)))
    return [event.seq for event in fold.updates() if event.values["run_id"] in lost]


def newest_pretraining(connection: Connection, project_id: str) -> str | None:
    """Return the pretraining that the project's line begins with, None before one was asked for."""
    return connection.scalar(_NEWEST_PRETRAINING, {"project_id": project_id})


def map_maker(connection: Connection, project_id: str) -> str | None:
    """Return the pretraining that made the project's map or is about to.

    None where there was none, or it ended before its first epoch, with the fresh network's picture
    at most: then another may follow.
    """
    is_worth = RUN.c.state.in_(LIVE_STATES) | (RUN.c.last_epoch > 0)
    of_project = (RUN.c.project_id == project_id) & (RUN.c.kind == "pretrain")
    return connection.scalar(select(RUN.c.run_id).where(of_project, is_worth))


def has_live_run(connection: Connection, project_id: str) -> bool:
    """Return whether a run of a project that somebody asked for waits or is under way."""
    live = (RUN.c.project_id == project_id) & RUN.c.state.in_(LIVE_STATES) & is_foreground()
    return connection.execute(select(RUN.c.run_id).where(live)).first() is not None


def check_idle(connection: Connection, project_id: str) -> None:
    """Check that no run of a project that somebody asked for waits or is under way.

    Raises:
        AlreadyRunningError: one does.
    """
    if has_live_run(connection, project_id):
        raise AlreadyRunningError(UNDER_WAY)


def newest_snapshot(connection: Connection, run_ids: Sequence[str]) -> SnapshotRow | None:
    """Return the newest snapshot of the last of `run_ids` that has one."""
    query = select(SNAPSHOT).order_by(SNAPSHOT.c.epoch.desc()).limit(1)
    for run_id in reversed(run_ids):
        row = connection.execute(query.where(SNAPSHOT.c.run_id == run_id)).one_or_none()
        if row is not None:
            return to_snapshot(row)
    return None


def head_of(connection: Connection, project_id: str, fold: Fold) -> SnapshotRow | None:
    """Return what the map shows: the newest snapshot of the last run on the line that has one."""
    state = WholeState.of(fold.state(), newest_pretraining(connection, project_id))
    return newest_snapshot(connection, state.run_ids)


def check_own(connection: Connection, project_id: str, snapshot: Mapping[str, Any]) -> None:
    """Check that a frame, by run_id and n, is of a run of the project.

    Raises:
        InvalidInputError: it is not.
    """
    of_project = (RUN.c.project_id == project_id) & is_foreground()
    mine = of_project & (RUN.c.run_id == snapshot["run_id"])
    if connection.execute(select(RUN.c.run_id).where(mine)).first() is None:
        raise InvalidInputError(
            "The snapshot this was drawn on is not of this project; reload the page."
        )


def is_outdated(
    connection: Connection, project_id: str, fold: Fold, snapshot: Mapping[str, Any]
) -> bool:
    """Return whether a frame, by run_id and n, is older than the newest snapshot on the line."""
    head = head_of(connection, project_id, fold)
    if head is None:
        return False
    return bool(head.run_id != snapshot["run_id"] or snapshot["n"] < head.frame_n)


def follow(
    connection: Connection, clock: ColumnElement[float], fold: Fold, put_off: tuple[str, ...]
) -> None:
    """Bring a project's live updates in step with its fold, which took `put_off` off the line."""
    if put_off:
        its_own = RUN.c.run_id.in_(put_off)
        ask_to_stop(connection, clock, its_own | RUN.c.control_of.in_(put_off))
    # at most one waits, and the last on the line is that one
    last = RUN.c.run_id.in_(fold.state().taught_run_ids[-1:])
    is_waiting = (RUN.c.state == "queued") & (RUN.c.attempt == 0)
    for run_id in connection.scalars(select(RUN.c.run_id).where(last, is_waiting)).all():
        newest = fold.standing_updates(run_id)[-1]
        connection.execute(
            update(RUN)
            .where(RUN.c.run_id == run_id)
            .values(
                config=to_json(newest.values["config"]),
                author=newest.author,
                author_id=newest.author_id,
                journal_seq=fold.seq,
            )
        )


def next_position(connection: Connection, project_id: str) -> int:
    """Return the place of the project's next run: later runs wait for earlier ones."""
    newest = connection.scalar(
        select(func.max(RUN.c.position)).where(RUN.c.project_id == project_id)
    )
    return 0 if newest is None else newest + 1


def next_number(connection: Connection, project_id: str) -> int:
    """Return the number by which people call the project's next Update, from 1."""
    newest = connection.scalar(select(func.max(RUN.c.number)).where(RUN.c.project_id == project_id))
    return 1 + (newest or 0)
