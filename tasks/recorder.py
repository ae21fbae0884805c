"""What training yields, made durable: bytes first, then one SQL transaction that names them."""

import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final, TypeVar

from ml.codec import encode_frame
from ml.field_codec import pack_field
from ml.records import Frame, Snapshot
from store.errors import LeaseLostError, StoreUnavailableError
from store.opening import Store
from store.records import FrameRow, Run, SnapshotRow
from tasks.lease import Lease

RETRY_S: Final = 0.2
"""Between two tries while database or artifacts do not answer; the lease ends them."""
BY_STORE: Final = 0
"""The store numbers frames itself."""
T = TypeVar("T")


class Recorder:
    """Writes the frames and snapshots of one attempt at a run.

    File names carry the attempt, so that a worker that lost its run can overwrite nothing.
    """

    def __init__(self, run: Run, store: Store, owner: str, lease: Lease) -> None:
        self.run = run
        """The run as it stands: its `last_epoch` is that of the newest snapshot kept."""
        self._store = store
        self._owner = owner
        self._lease = lease
        self._num_written = 0
        self._kept = ""
        self._kept_epoch = 0.0
        self._is_ahead = False

    def begin(self, base: SnapshotRow | None) -> None:
        """Note the snapshot that training goes on from."""
        frames = self._store.frames.after(base.run_id, base.frame_n - 1) if base else []
        if base and frames:
            is_own = base.run_id == self.run.run_id
            self._kept, self._kept_epoch = frames[0].artifact, frames[0].epoch if is_own else 0.0

    def frame(self, frame: Frame | Snapshot) -> None:
        """Show where the points are; a frame may be lost, so nothing waits for the disk.

        Raises:
            LeaseLostError: when another worker owns the run.
            RunInterruptedError: when the run may not go on.
        """
        row = self._row(frame)
        self._write(row.artifact, encode_frame(frame), durable=False)
        self._commit(lambda: self._store.frames.add(row, self._owner), row.artifact)
        self._is_ahead = True

    def snapshot(self, snapshot: Snapshot) -> None:
        """Keep an epoch: when this returns, it survives a power loss; its field may not.

        Raises:
            LeaseLostError: when another worker owns the run; nothing was kept.
            RunInterruptedError: when the run may not go on.
        """
        if snapshot.epoch <= self.run.last_epoch:
            self._mend(snapshot)
            return
        frame = self._row(snapshot)
        checkpoint = f"runs/{self.run.run_id}/{frame.attempt}-{snapshot.epoch:04d}.safetensors"
        sha256 = self._write(checkpoint, snapshot.checkpoint, durable=True)
        self._write(frame.artifact, encode_frame(snapshot), durable=True)
        if snapshot.field is not None and frame.field is not None:
            self._write(frame.field, pack_field(snapshot.field), durable=False)
        row = SnapshotRow(
            run_id=self.run.run_id,
            epoch=snapshot.epoch,
            attempt=frame.attempt,
            checkpoint=checkpoint,
            sha256=sha256,
            frame_n=BY_STORE,
            metrics=snapshot.metrics,
        )
        commit = self._store.leases.commit_epoch
        written = [name for name in (frame.artifact, frame.field, checkpoint) if name]
        self._commit(lambda: commit(self.run.run_id, self._owner, row, frame), *written)
        self.run = replace(self.run, last_epoch=snapshot.epoch)
        self._kept, self._kept_epoch, self._is_ahead = frame.artifact, frame.epoch, False

    def settle(self) -> None:
        """Show the last snapshot again when frames beyond it were shown: it is what was kept."""
        if self._is_ahead and self._kept:
            run = self.run
            row = FrameRow(
                run.run_id, BY_STORE, run.attempt, self._kept_epoch, False, self._kept, {}
            )
            self._until_answered(lambda: self._store.frames.add(row, self._owner))

    def _mend(self, snapshot: Snapshot) -> None:
        """Put back the damaged checkpoint of an epoch that was kept before; its row stands."""
        row = self._store.runs.snapshot(self.run.run_id, snapshot.epoch)
        if hashlib.sha256(snapshot.checkpoint).hexdigest() == row.sha256:
            self._write(row.checkpoint, snapshot.checkpoint, durable=True)
        self.frame(Frame(float(snapshot.epoch), snapshot.embedding))

    def _row(self, event: Frame | Snapshot) -> FrameRow:
        self._num_written += 1
        run_id, attempt = self.run.run_id, self.run.attempt
        has_field = isinstance(event, Snapshot) and event.field is not None
        name = f"runs/{run_id}/{attempt}-{self._num_written:06d}"
        return FrameRow(
            run_id=run_id,
            n=BY_STORE,
            attempt=attempt,
            epoch=float(event.epoch),
            is_snapshot=isinstance(event, Snapshot),
            artifact=f"{name}.frame",
            metrics=event.metrics if isinstance(event, Snapshot) else {},
            field=f"{name}.field" if has_field else None,
        )

    def _write(self, name: str, data: bytes, durable: bool) -> str:
        """Keep bytes under a name, as soon as what keeps them answers."""
        return self._until_answered(lambda: self._store.artifacts.write(name, data, durable))

    def _commit(self, write: Callable[[], object], *written: str) -> None:
        """Write the row that names new files; they go again where the row is refused."""
        try:
            self._until_answered(write)
        except LeaseLostError:
            with suppress(StoreUnavailableError):
                # a commit whose answer was lost did take place, and its row stands
                for name in set(written) - self._store.frames.named(written):
                    self._store.artifacts.remove(name)
            raise

    def _until_answered(self, write: Callable[[], T]) -> T:
        """Write, and again while what keeps it is away: training is worth more than the wait."""
        while True:
            try:
                return write()
            except StoreUnavailableError:
                self._lease.check()
                time.sleep(RETRY_S)
