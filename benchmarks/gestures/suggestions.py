"""A prototype that is not on the screen: 17 thumbnails nobody has seen, so that few teach much.

What the product shows instead is `ml.insight.leads`.

First come groups of similar samples, always the one whose walks meet least of what was seen. Then
two galleries for each group: pictures from all over a predicted class, the one in most doubt. What
is not of the class that gets named is refused it, which teaches as much (docs/learning.md).

All is worked out from three things a project knows; equal knowledge gives equal suggestions.
"""

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.gestures.clusters import representatives
from benchmarks.gestures.groups import Groups, absorbed
from ml.errors import InvalidInputError
from ml.seeding import make_generator

NUM_SHOWN: Final = 17
"""Thumbnails of a suggestion."""
TURNS: Final = 3
"""Two galleries, then a group."""


@dataclass(frozen=True, eq=False)
class Suggestion:
    """Thumbnails worth looking at and what they stand for; NumPy, to travel between layers."""

    kind: Literal["group", "gallery"]
    """Similar samples, or what the network takes for one class."""
    index: int
    """Which group; the class_index of a gallery."""
    shown: NDArray[np.int64]
    """Ids in the order they are shown, those that stand for many first; 1 to 17."""
    members: NDArray[np.int64]
    """Ascending ids of the unseen samples they stand for, shape (num_members,)."""
    score: float
    """By what it won. Of a group: share of its walks that meets no sample somebody has seen. Of a
    gallery: the doubt of its class, in samples, divided by 1 + half the galleries it had."""


@dataclass(frozen=True, eq=False)
class Memory:
    """What suggestions depend on besides groups and belief; K classes, possibly none."""

    is_seen: Tensor
    """Samples somebody annotated, refused, was unsure about or was shown, shape (num_samples,),
    bool. No suggestion shows them again."""
    is_suggested: Tensor
    """Groups that were suggested, shape (num_groups,), bool."""
    num_galleries: Tensor
    """Galleries each class had, shape (K,), int64."""

    @property
    def num_suggestions(self) -> int:
        """Suggestions so far: tells whose turn it is."""
        return int(self.is_suggested.sum()) + int(self.num_galleries.sum())

    def after(self, suggestion: Suggestion) -> "Memory":
        """Return the memory once a suggestion was answered or passed over."""
        is_seen, is_suggested = self.is_seen.clone(), self.is_suggested.clone()
        num_galleries = self.num_galleries.clone()
        is_seen[torch.from_numpy(suggestion.shown).to(is_seen.device)] = True
        if suggestion.kind == "group":
            is_suggested[suggestion.index] = True
        else:
            num_galleries[suggestion.index] += 1
        return Memory(is_seen, is_suggested, num_galleries)


def no_memory(groups: Groups, num_classes: int) -> Memory:
    """Return the memory of a fresh project."""
    device = groups.in_graph.device
    return Memory(
        torch.zeros_like(groups.in_graph),
        torch.zeros(groups.num_groups, dtype=torch.bool, device=device),
        torch.zeros(num_classes, dtype=torch.int64, device=device),
    )


@torch.no_grad()
def suggest(groups: Groups, belief: Tensor, memory: Memory, seed: int) -> Suggestion | None:
    """Return the next suggestion.

    None when nothing unseen is left; or, while no class is believed in, nothing unseen in groups
    that were not suggested yet.

    Args:
        groups: Of the first feature graph, from `find_groups`.
        belief: How probably each sample is of each class, shape (num_samples, K), float32, such as
            `ml.learning.answer.View.told`; 0 throughout while no class is named.
        memory: What was suggested and seen so far.
        seed: Equal seeds give equal suggestions.

    Raises:
        InvalidInputError: when shapes do not fit.
    """
    check_shapes(groups, belief, memory)
    if is_gallerys_turn(groups, memory):
        return suggest_gallery(groups, belief, memory, seed) or suggest_group(groups, memory, seed)
    return suggest_group(groups, memory, seed) or suggest_gallery(groups, belief, memory, seed)


