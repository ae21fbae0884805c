"""Where a run begins: its own newest snapshot, its parent's, or fresh weights."""

from dataclasses import dataclass

from ml.errors import BadCheckpointError
from ml.networks.checkpoint import Checkpoint, load_weights
from ml.networks.model import LatentModel, build_model
from ml.training import TrainingSet
from store.errors import ArtifactDamagedError, ArtifactMissingError, NotFoundError
from store.opening import Store
from store.records import Run, SnapshotRow
from tasks.workbench import Workbench


@dataclass(frozen=True, eq=False)
class StartingPoint:
    """A model to train, and what a person should know about where it came from."""

    model: LatentModel
    """Holds the parent's weights, or fresh ones."""
    resume: Checkpoint | None
    """The run's own newest intact checkpoint, when an earlier attempt left one."""
    base: SnapshotRow | None
    """The snapshot the run goes on from: its own, else its parent's."""
    note: str | None
    """One sentence when a checkpoint that is gone or damaged was passed over."""


@dataclass(frozen=True, eq=False)
class Found:
    """The newest intact checkpoint among some snapshots."""

    checkpoint: Checkpoint | None
    row: SnapshotRow | None
    note: str | None


def find_start(run: Run, lesson: TrainingSet, store: Store, bench: Workbench) -> StartingPoint:
    """Return where the run begins.

    Raises:
        BadCheckpointError: when its parent has snapshots and none of them is intact.
        ModelMismatchError: when the parent is of another architecture.
        ArtifactsAwayError: when files are gone because their disk is not mounted.
    """
    model = build_model(run.config, lesson.sample_shape, lesson.num_classes, bench.device)
    own = newest_intact(run.run_id, run.last_epoch, store, bench, is_own=True)
    if run.parent_run_id is None or run.parent_epoch is None:
        return StartingPoint(model, own.checkpoint, own.row, own.note)
    parent = newest_intact(run.parent_run_id, run.parent_epoch, store, bench)
    if parent.checkpoint is None:
        raise BadCheckpointError(
            "No intact checkpoint is left to start from; undo to an earlier Update, or Reset."
        )
    load_weights(model, parent.checkpoint)
    return StartingPoint(model, own.checkpoint, own.row or parent.row, own.note or parent.note)


def newest_intact(
    run_id: str, epoch: int, store: Store, bench: Workbench, *, is_own: bool = False
) -> Found:
    """Return the newest checkpoint, of `epoch` or before, whose bytes are those written.

    Args:
        run_id: Whose.
        epoch: The newest there is.
        store: Where they are.
        bench: What this worker keeps warm.
        is_own: Whether the run itself goes on from it, which takes more than weights.

    Raises:
        ArtifactsAwayError: files are gone because their disk is not mounted.
    """
    found, why, is_file_gone = Found(None, None, None), list[str](), False
    for candidate in range(epoch, -1, -1):
        what = f"The checkpoint of epoch {candidate}"
        try:
            row = store.runs.snapshot(run_id, candidate)
            checkpoint = bench.checkpoint(store, row)
            if is_own:
                what = f"What epoch {candidate} needs to go on"
                checkpoint = bench.resumable(store, row)
        except (NotFoundError, ArtifactDamagedError, BadCheckpointError) as error:
            is_file_gone |= isinstance(error, ArtifactMissingError)
            why.append(f"{what} was {'gone' if isinstance(error, NotFoundError) else 'damaged'}")
            continue
        found = Found(checkpoint, row, f"{why[0]}; epoch {candidate} was used." if why else None)
        break
    if is_file_gone:  # a disk that is away takes all of them, but what is in memory
        store.artifacts.standing.check()
    if is_own and why and found.row is None:
        found = Found(None, None, f"{why[0]}; it began anew.")
    return found
