"""Who gives the next gesture of a live loop, and a person with a lasso."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.annotator import Annotator
from ml.networks.model import LatentModel
from ml.records import Snapshot
from ml.samples.training_set import TrainingSet


@dataclass(frozen=True, eq=False)
class View:
    """All that a hand may look at before a gesture."""

    samples: TrainingSet
    """Every sample with the annotation so far; `truth` is for what is looked at, no more."""
    snapshot: Snapshot
    """Map, prediction and doubt as they are now, of all samples."""
    model: LatentModel
    """The network as it is now; not to be changed."""
    num_gestures: int
    """Gestures given so far."""


@dataclass(frozen=True, eq=False)
class Naming:
    """One gesture: these samples get this class, and those are *not this class*.

    One that names and refuses nothing is a rejection: it counts, and teaches nothing.
    """

    ids: NDArray[np.int64]
    """Samples named, shape (num_named,); never held-out ones."""
    class_index: int
    num_looked: int
    """Thumbnails looked at on the way."""
    refused: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """Samples that are not of the class, shape (num_refused,); never held-out ones."""
    num_left_out: int = 0
    """Pictures clicked out of the selection before it was named."""

    @property
    def is_rejection(self) -> bool:
        """Whether nothing was said of any sample."""
        return len(self.ids) == len(self.refused) == 0


class Hand(Protocol):
    """A simulated person in front of a live map."""

    def next_gesture(self, view: View) -> Naming | None:
        """Return what is named next; None when nothing is left to do."""


HandMaker = Callable[[TrainingSet, int], Hand]
"""From the samples, which hold the truth, and a seed, to a person of that seed."""


class LassoHand:
    """The annotator of docs/learning.md on the map as it is now."""

    def __init__(self, samples: TrainingSet, seed: int) -> None:
        """Make a person of that seed, who sees only samples that are trained on."""
        self._ids = samples.trained_ids
        self._annotator = Annotator(samples.truth[self._ids], seed)

    def next_gesture(self, view: View) -> Naming | None:
        """Return the next lasso."""
        z, annotation = view.snapshot.embedding[self._ids], view.samples.annotation[self._ids]
        lasso = self._annotator.lasso(z, annotation)
        if lasso is None:
            return None
        return Naming(self._ids[lasso.ids], lasso.class_index, lasso.num_looked)