def check_shapes(groups: Groups, belief: Tensor, memory: Memory) -> None:
    """Check that all speaks of the same samples, classes and groups.

    Raises:
        InvalidInputError: when it does not.
    """
    num_samples, num_classes = len(groups.in_graph), len(memory.num_galleries)
    wanted = {
        "belief": (belief, (num_samples, num_classes)),
        "is_seen": (memory.is_seen, (num_samples,)),
        "is_suggested": (memory.is_suggested, (groups.num_groups,)),
        "num_galleries": (memory.num_galleries, (num_classes,)),
    }
    for name, (value, shape) in wanted.items():
        if tuple(value.shape) != shape:
            raise InvalidInputError(f"{name} has shape {tuple(value.shape)}; use {shape}.")


def count_first(num_groups: int, num_classes: int) -> int:
    """Return how many groups are suggested before the first gallery.

    Half of them, ten of twenty; one a class where that is more, for a group names one class at
    most, and no gallery is of a class nobody has found.
    """
    return min(num_groups, max(math.ceil(num_groups / 2), num_classes))


def is_gallerys_turn(groups: Groups, memory: Memory) -> bool:
    """Whether a gallery comes next."""
    later = memory.num_suggestions - count_first(groups.num_groups, len(memory.num_galleries))
    return later >= 0 and later % TURNS != TURNS - 1


def suggest_group(groups: Groups, memory: Memory, seed: int) -> Suggestion | None:
    """Return the group whose walks meet least of what was seen; None when none is left."""
    is_unseen = groups.in_graph & ~memory.is_seen
    is_left = ~memory.is_suggested & is_unseen[groups.members].any(1)  # (num_groups,)
    if not bool(is_left.any()):
        return None
    seen = groups.in_graph & memory.is_seen
    score = (1 - absorbed(groups.walks, seen)) @ groups.reach  # (num_groups,)
    best = int(score.masked_fill(~is_left, -1).argmax())
    members = groups.members[best]
    members = members[is_unseen[members]].sort().values
    shown = spread_out(groups.x, members, seed, memory.num_suggestions)
    return Suggestion("group", best, numbers(shown), numbers(members), float(score[best]))


def suggest_gallery(groups: Groups, belief: Tensor, memory: Memory, seed: int) -> Suggestion | None:
    """Return a gallery of the class in most doubt; None when no unseen sample is predicted."""
    if belief.shape[1] == 0:
        return None
    sure, predicted = belief.max(1)  # each (num_samples,)
    is_open = groups.in_graph & ~memory.is_seen & (sure > 0)
    if not bool(is_open.any()):
        return None
    score = doubts(sure, predicted, is_open, belief.shape[1]) / (1 + memory.num_galleries / 2)
    best = int(score.argmax())
    members = (is_open & (predicted == best)).nonzero().squeeze(1)
    shown = spread_out(groups.x, members, seed, memory.num_suggestions)
    return Suggestion("gallery", best, numbers(shown), numbers(members), float(score[best]))


def doubts(sure: Tensor, predicted: Tensor, is_open: Tensor, num_classes: int) -> Tensor:
    """Return the doubt of each class, summed over open samples predicted as it, shape (K,).

    The doubt of a sample is 1 minus its largest belief. A class nobody is predicted as has -inf.

    Args:
        sure: Largest belief of each sample, shape (num_samples,).
        predicted: class_index it speaks of, shape (num_samples,), int64.
        is_open: Samples that count, shape (num_samples,), bool.
        num_classes: Classes of the project, K.
    """
    of = predicted[is_open]
    doubt = torch.bincount(of, weights=1 - sure[is_open], minlength=num_classes)
    return doubt.masked_fill(torch.bincount(of, minlength=num_classes) == 0, -torch.inf)


def spread_out(x: Tensor, ids: Tensor, *seeds: int) -> Tensor:
    """Return at most 17 of some samples that represent them all, int64.

    Args:
        x: Unit features, float32, shape (num_samples, FEATURE_DIM).
        ids: Samples to choose from, at least one, int64.
        *seeds: Equal ones give equal thumbnails.
    """
    generator = make_generator(*seeds)
    rows = representatives(x[ids], NUM_SHOWN, generator)
    # equal samples have one representative: others fill its places
    others = torch.randperm(len(ids), generator=generator)[: 2 * NUM_SHOWN]
    shown = list(dict.fromkeys([*rows.tolist(), *others.tolist()]))[:NUM_SHOWN]
    return ids[torch.tensor(shown, device=ids.device)]


def numbers(ids: Tensor) -> NDArray[np.int64]:
    """Return sample ids as NumPy has them."""
    found: NDArray[np.int64] = ids.cpu().numpy()
    return found
