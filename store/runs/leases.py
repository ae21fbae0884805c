"""Who works on a run: claimed by compare-and-swap, renewed, and fenced at every commit."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Update,
    and_,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from store.errors import LeaseLostError
from store.journal.journal import Journal
from store.journal.line import LINE_VERBS, newest_snapshot
from store.journal.whole_state import WholeState
from store.names import check_uuid
from store.queue import bells
from store.queue.devices import may_train
from store.queue.lateness import is_silent
from store.queue.precedence import BACKGROUND, for_worker, must_wait, somebody_waits
from store.queue.resumed import Resumed
from store.records import LIVE_STATES, OWNED_STATES, FrameRow, Run, SnapshotRow
from store.runs.controls import file_receipt
from store.runs.frames import insert_frame
from store.sql.database import Database
from store.sql.rows import metrics_to_json, to_run
from store.sql.run_columns import RUN_COLUMNS
from store.sql.tables import EVENT, RUN, SNAPSHOT

CLAIM_TRIES: Final = 5
"""Times a worker looks anew where somebody speaks while it claims; then the bell rings again."""


class Leases:
    """The right to work on runs, lent for a few seconds at a time."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def claim(self, run_id: str, owner: str, lease_s: float = 6.0) -> Run | None:
        """Take a run that waits or whose owner fell silent; None when it is not to be had.

        A run waits as `store/queue/precedence.py` and `store/queue/devices.py` say. Its
        parent is resolved at the first claim: the newest snapshot on the project's line before it.
        """
        check_uuid(run_id, "run")
        mine = select(*RUN_COLUMNS).where(RUN.c.run_id == run_id)
        for _ in range(CLAIM_TRIES):
            with self._database.read() as connection:
                row = connection.execute(mine).one_or_none()
            if row is None or row.state not in LIVE_STATES:
                return None
            line, parent = self._parent(row)
            with self._database.write() as connection:
                self._database.take_turn(connection, row.project_id)
                if line is not None and _is_moved(connection, row, line, parent):
                    continue
                bells.settle_dead(connection, self._database.clock, row.project_id)
                if not connection.execute(self._claim(row, owner, lease_s, parent)).rowcount:
                    return None
                return to_run(connection.execute(mine).one())
        return None

    def renew(self, run_id: str, owner: str) -> Literal["ok", "stop", "lost", "closing"]:
        """Prolong a lease.

        Returns:
            `stop` asks the owner to end the run, `lost` says that it is not its own, `closing`
            that it shall be given back: nobody asked for it, and somebody waits for another run.
        """
        clock = self._database.clock
        with self._database.write() as connection:
            row = connection.execute(
                update(RUN)
                .where(_is_owned(run_id, owner))
                .values(lease_until=clock + RUN.c.lease_s)
                .returning(RUN.c.is_cancel_requested, RUN.c.kind)
            ).one_or_none()
            if row is None:
                return "lost"
            if row.is_cancel_requested:
                return "stop"
            waits = select(somebody_waits(clock, for_worker(owner, clock)))
            is_in_the_way = row.kind in BACKGROUND and connection.scalar(waits)
        return "closing" if is_in_the_way else "ok"

    def commit_epoch(
        self, run_id: str, owner: str, snapshot_row: SnapshotRow, frame_row: FrameRow
    ) -> int:
        """Save an epoch and its frame together and return the frame's n; both rows' n is ignored.

        The same epoch of the same attempt is saved once: the answer to a commit may be lost.

        Raises:
            LeaseLostError: another worker owns the run, it has ended, or another attempt or other
                weights have the epoch.
            DiskFullError: no room. In both cases nothing was saved.
            StoreUnavailableError: ask again; nobody may know whether it was saved.
        """
        clock = self._database.clock
        try:
            with self._database.write() as connection:
                n = insert_frame(connection, run_id, owner, frame_row)
                connection.execute(
                    update(RUN)
                    .where(RUN.c.run_id == run_id)
                    .values(
                        last_epoch=snapshot_row.epoch,
                        lease_until=clock + RUN.c.lease_s,
                        num_strikes=0,  # a run that gets on is not hopeless
                        error=None,  # nor does it wait any more (`store/runs/pauses.py`)
                    )
                )
                connection.execute(insert(SNAPSHOT).values(_columns(run_id, snapshot_row, n)))
                return n
        except IntegrityError:
            known = self._committed(run_id, snapshot_row)
        if known is None:
            raise LeaseLostError(f"Epoch {snapshot_row.epoch} was committed before.")
        return known

    def _committed(self, run_id: str, row: SnapshotRow) -> int | None:
        """Return the frame's n of an epoch that this very attempt committed, None for others."""
        mine = (SNAPSHOT.c.run_id == run_id) & (SNAPSHOT.c.epoch == row.epoch)
        same = (SNAPSHOT.c.attempt == row.attempt) & (SNAPSHOT.c.sha256 == row.sha256)
        with self._database.read() as connection:
            return connection.scalar(select(SNAPSHOT.c.frame_n).where(mine & same))

    def finish(
        self,
        run_id: str,
        owner: str,
        state: Literal["finished", "stopped", "failed", "quarantined"],
        error: str | None = None,
        receipt: Mapping[str, Any] | None = None,
    ) -> None:
        """End a run; where it had moves, with its receipt, which asks for a control.

        Raises:
            LeaseLostError: another worker owns the run, or it has ended.
        """
        clock = self._database.clock
        with self._database.write() as connection:
            owned = select(RUN.c.project_id).where(_is_owned(run_id, owner))
            if (project_id := connection.scalar(owned)) is not None:
                # before any row of it: others hold several of its rows as well
                self._database.take_turn(connection, project_id)
            ended = connection.execute(
                update(RUN)
                .where(_is_owned(run_id, owner))
                .values(state=state, error=error, ended_at=clock, owner=None, lease_until=0.0)
            )
            if not ended.rowcount:
                raise LeaseLostError("The run is no longer this worker's; it was not ended.")
            if receipt is not None:
                file_receipt(connection, clock, run_id, receipt)
            waits = (RUN.c.project_id == project_id) & (RUN.c.state == "queued")
            connection.execute(update(RUN).where(waits).values(rung_at=0.0))

    def give_back(self, run_id: str, owner: str) -> None:
        """Return a run unfinished, to be claimed at once; nothing happens when it was lost.

        A run given back in order does not come closer to quarantine, nor does it say any more why
        this worker waited.
        """
        clock = self._database.clock
        with self._database.write() as connection:
            connection.execute(
                update(RUN)
                .where(_is_owned(run_id, owner), RUN.c.is_cancel_requested)
                .values(state="stopped", error=None, ended_at=clock, owner=None, lease_until=0.0)
            )
            connection.execute(
                update(RUN)
                .where(_is_owned(run_id, owner))
                .values(
                    state="queued", error=None, owner=None, rung_at=0.0,
                    lease_until=clock,  # since when it waits (`store/queue/devices.py`)
                    # an epoch of this claim has wiped its strike out already
                    num_strikes=case((RUN.c.num_strikes > 0, RUN.c.num_strikes - 1), else_=0),
                )
            )  # fmt: skip

    def bury(self, owner: str) -> None:
        """End the leases of a worker that is known to be dead, so that others need not wait.

        Unlike runs given back, what it held comes closer to quarantine.
        """
        held = (RUN.c.owner == owner) & RUN.c.state.in_(OWNED_STATES)
        over = self._database.clock - 1.0  # since when it waits, as where it is given back
        with self._database.write() as connection:
            connection.execute(update(RUN).where(held).values(lease_until=over, rung_at=0.0))

    def give_up(self, run_id: str, owner: str, error: str) -> None:
        """Let a run be claimed again as if its worker had died; the last time, fail it instead.

        Args:
            run_id: The run.
            owner: Of the run; nothing happens where it was lost.
            error: What it fails with, one sentence.
        """
        with self._database.read() as connection:
            strikes = connection.scalar(select(RUN.c.num_strikes).where(_is_owned(run_id, owner)))
        if strikes is not None and strikes >= bells.MAX_ATTEMPTS:
            self.finish(run_id, owner, "failed", error)
        else:
            self.bury(owner)

    def due(self, now: float | None = None) -> list[str]:
        """Return the runs whose bell is to be rung now, oldest first, and note that it was.

        These are runs whose lease ran out and waiting runs nobody answered for 5 s, unless an
        earlier run of the project is live. On the way, runs are settled whose worker died while
        stopping, or died three times.

        Args:
            now: seconds since 1970 by the database's clock, None to ask it.
        """
        return bells.due(self._database, now)

    def _claim(
        self, row: Row[Any], owner: str, lease_s: float, parent: SnapshotRow | None
    ) -> Update:
        clock = self._database.clock
        values: dict[str, Any] = {
            "state": "running",
            "error": None,  # why the worker waited that had it before
            "attempt": RUN.c.attempt + 1,
            "num_strikes": RUN.c.num_strikes + 1,
            "owner": owner,
            "lease_s": lease_s,
            "lease_until": clock + lease_s,
            "started_at": func.coalesce(RUN.c.started_at, clock),
        }
        resumed = Resumed.of(row.config)
        if resumed is not None and resumed.resumed_attempt == row.attempt:
            values["started_at"] = clock - resumed.resumed_after_s  # not while it waited anew
        if parent is not None:
            values |= {"parent_run_id": parent.run_id, "parent_epoch": parent.epoch}
        is_free = or_(RUN.c.state == "queued", and_(RUN.c.state == "running", is_silent(clock)))
        is_this = (RUN.c.run_id == row.run_id) & (RUN.c.attempt == row.attempt)
        fits = may_train(owner, clock) & ~must_wait(clock, for_worker(owner, clock))
        return update(RUN).where(is_this, ~RUN.c.is_cancel_requested, is_free, fits).values(values)

    def _parent(self, row: Row[Any]) -> tuple[WholeState | None, SnapshotRow | None]:
        """Return what a run begins with, and by which state; nothing where it was told before."""
        if row.attempt or row.kind != "fine_tune":  # others were made with theirs
            return None, None
        state = self._journal.state(row.project_id)
        with self._database.read() as connection:
            return state, _newest_before(connection, row.run_id, state)


