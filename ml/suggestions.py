"""Suggested lassos: which thumbnails to look at next, so that few gestures teach much.

First come groups of the first feature graph, the one that reaches most of what is not covered. Then
galleries of what the network believes, two for each group: pictures from all over a predicted
class, and strangers refused elsewhere that may belong to it (docs/learning.md, sections 2 and 5 and
"How it goes, exactly").

All is derived from what a project knows; equal knowledge and seeds give equal suggestions.
"""

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.coverage import ENOUGH_LOOKS, Coverage, Known, find_coverage
from ml.galleries import arrange, believed, doubts, find_strangers
from ml.groups import Groups
from ml.seeding import make_generator

TURNS: Final = 3
"""Two galleries, then a group."""
FIRST_PART: Final = 4
"""A quarter of the groups is asked about before the first gallery: ten of forty."""


@dataclass(frozen=True)
class Why:
    """The numbers behind a suggestion."""

    score: float
    """By what it won. Of a group: how many samples that are not covered its walks reach. Of a
    gallery: the doubt of its class, in samples, divided by 1 + half the galleries it had."""
    covered_share: float
    """Mean probability over the graph that a walk meets a covered sample, before the gesture."""
    num_asked: int
    """Groups asked about so far."""
    num_groups: int
    """Groups in all."""
    num_strangers: int = 0
    """Strangers among the thumbnails of a gallery."""
    num_galleries: int = 0
    """Galleries its class had before."""


@dataclass(frozen=True, eq=False)
class Suggestion:
    """Thumbnails worth looking at and what they stand for; NumPy, to travel between layers."""

    kind: Literal["group", "gallery"]
    """Neighbours by their features, or what the network takes for one class."""
    class_index: int | None
    """The class a gallery asks about; None for a group."""
    shown: NDArray[np.int64]
    """Ids in the order they are shown: at most 12 of a group; of a gallery at most 18, of which the
    first six are enough where they look alike."""
    members: NDArray[np.int64]
    """Ascending ids of the samples without a class it speaks of, shape (num_members,)."""
    why: Why
    """The numbers behind it."""


@torch.no_grad()
def suggest(groups: Groups, h: Tensor, known: Known, seed: int) -> Suggestion | None:
    """Return the next suggestion, or None when nothing is left to ask.

    Args:
        groups: Of the first feature graph, from `find_groups`.
        h: Unit features that tell what looks alike now, float32, shape (num_samples, FEATURE_DIM).
        known: What the project knows.
        seed: Equal seeds give equal suggestions.
    """
    coverage = find_coverage(groups, known)
    if is_gallerys_turn(coverage):
        return suggest_gallery(coverage, h, seed) or suggest_group(coverage, seed)
    return suggest_group(coverage, seed) or suggest_gallery(coverage, h, seed)


def count_first(num_groups: int, num_classes: int) -> int:
    """Return how many groups are asked about before the first gallery.

    A quarter, for a place nobody looked at has no class to be a gallery of; one a class where that
    is more, for a group names one class at most; but never more than half.
    """
    most = math.ceil(num_groups / 2)
    return min(max(math.ceil(num_groups / FIRST_PART), num_classes), most)


def is_gallerys_turn(coverage: Coverage) -> bool:
    """Whether a gallery comes next; none does while a single class is named: all would be its."""
    known = coverage.known
    first = count_first(coverage.groups.num_groups, known.num_classes)
    has_begun = int(coverage.is_asked.sum()) >= first
    is_told_apart = int((torch.bincount(known.annotation[known.is_named]) > 0).sum()) > 1
    return has_begun and is_told_apart and (known.num_answered - first) % TURNS != TURNS - 1


def suggest_group(coverage: Coverage, seed: int) -> Suggestion | None:
    """Return the group that reaches most of what is not covered; None when all were asked about."""
    groups, known = coverage.groups, coverage.known
    if bool(coverage.is_asked.all()):
        return None
    score = (groups.reach * (1 - coverage.covered)[:, None]).sum(0)  # (num_groups,)
    score[coverage.is_asked] = -torch.inf
    best = int(score.argmax())
    is_member = coverage.is_open & (groups.group == best)
    # a group that was not asked about has members nobody has seen
    unseen = (is_member & ~known.is_judged & ~known.is_shown).nonzero().squeeze(1)
    order = torch.randperm(len(unseen), generator=make_generator(seed, best))[:ENOUGH_LOOKS]
    shown = unseen[order.to(unseen.device)]
    why = explain(coverage, float(score[best]))
    return Suggestion("group", None, numbers(shown), numbers(is_member.nonzero().squeeze(1)), why)


def suggest_gallery(coverage: Coverage, h: Tensor, seed: int) -> Suggestion | None:
    """Return a gallery of the class in most doubt; None where no open sample has a belief."""
    known = coverage.known
    belief = believed(known)
    score = doubts(belief, coverage.is_open) / (1 + known.num_galleries / 2)  # (K,)
    if len(score) == 0 or not bool((score >= 0).any()):
        return None
    best = int(score.argmax())
    predicted = belief.argmax(1) == best
    is_member = coverage.is_open & predicted & (belief[:, best] > 0)
    strangers = find_strangers(belief[:, best], coverage.is_open, known.refused, best)
    is_member[strangers] = True
    shown = arrange(h, is_member, strangers, known.is_shown, make_generator(seed, best))
    why = explain(coverage, float(score[best]), len(strangers), int(known.num_galleries[best]))
    members = is_member.nonzero().squeeze(1)
    return Suggestion("gallery", best, numbers(shown), numbers(members), why)


def explain(
    coverage: Coverage, score: float, num_strangers: int = 0, num_galleries: int = 0
) -> Why:
    """Return the numbers behind a suggestion."""
    num_asked = int(coverage.is_asked.sum())
    num_groups = coverage.groups.num_groups
    return Why(score, coverage.share, num_asked, num_groups, num_strangers, num_galleries)


def numbers(ids: Tensor) -> NDArray[np.int64]:
    """Return sample ids as NumPy has them."""
    found: NDArray[np.int64] = ids.cpu().numpy()
    return found
