"""A simulated person: looks at thumbnails on a 2D map, lassos what looks alike, gives it a class.

The protocol is fixed (docs/learning.md, "The simulated annotator"), so that every tool is measured
by the same hand. It knows the truth of what it looks at, and of nothing else.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import NearestNeighbors

NUM_SPOTS: Final = 3
"""Places looked at for one gesture."""
NUM_CANDIDATES: Final = 20
"""Unnamed points of which each spot is the best."""
NUM_AROUND: Final = 100
"""Map neighbours that tell how much of a place is named already."""
NUM_THUMBNAILS: Final = 12
"""Pictures looked at before a lasso is drawn."""
LEAST_PURITY: Final = 0.9
"""Share of one class among the pictures that makes a lasso worth drawing."""
SMALLEST: Final = 5
"""A lasso that is not made smaller any more."""
MOST_SHARE: Final = 230 / 4000
"""Largest lasso, as a part of all samples."""


@dataclass(frozen=True, eq=False)
class Lasso:
    """One gesture: these samples get this class."""

    ids: NDArray[np.int64]
    """Samples named, shape (num_named,)."""
    class_index: int
    """The class they get."""
    num_looked: int
    """Thumbnails looked at on the way, at all spots."""


class Annotator:
    """One simulated person with a seed of their own."""

    def __init__(self, truth: NDArray[np.int16], seed: int) -> None:
        """Make a person who sees the classes `truth`, shape (num_samples,), when they look."""
        self._truth = truth
        self._rng = np.random.default_rng(seed)
        self._most = max(SMALLEST, round(MOST_SHARE * len(truth)))

    def lasso(self, z: NDArray[np.float32], annotation: NDArray[np.int16]) -> Lasso | None:
        """Return the next gesture, the largest of three spots; None when nothing is left.

        Args:
            z: The map as it is now, shape (num_samples, 2).
            annotation: Classes given so far, negative for none, shape (num_samples,).
        """
        unnamed = np.flatnonzero(annotation < 0)
        if len(unnamed) < SMALLEST:
            return None
        z = z / z.std(0).mean()
        around = NearestNeighbors(n_neighbors=min(NUM_AROUND, len(z))).fit(z)
        tries = [self._look(z, annotation, unnamed, around) for _ in range(NUM_SPOTS)]
        best = max(tries, key=lambda each: len(each.ids))  # the first of equals
        return Lasso(best.ids, best.class_index, sum(each.num_looked for each in tries))

    def _look(
        self,
        z: NDArray[np.float32],
        annotation: NDArray[np.int16],
        unnamed: NDArray[np.int64],
        around: NearestNeighbors,
    ) -> Lasso:
        """Go to the least named of some random places and draw there."""
        count = min(NUM_CANDIDATES, len(unnamed))
        candidates = self._rng.choice(unnamed, count, replace=False)
        near = around.kneighbors(z[candidates], return_distance=False)
        named_share = (annotation[near] >= 0).mean(1)
        taste = 0.9 + 0.2 * self._rng.random(count)
        spot = candidates[np.argmin((1 + 3 * named_share) * taste)]
        order = unnamed[np.argsort(np.square(z[unnamed] - z[spot]).sum(1), kind="stable")]
        return self._draw(order)

    def _draw(self, order: NDArray[np.int64]) -> Lasso:
        """Halve the lasso around a spot until its thumbnails look alike.

        Args:
            order: Unnamed samples by distance from the spot.
        """
        size, looked = min(len(order), self._most), 0
        while True:
            inside = order[:size]
            seen = self._rng.choice(inside, min(NUM_THUMBNAILS, size), replace=False)
            looked += len(seen)
            classes, counts = np.unique(self._truth[seen], return_counts=True)
            is_alike = counts.max() / len(seen) >= LEAST_PURITY
            if is_alike or size <= SMALLEST:
                break
            size //= 2
        majority = int(classes[counts.argmax()])
        if size <= NUM_THUMBNAILS:  # every picture was seen: strangers are clicked out
            inside = inside[self._truth[inside] == majority]
        return Lasso(inside, majority, looked)
