"""What training yields, made durable: bytes first, then one SQL transaction that names them."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final, TypeVar

from ml.errors import LodemapError
from ml.maps.codec import encode_frame
from ml.maps.field_codec import pack_field
from ml.records import Frame, Snapshot
from store.errors import ArtifactsAwayError, DiskFullError, StoreUnavailableError
from store.opening import Store
from store.records import FrameRow, Run, SnapshotRow
from store.runs.moments import UNREMOVED, moments_of
from tasks.lease import Lease, RunInterruptedError

T = TypeVar("T")
RETRY_S: Final = 0.2
"""Between two tries while the database does not answer; the lease ends them."""
ROOM_S: Final = 0.5
"""Between two tries while the disk is full, each of which may fill it anew."""
NO_ROOM: Final = "The disk is full: training waits, and goes on by itself once there is room."
NO_DISK: Final = "No files can be saved: training waits, and goes on by itself once they can."
NO_MOUNT: Final = (
    "The disk of the artifacts is not mounted any more: training waits, and goes on by itself once "
    "it is."
)
BY_STORE: Final = 0
"""The store numbers frames itself."""


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
        self._told = ""

    def begin(self, base: SnapshotRow | None) -> None:
        """Note the snapshot that training goes on from."""
        frames = self._store.frames.after(base.run_id, base.frame_n - 1) if base else []
        if base and frames:
            is_own = base.run_id == self.run.run_id
            self._kept, self._kept_epoch = frames[0].artifact, frames[0].epoch if is_own else 0.0

    def frame(self, frame: Frame | Snapshot) -> None:
        """Show where the points are; a frame is lost where the disk is full: none waits for room.

        For a database or artifacts that do not answer it waits as a snapshot does.

        Raises:
            LeaseLostError: when another worker owns the run.
            RunInterruptedError: when the run may not go on.
        """
        row = self._row(frame)
        with suppress(DiskFullError), self._named(row.artifact):
            data, add = encode_frame(frame), self._store.frames.add
            self._write(row.artifact, data, durable=False, is_room_awaited=False)
            self._patiently(lambda: add(row, self._owner), is_room_awaited=False)
            self._is_ahead = True

    def snapshot(self, snapshot: Snapshot) -> None:
        """Keep an epoch: when this returns, it survives a power loss; its field may not.

        A full disk is waited for: what was learned so far is worth more than the time.

        Raises:
            LeaseLostError: when another worker owns the run; nothing was kept.
            RunInterruptedError: when the run may not go on.
        """
        if snapshot.epoch <= self.run.last_epoch:
            self._mend(snapshot)
            return
        frame = self._row(snapshot)
        checkpoint = f"runs/{self.run.run_id}/{frame.attempt}-{snapshot.epoch:04d}.safetensors"
        with self._named(frame.artifact, frame.field, checkpoint, moments_of(checkpoint)):
            if snapshot.moments:
                self._write(
                    moments_of(checkpoint), snapshot.moments, durable=True, is_followed=True
                )
            row = SnapshotRow(
                run_id=self.run.run_id,
                epoch=snapshot.epoch,
                attempt=frame.attempt,
                checkpoint=checkpoint,
                sha256=self._write(checkpoint, snapshot.checkpoint, durable=True, is_followed=True),
                frame_n=BY_STORE,
                metrics=snapshot.metrics,
            )
            self._write(frame.artifact, encode_frame(snapshot), durable=True)
            if snapshot.field is not None and frame.field is not None:
                self._write(frame.field, pack_field(snapshot.field), durable=False)
            commit = self._store.leases.commit_epoch
            self._patiently(lambda: commit(self.run.run_id, self._owner, row, frame))
        self._told = ""
        self.run = replace(self.run, last_epoch=snapshot.epoch)
        self._kept, self._kept_epoch, self._is_ahead = frame.artifact, frame.epoch, False
        self._outgrow(snapshot.epoch)

    def settle(self) -> None:
        """Show the last snapshot again when frames beyond it were shown: it is what was kept."""
        if self._is_ahead and self._kept:
            run = self.run
            row = FrameRow(
                run.run_id, BY_STORE, run.attempt, self._kept_epoch, False, self._kept, {}
            )
            add = self._store.frames.add
            with suppress(DiskFullError):
                self._patiently(lambda: add(row, self._owner), is_room_awaited=False)

    def _mend(self, snapshot: Snapshot) -> None:
        """Put back the damaged files of an epoch that was kept before; its row stands."""
        row = self._store.runs.snapshot(self.run.run_id, snapshot.epoch)
        if hashlib.sha256(snapshot.checkpoint).hexdigest() == row.sha256:
            if snapshot.moments:
                self._write(moments_of(row.checkpoint), snapshot.moments, durable=True)
            self._write(row.checkpoint, snapshot.checkpoint, durable=True)
            self._outgrow(snapshot.epoch)
        self.frame(Frame(float(snapshot.epoch), snapshot.embedding))

    def _outgrow(self, epoch: int) -> None:
        """Remove what a resume needs no more; where that cannot be now, it is swept later."""
        with suppress(*UNREMOVED):
            self._store.moments.outgrow(self.run.run_id, epoch)

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

    def _write(
        self,
        name: str,
        data: bytes,
        durable: bool,
        *,
        is_room_awaited: bool = True,
        is_followed: bool = False,
    ) -> str:
        """Save a file, however long that takes; return its sha256."""
        write = self._store.artifacts.write
        return self._patiently(
            lambda: write(name, data, durable, is_followed=is_followed),
            unavailable=NO_DISK,
            is_room_awaited=is_room_awaited,
        )

    @contextmanager
    def _named(self, *written: str | None) -> Iterator[None]:
        """Remove the files that the block writes, unless it ends with a row that names them."""
        names = {name for name in written if name}
        try:
            yield
        except (LodemapError, RunInterruptedError):
            with suppress(*UNREMOVED):
                # a commit whose answer was lost did take place, and its row stands
                for name in names - self._store.frames.named(names):
                    self._store.artifacts.remove(name)
            raise

    def _patiently(
        self, write: Callable[[], T], *, unavailable: str = "", is_room_awaited: bool = True
    ) -> T:
        """Write, and again while it cannot be: training is worth more than the wait.

        People are told that the disk is full, and `unavailable` while there is no answer.
        """
        while True:
            try:
                return write()
            except ArtifactsAwayError:
                why, pause_s = NO_MOUNT, ROOM_S
            except StoreUnavailableError:
                why, pause_s = unavailable, RETRY_S
            except DiskFullError:
                if not is_room_awaited:
                    raise
                why, pause_s = NO_ROOM, ROOM_S
            self._lease.check()
            self._tell(why)
            time.sleep(pause_s)

    def _tell(self, why: str) -> None:
        """Tell people once why the run waits, as soon as that can be written down."""
        if why and why != self._told:
            with suppress(DiskFullError, StoreUnavailableError):
                self._store.pauses.say(self.run.run_id, self._owner, why)
                self._told = why
