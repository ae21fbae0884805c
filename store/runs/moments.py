"""The optimizer's state of an epoch: a file beside its checkpoint, while a run may go on from it.

A run goes on from its newest epoch, or from the one before where that is damaged, when its worker
died, and a pretraining also when it was stopped (`store/runs/resuming.py`). Whatever else begins
with a network reads its weights alone. So no row names these files: a checkpoint's row, and how its
run stands, say whether it has one (their sha256 is in the checkpoint), and they are removed when
that ends. One that is missing costs the epochs back to the last that has one.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from store.errors import ArtifactsRefusedError, DataDirNotWritableError, StoreUnavailableError
from store.files.artifacts import Artifacts
from store.records import LIVE_STATES
from store.sql.database import Database
from store.sql.tables import RUN, SNAPSHOT

ENDING: Final = ".moments"
"""Of their names, after the whole name of the checkpoint."""
NUM_KEPT: Final = 2
"""Epochs that a run may go on from: its newest, and the one before."""
UNREMOVED: Final = StoreUnavailableError, ArtifactsRefusedError, DataDirNotWritableError
"""What is raised of files that cannot be removed now; they are swept later."""
_IS_NEAR_END: Final = SNAPSHOT.c.epoch > RUN.c.last_epoch - NUM_KEPT
_MAY_GO_ON: Final = or_(
    RUN.c.state.in_(LIVE_STATES), and_(RUN.c.kind == "pretrain", RUN.c.state == "stopped")
)


class Moments:
    """Those of every run."""

    def __init__(self, database: Database, artifacts: Artifacts) -> None:
        self._database = database
        self._artifacts = artifacts

    def outgrow(self, run_id: str, epoch: int) -> None:
        """Remove those that nobody needs any more now that an epoch is kept."""
        old = SNAPSHOT.c.run_id == run_id, SNAPSHOT.c.epoch == epoch - NUM_KEPT
        with self._database.read() as connection:
            checkpoints = connection.scalars(select(SNAPSHOT.c.checkpoint).where(*old))
            names = {moments_of(checkpoint) for checkpoint in checkpoints}
            names -= named_moments(connection, names)
        for name in names:
            self._artifacts.remove(name)

    def clear(self, run_id: str) -> None:
        """Remove those of a run that has ended, but what it may go on from all the same."""
        files = {file.name for file in self._artifacts.listed(f"runs/{run_id}")}
        names = {name for name in files if name.endswith(ENDING)}
        with self._database.read() as connection:
            # in this order: a worker that has it by now writes under other names
            state = connection.scalar(select(RUN.c.state).where(RUN.c.run_id == run_id))
            if state in LIVE_STATES:
                return
            names |= moments_near_end(connection, RUN.c.run_id == run_id)
            names -= named_moments(connection, names)
        for name in names:
            self._artifacts.remove(name)


def moments_of(checkpoint: str) -> str:
    """Return the name of the file beside a checkpoint."""
    return f"{checkpoint}{ENDING}"


def named_moments(connection: Connection, names: Iterable[str]) -> set[str]:
    """Return those of some files from which a run of any project may go on."""
    beside = [name.removesuffix(ENDING) for name in names if name.endswith(ENDING)]
    return _beside(connection, _MAY_GO_ON, SNAPSHOT.c.checkpoint.in_(beside)) if beside else set()


def needed_moments(connection: Connection) -> set[str]:
    """Return all from which runs may go on, of any schema so far; not each need be there."""
    return _beside(connection, _MAY_GO_ON)


def moments_near_end(connection: Connection, which: ColumnElement[bool]) -> set[str]:
    """Return the files that some runs may have had when they ended."""
    return _beside(connection, which)


def may_go_on(kind: str, state: str) -> bool:
    """Return whether a run of this kind and state may go on, here or as a copy."""
    return state in LIVE_STATES or (kind == "pretrain" and state == "stopped")


def _beside(connection: Connection, *which: ColumnElement[bool]) -> set[str]:
    """Return the names of files beside the last checkpoints of some runs."""
    query = select(SNAPSHOT.c.checkpoint).join(RUN, RUN.c.run_id == SNAPSHOT.c.run_id)
    checkpoints = connection.scalars(query.where(_IS_NEAR_END, *which))
    return {moments_of(checkpoint) for checkpoint in checkpoints}
