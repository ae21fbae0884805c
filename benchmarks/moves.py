"""What a simulated hand moves on a map, and what became of the moved points and of the rest."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

TREMBLE: Final = 0.05
"""Standard deviation of a drop about its place, in those of the map."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A map and what is believed of its samples."""

    z: NDArray[np.float32]
    """Latents, shape (num_samples, 2)."""
    prediction: NDArray[np.int16]
    """Shape (num_samples,)."""


@dataclass(frozen=True, eq=False)
class Moves:
    """Samples and where they were dropped."""

    ids: NDArray[np.int64]
    """Shape (num_moved,)."""
    target: NDArray[np.float32]
    """Shape (num_moved, 2)."""

    def first(self, count: int) -> "Moves":
        """Return the first so many."""
        return Moves(self.ids[:count], self.target[:count])


@dataclass(frozen=True)
class Outcome:
    """What one fine-tuning did; accuracies in points of a hundred."""

    all_test: float
    """Change over all test samples, moved ones included: the paper's count."""
    held_out: float
    """Change over the test samples that nobody moved."""
    arrive: float
    """Share of moved points that end nearer to their target than to their start."""
    flip: float
    """Share of moved points that are predicted as intended."""
    drift: float
    """Mean way of the other test points, in standard deviations of the map."""


def map_scale(z: NDArray[np.float32]) -> float:
    """Return the standard deviation of a map along an axis, all axes together."""
    return float(np.sqrt(np.square(z - z.mean(0)).mean()))


def draw_moves(
    picture: Picture, label: NDArray[np.int16], is_test: NDArray[np.bool_], most: int, seed: int
) -> Moves:
    """Drop random misclassified test points where their own class is.

    A drop goes to the median place of the correctly predicted test points of the true class, and
    trembles. Classes without such points are left alone.
    """
    rng = np.random.default_rng(seed)
    is_right = (picture.prediction == label) & is_test
    placed = np.unique(label[is_right])
    wrong = np.flatnonzero(is_test & ~is_right & np.isin(label, placed))
    ids = rng.permutation(wrong)[:most]
    homes = {k: np.median(picture.z[is_right & (label == k)], axis=0) for k in placed}
    places = np.array([homes[k] for k in label[ids]]).reshape(-1, picture.z.shape[1])
    tremble = rng.normal(0, TREMBLE * map_scale(picture.z), places.shape)
    return Moves(ids, (places + tremble).astype(np.float32))


def accuracy(prediction: NDArray[np.int16], label: NDArray[np.int16]) -> float:
    """Return the share of right predictions in points of a hundred."""
    return 100 * float((prediction == label).mean())


def outcome(
    before: Picture,
    after: Picture,
    moves: Moves,
    label: NDArray[np.int16],
    parts: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> Outcome:
    """Return what a fine-tuning did.

    Args:
        before: The map the points were moved on.
        after: The map after the fine-tuning.
        moves: What was moved, or would have been in a control.
        label: True classes, shape (num_samples,).
        parts: All test samples, and those nobody moves in any condition, each (num_samples,).
    """
    is_test, is_rest = parts
    ids, target = moves.ids, moves.target
    to_target = np.linalg.norm(after.z[ids] - target, axis=1)
    to_start = np.linalg.norm(after.z[ids] - before.z[ids], axis=1)
    way = np.linalg.norm(after.z[is_rest] - before.z[is_rest], axis=1).mean()
    gains = [
        accuracy(after.prediction[part], label[part])
        - accuracy(before.prediction[part], label[part])
        for part in (is_test, is_rest)
    ]
    return Outcome(
        all_test=gains[0],
        held_out=gains[1],
        arrive=float((to_target < to_start).mean()),
        flip=float((after.prediction[ids] == label[ids]).mean()),
        drift=float(way) / map_scale(before.z),
    )
