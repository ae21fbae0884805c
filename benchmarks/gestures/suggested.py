"""A simulated person who follows suggestions: looks at thumbnails, gives one class, refuses others.

The protocol of the lab book's loop (docs/learning.md, section 8): only what was seen is named, and
a class that has no colour yet goes first. The person knows the truth of what they look at, and of
nothing else.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.coverage import Known
from ml.galleries import NUM_AT_FIRST
from ml.records import NO_CLASS
from ml.suggestions import Suggestion

ENOUGH_OF_NEW: Final = 3
"""Thumbnails of a class without a colour that make the person name it first."""


@dataclass(frozen=True, eq=False)
class Answer:
    """One gesture: of the samples seen, these get the class and those do not."""

    named: NDArray[np.int64]
    """Ids that get the class, shape (num_named,)."""
    refused: NDArray[np.int64]
    """Ids seen that are *not this class*, shape (num_refused,)."""
    class_index: int
    """The class given and refused."""
    num_looked: int
    """Thumbnails looked at."""


def answer(
    suggestion: Suggestion, truth: NDArray[np.int16], is_colored: NDArray[np.bool_]
) -> Answer:
    """Return what the person says about a suggestion.

    Args:
        suggestion: With at least one thumbnail.
        truth: Shape (num_samples,).
        is_colored: Classes that were named before, shape (K,).
    """
    seen = look(suggestion, truth)
    class_index = choose(truth[seen], suggestion.class_index, is_colored)
    is_it = truth[seen] == class_index
    return Answer(seen[is_it], seen[~is_it], class_index, len(seen))


def look(suggestion: Suggestion, truth: NDArray[np.int16]) -> NDArray[np.int64]:
    """Return the ids looked at: all of a group; of a gallery six where these are of one class."""
    first = suggestion.shown[:NUM_AT_FIRST]
    is_alike = len(np.unique(truth[first])) == 1
    return first if suggestion.kind == "gallery" and is_alike else suggestion.shown


def choose(seen: NDArray[np.int16], asked: int | None, is_colored: NDArray[np.bool_]) -> int:
    """Return a class without a colour that three thumbnails show, else the most frequent one.

    Among equals the class asked about goes first.

    Args:
        seen: True classes of the thumbnails, at least one.
        asked: class_index of a gallery, None for a group.
        is_colored: Classes that were named before, shape (K,).
    """
    counts = np.bincount(seen, minlength=len(is_colored))  # (K,)
    new = np.where(is_colored, 0, counts)
    if new.max() >= ENOUGH_OF_NEW:
        return int(new.argmax())
    is_asked = asked is not None and counts[asked] == counts.max()
    return asked if asked is not None and is_asked else int(counts.argmax())


@dataclass(frozen=True, eq=False)
class Said:
    """All a person has said so far, as a project would keep it."""

    annotation: Tensor
    """class_index of each sample or NO_CLASS, shape (num_samples,), int64."""
    refused: Tensor
    """*Not this class*, shape (num_samples, K), bool."""
    num_galleries: Tensor
    """Galleries each class had, shape (K,), int64."""
    num_answered: int = 0
    """Suggestions answered."""
    num_looked: int = 0
    """Thumbnails looked at."""

    @property
    def is_colored(self) -> NDArray[np.bool_]:
        """Classes that were named, shape (K,)."""
        counts = torch.bincount(
            self.annotation[self.annotation >= 0], minlength=len(self.num_galleries)
        )
        found: NDArray[np.bool_] = (counts > 0).numpy()
        return found

    def known(self, belief: Tensor) -> Known:
        """Return what a suggestion is made from, given beliefs (num_samples, K)."""
        nothing = torch.zeros(len(self.annotation), dtype=torch.bool)
        return Known(
            self.annotation, self.refused, belief, nothing, self.num_galleries, self.num_answered
        )

    def after(self, suggestion: Suggestion, said: Answer) -> "Said":
        """Return what was said including this answer."""
        annotation, refused = self.annotation.clone(), self.refused.clone()
        galleries = self.num_galleries.clone()
        annotation[torch.from_numpy(said.named)] = said.class_index
        refused[torch.from_numpy(said.refused), said.class_index] = True
        if suggestion.class_index is not None:
            galleries[suggestion.class_index] += 1
        return replace(
            self,
            annotation=annotation,
            refused=refused,
            num_galleries=galleries,
            num_answered=self.num_answered + 1,
            num_looked=self.num_looked + said.num_looked,
        )


def nothing_said(num_samples: int, num_classes: int) -> Said:
    """Return the state of a fresh project."""
    return Said(
        torch.full((num_samples,), NO_CLASS),
        torch.zeros((num_samples, num_classes), dtype=torch.bool),
        torch.zeros(num_classes, dtype=torch.int64),
    )
