"""A simulated person before a prototype with galleries and refusals that is not on the screen.

They look at the thumbnails `benchmarks.gestures.suggestions` shows, give one class and refuse the
others. All that is shown is looked at, and nothing else is named. The person knows the truth of
what they look at (docs/learning.md).
"""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.gestures.groups import Groups, find_groups
from benchmarks.gestures.hand import Naming, View
from benchmarks.gestures.suggestions import Memory, no_memory, suggest
from ml.learning.answer import View as FeatureView
from ml.networks.embedding import Embedding
from ml.networks.model import LatentModel
from ml.samples.training_set import TrainingSet, to_pixels

ENOUGH_OF_NEW: Final = 3
"""Thumbnails of a class without a colour that make the person name it first."""


class SuggestedHand:
    """A person who answers what the product suggests, on groups of the pretrained features."""

    def __init__(self, samples: TrainingSet, seed: int) -> None:
        """Make a person of that seed; groups are found when the first view is there."""
        self._seed = seed
        self._groups: Groups | None = None
        self._memory: Memory | None = None
        self._num_classes = max(1, samples.num_classes)

    def next_gesture(self, view: View) -> Naming | None:
        """Answer the next suggestion; what is believed is asked of the features as they are now."""
        now = look_at(view.model, view.samples)
        if self._groups is None or self._memory is None:
            self._groups = find_groups(now.graph, now.h, self._seed)
            self._memory = no_memory(self._groups, self._num_classes)
        belief = ask(now, view.samples)
        suggestion = suggest(self._groups, belief, self._memory, self._seed)
        if suggestion is None:
            return None
        self._memory = self._memory.after(suggestion)
        return answer(suggestion.shown, view.samples.truth, view.samples.is_active)


def look_at(model: LatentModel, samples: TrainingSet) -> FeatureView:
    """Return the features as they are now, and who is near whom by them."""
    embedding = Embedding(model, to_pixels(samples.images))
    for _ in embedding.chunks():
        pass
    ids = torch.from_numpy(samples.trained_ids)
    view = FeatureView(model.direction(embedding.h), ids, model.num_classes)
    for _ in view.chunks():
        pass
    return view


def ask(view: FeatureView, samples: TrainingSet) -> torch.Tensor:
    """Return what is believed of each sample, shape (num_samples, K); 0 where nothing was said."""
    is_active = torch.from_numpy(samples.is_active)
    if bool(is_active.any()):
        refused = samples.taught_refusals
        taught = torch.from_numpy(samples.taught).long()
        told = None if refused is None else torch.from_numpy(refused)
        for _ in view.ask(taught, told, is_active):
            pass
    return view.told


def answer(
    shown: NDArray[np.int64], truth: NDArray[np.int16], is_colored: NDArray[np.bool_]
) -> Naming:
    """Return what the person says: one class for some, *not this class* for all others.

    Args:
        shown: Ids of the thumbnails, at least one.
        truth: Shape (num_samples,).
        is_colored: Classes that were named before, shape (K,).
    """
    class_index = choose(truth[shown], is_colored)
    is_it = truth[shown] == class_index
    return Naming(shown[is_it], class_index, len(shown), shown[~is_it])


def choose(seen: NDArray[np.int16], is_colored: NDArray[np.bool_]) -> int:
    """Return a class without a colour that three thumbnails show, else the most frequent one.

    Args:
        seen: True classes of the thumbnails, at least one.
        is_colored: Classes that were named before, shape (K,).
    """
    counts = np.bincount(seen, minlength=len(is_colored))  # (K,)
    new = np.where(is_colored, 0, counts)
    return int(new.argmax() if new.max() >= ENOUGH_OF_NEW else counts.argmax())
