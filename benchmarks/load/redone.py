"""How much of a run is trained again after its worker was killed."""

import math
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from benchmarks.load.parts import until
from store.opening import Store
from store.records import FrameRow

MID: Final = 0.25
"""Of an epoch, after which a worker is killed: what was begun is lost."""
PATIENCE_S: Final = 5.0
MOST_FRAMES: Final = 100_000


def wait_for_mid_epoch(store: Store, run_id: str) -> int:
    """Wait until a run shows that an epoch is under way; return its attempt.

    One whose epochs are too short for a frame in between is taken as it is.
    """
    n = store.runs.get(run_id).last_n

    def is_under_way() -> bool:
        return any(frame.epoch % 1 > MID for frame in store.frames.after(run_id, n))

    with suppress(RuntimeError):
        until(is_under_way, "a frame in the midst of an epoch", PATIENCE_S)
    return store.runs.get(run_id).attempt


def epochs_redone(store: Store, run_id: str, attempt: int) -> float:
    """Return how many epochs were trained again after `attempt` of a run was killed."""
    return redone(store.frames.after(run_id, 0, MOST_FRAMES), attempt)


def redone(frames: Sequence[FrameRow], attempt: int) -> float:
    """Return what lies between where the next attempt began and the last frame of this one.

    That is at most 1 where the next one goes on from the last whole epoch; 0 where the same attempt
    went on. What came after the last frame that was shown is not known.
    """
    shown = [frame.epoch for frame in frames if frame.attempt <= attempt]
    begun = [_began_at(frame) for frame in frames if frame.attempt > attempt]
    return max(0.0, max(shown) - min(begun)) if shown and begun else 0.0


def _began_at(frame: FrameRow) -> int:
    """Return the whole epoch after which a frame's training began; a snapshot ends its epoch."""
    return math.ceil(frame.epoch) - 1 if frame.is_snapshot else math.floor(frame.epoch)
