"""The frames of a project's line, laid end to end, and which of them a takeaway keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ml.maps.codec import HEADER
from ml.records import RunConfig
from store.opening import Store
from store.records import FrameRow, Project, Run
from store.takeaway.errors import BadWishError, NothingToTakeError
from store.takeaway.wish import Place

PAGE: Final = 500
NEAR: Final = 1e-6
"""Places nearer than this are the same."""


@dataclass(frozen=True)
class Block:
    """A run on the line."""

    run: Run
    start: float
    """Where it begins, in epochs from the beginning of the line."""
    span: float
    """How many epochs it takes there."""

    @property
    def title(self) -> str:
        """What people call it."""
        return "Pretraining" if self.run.kind == "pretrain" else f"Run {self.run.number}"

    @property
    def config(self) -> RunConfig:
        """Its settings."""
        return self.run.config


@dataclass(frozen=True)
class Shot:
    """One frame of the line."""

    block: Block
    row: FrameRow

    @property
    def pos(self) -> float:
        """Where it is on the line, in epochs."""
        return self.block.start + min(self.row.epoch, self.block.span)


def lay_line(store: Store, project: Project) -> list[Block]:
    """Lay the runs of a project's line end to end, oldest first; those without an epoch are left.

    Raises:
        NothingToTakeError: the project has no map yet.
    """
    taught = store.journal.state(project.project_id).taught_run_ids
    runs = store.runs.of_project(project.project_id)
    first = [run for run in runs if run.kind == "pretrain" and run.last_epoch >= 0][-1:]
    by_id = {run.run_id: run for run in runs}
    blocks: list[Block] = []
    for run in [*first, *(by_id[run_id] for run_id in taught if run_id in by_id)]:
        if run.last_epoch >= 0:
            start = blocks[-1].start + blocks[-1].span if blocks else 0.0
            blocks.append(Block(run, start, float(max(1, run.last_epoch))))
    if not blocks:
        raise NothingToTakeError(
            f"'{project.name}' has no map yet, so there is nothing to replay; open it on the Map "
            "page, where the map forms itself."
        )
    return blocks


def list_shots(store: Store, blocks: Sequence[Block]) -> list[Shot]:
    """Return every frame of the line, in order; what a later attempt did again is left out."""
    return [Shot(block, row) for block in blocks for row in _track(store, block.run.run_id)]


def _track(store: Store, run_id: str) -> list[FrameRow]:
    track: list[FrameRow] = []
    after = 0
    while rows := store.frames.after(run_id, after, PAGE):
        after = rows[-1].n
        for row in rows:
            while track and _replaces(row, track[-1]):
                track.pop()
            track.append(row)
    return track


def _replaces(row: FrameRow, known: FrameRow) -> bool:
    """Whether a frame does again what an earlier one did, as assets/motion/line.mjs has it."""
    if known.epoch != row.epoch:
        return known.epoch > row.epoch
    return row.is_snapshot or not known.is_snapshot


def between(
    shots: Sequence[Shot], blocks: Sequence[Block], since: Place | None, until: Place | None
) -> list[Shot]:
    """Return the frames of a range; at least one.

    Raises:
        BadWishError: a run is not on the line, or the range ends before it begins.
    """
    nth_first = 0 if since is None else _nth(blocks, since)
    nth_last = len(blocks) - 1 if until is None else _nth(blocks, until)
    first = _pos(blocks[nth_first], since, 0.0)
    last = _pos(blocks[nth_last], until, None)
    if nth_first > nth_last or last < first - NEAR:
        raise BadWishError("The range ends before it begins; swap its two ends.")
    # where a run ends and the next begins, only what was asked for
    wanted = {block.run.run_id for block in blocks[nth_first : nth_last + 1]}
    kept = [
        shot
        for shot in shots
        if first - NEAR <= shot.pos <= last + NEAR and shot.block.run.run_id in wanted
    ]
    if not kept:
        raise BadWishError("No frame is kept of this range; choose a longer one.")
    return kept


def _pos(block: Block, place: Place | None, epoch: float | None) -> float:
    """Return where a place is whose run's block that is; without an epoch, `epoch` or the end."""
    at = epoch if place is None or place.epoch is None else place.epoch
    return block.start + (block.span if at is None else min(at, block.span))


def _nth(blocks: Sequence[Block], place: Place) -> int:
    for nth, block in enumerate(blocks):
        if block.run.number == place.run:
            return nth
    numbers = ", ".join(str(block.run.number) for block in blocks[-12:])
    raise BadWishError(
        f"Run {place.run} is not on the project's line any more; it has {numbers} (0 is the "
        "pretraining)."
    )


def thin(shots: Sequence[Shot], most: int) -> list[Shot]:
    """Keep at most `most` frames, at least two where there are: snapshots first, the ends always.

    Snapshots carry the predictions, so frames in between fill what room they leave. What goes is
    spread evenly.
    """
    if len(shots) <= max(2, most):
        return list(shots)
    ends = {0, len(shots) - 1}
    kept = set(ends)
    for is_snapshot in (True, False):
        alike = (i for i, shot in enumerate(shots) if shot.row.is_snapshot is is_snapshot)
        left = [i for i in alike if i not in kept]
        room = max(2, most) - len(kept)
        if room > 0 and left:
            count = min(room, len(left))
            kept |= {left[int((k + 0.5) * len(left) / count)] for k in range(count)}
    return [shots[i] for i in sorted(kept)]


def frame_bytes(num_samples: int, latent_dim: int) -> int:
    """Return how many bytes a snapshot's frame has (ml/maps/codec.py)."""
    return HEADER.size + num_samples * (2 * latent_dim + 4)
