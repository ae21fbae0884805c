"""What a project knows, and what of its samples is covered by it (docs/learning.md, section 2)."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from ml.errors import InvalidInputError
from ml.groups import Groups
from ml.records import NO_CLASS
from ml.spreading import Edges

ENOUGH_LOOKS: Final = 12
"""Members looked at that make a group asked about: the thumbnails of its suggestion."""
LEAST_MAJORITY: Final = 0.6
"""Share of one class among the members judged that covers all members of a group."""
GOES_ON: Final = 0.97
"""Probability that a walk looking for covered samples takes another step."""
NUM_STEPS: Final = 40


@dataclass(frozen=True, eq=False)
class Known:
    """What a project knows when it asks for a suggestion; K classes, possibly none.

    Raises:
        InvalidInputError: when shapes do not fit those of `refused`.
    """

    annotation: Tensor
    """class_index, NO_CLASS or UNSURE of each sample, shape (num_samples,), int64."""
    refused: Tensor
    """Somebody said *not this class*, shape (num_samples, K), bool."""
    belief: Tensor
    """How probably each sample is of each class, shape (num_samples, K), float32; 0 throughout
    while no class is named."""
    is_shown: Tensor
    """Samples whose thumbnails a suggestion showed, shape (num_samples,), bool. What was named or
    refused counts by itself: this keeps away what was passed over."""
    num_galleries: Tensor
    """Galleries each class had, shape (K,), int64."""
    num_answered: int
    """Suggestions answered or passed over so far: tells whose turn it is."""

    def __post_init__(self) -> None:
        n, k = self.refused.shape
        wanted = {"annotation": (n,), "belief": (n, k), "is_shown": (n,), "num_galleries": (k,)}
        for name, shape in wanted.items():
            found = tuple(getattr(self, name).shape)
            if found != shape:
                raise InvalidInputError(
                    f"{name} has shape {found}; {n} samples and {k} classes need {shape}."
                )

    @property
    def num_classes(self) -> int:
        """Classes of the project, K."""
        return self.refused.shape[1]

    @property
    def is_named(self) -> Tensor:
        """Samples that have a class, shape (num_samples,), bool."""
        return self.annotation >= 0

    @property
    def is_open(self) -> Tensor:
        """Samples that wait for a class, shape (num_samples,), bool: unsure ones do not."""
        return self.annotation == NO_CLASS

    @property
    def is_judged(self) -> Tensor:
        """Samples somebody gave a class, refused one or was unsure about, shape (num_samples,)."""
        return ~self.is_open | self.refused.any(1)


@dataclass(frozen=True, eq=False)
class Coverage:
    """How far the groups of a project have come."""

    groups: Groups
    """Of the first feature graph."""
    known: Known
    """What was said so far."""
    is_asked: Tensor
    """Groups people have looked at, shape (num_groups,), bool."""
    covered: Tensor
    """How probably a walk meets a covered sample, shape (num_samples,); 0 outside the graph."""

    @property
    def is_open(self) -> Tensor:
        """Samples of the graph that wait for a class, shape (num_samples,), bool."""
        return self.groups.in_graph & self.known.is_open

    @property
    def share(self) -> float:
        """Mean of `covered` over the graph."""
        return float(self.covered.sum() / self.groups.in_graph.sum())


@torch.no_grad()
def find_coverage(groups: Groups, known: Known) -> Coverage:
    """Return which groups were asked about, and what is covered.

    A group was asked about when twelve members were looked at, or all of them. All its members are
    covered where one class has .6 of those judged; refused and unsure ones count against it.
    Elsewhere only the named samples themselves are.
    """
    is_seen = groups.in_graph & (known.is_judged | known.is_shown)
    num_seen = torch.bincount(groups.group[is_seen], minlength=groups.num_groups)
    is_asked = num_seen >= groups.sizes.clamp_max(ENOUGH_LOOKS)
    is_settled = is_asked & (majority(groups, known) >= LEAST_MAJORITY)  # (num_groups,)
    is_covered = groups.in_graph & (known.is_named | is_settled[groups.group])
    return Coverage(groups, known, is_asked, absorbed(groups.walks, is_covered))


def majority(groups: Groups, known: Known) -> Tensor:
    """Return the largest class's share of each group's judged members, shape (num_groups,)."""
    width = known.num_classes + 1
    verdict = torch.where(known.is_named, known.annotation, known.num_classes)  # K: none of them
    pairs = (groups.group * width + verdict)[groups.in_graph & known.is_judged]
    counts = torch.bincount(pairs, minlength=groups.num_groups * width).view(-1, width)
    num_judged = counts.sum(1)
    counts[:, known.num_classes] = 0
    return counts.amax(1) / num_judged.clamp_min(1)


@torch.no_grad()
def absorbed(walks: Edges, is_covered: Tensor) -> Tensor:
    """Return how probably a walk from each sample meets a covered one, shape (num_samples,).

    The harmonic function of Zhu et al. 2003 (section 2), for walks that may end on their way.

    Args:
        walks: P, the probabilities of a walk's next step.
        is_covered: Samples at which walks are absorbed, shape (num_samples,), bool; these have 1.
    """
    start = is_covered.float()[:, None]  # (num_samples, 1)
    met = start
    for _ in range(NUM_STEPS):
        met = torch.maximum(start, GOES_ON * (walks @ met))
    return met.squeeze(1)