def _newest_before(connection: Connection, run_id: str, state: WholeState) -> SnapshotRow | None:
    on_line = state.run_ids
    before = on_line[: on_line.index(run_id)] if run_id in on_line else on_line
    return newest_snapshot(connection, before)


def _is_moved(
    connection: Connection, row: Row[Any], state: WholeState, parent: SnapshotRow | None
) -> bool:
    """Whether a run would begin otherwise than was found with a state, a moment ago.

    Somebody may have taken its parent back meanwhile, or the run before gone on by an epoch.
    """
    mine = and_(EVENT.c.project_id == row.project_id, EVENT.c.seq > state.seq)
    moves = exists().where(mine, EVENT.c.verb.in_(LINE_VERBS))
    if connection.scalar(select(moves)):
        return True
    return _newest_before(connection, row.run_id, state) != parent


def _is_owned(run_id: str, owner: str) -> ColumnElement[bool]:
    return and_(RUN.c.run_id == run_id, RUN.c.owner == owner, RUN.c.state.in_(OWNED_STATES))


def _columns(run_id: str, row: SnapshotRow, n: int) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "epoch": row.epoch,
        "attempt": row.attempt,
        "checkpoint": row.checkpoint,
        "sha256": row.sha256,
        "frame_n": n,
        "metrics": metrics_to_json(row.metrics),
    }
