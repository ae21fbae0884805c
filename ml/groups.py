"""Groups of samples that lie together, and how far each reaches by walks on the feature graph.

A walk goes from a sample to its neighbours by P = D^-1 W and stops with one probability after each
step. Where it stops is told by the iteration of Zhou et al. 2004, with P for S, so that probability
is conserved (docs/learning.md, section 2).
"""

import math
from dataclasses import dataclass
from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.clusters import find_centres, nearest_centre
from ml.seeding import make_generator
from ml.spreading import Edges, FeatureGraph

MOST_GROUPS: Final = 40
SAMPLES_PER_GROUP: Final = 80
FEW_GROUPS: Final = 10
"""Groups of a small set: fewer could not tell ten classes."""
FEW_SAMPLES: Final = 5
"""Least mean size of a group; tiny sets have fewer groups still."""
GOES_ON: Final = 0.9
"""Probability that a walk takes another step."""
NUM_STEPS: Final = 25


@dataclass(frozen=True, eq=False)
class Groups:
    """What depends on the first graph alone: found once, kept by the caller."""

    group: Tensor
    """Index of each sample's group, -1 outside the graph, shape (num_samples,), int64."""
    reach: Tensor
    """Probability that a walk from a sample ends in a group, shape (num_samples, num_groups); rows
    sum to 1 in the graph and are 0 outside."""
    walks: Edges
    """P, the probabilities of a walk's next step."""

    @property
    def in_graph(self) -> Tensor:
        """Samples that belong to a group, shape (num_samples,), bool."""
        return self.group >= 0

    @property
    def num_groups(self) -> int:
        """Groups; none is empty."""
        return self.reach.shape[1]

    @property
    def sizes(self) -> Tensor:
        """Members of each group, shape (num_groups,), int64."""
        return torch.bincount(self.group[self.in_graph], minlength=self.num_groups)


def count_groups(num_samples: int) -> int:
    """Return how many groups a set is parted into: one for each 80 samples, 10 to 40.

    The number of classes has no say: it grows while people work, and groups must stay what they
    were.
    """
    wanted = min(MOST_GROUPS, max(FEW_GROUPS, num_samples // SAMPLES_PER_GROUP))
    return min(wanted, math.ceil(num_samples / FEW_SAMPLES))


@torch.no_grad()
def find_groups(graph: FeatureGraph, h: Tensor, in_graph: Tensor, seed: int) -> Groups:
    """Part the samples of the first graph into groups and let each spread by a walk.

    Args:
        graph: Of the first features.
        h: Those features, unit vectors, float32, shape (num_samples, FEATURE_DIM).
        in_graph: Samples that are trained on, shape (num_samples,), bool; at least one. Others
            belong to no group, and no walk passes them.
        seed: Equal seeds give equal groups.
    """
    inside = h[in_graph]
    centres = find_centres(inside, count_groups(len(inside)), make_generator(seed))
    group = torch.full((len(h),), -1, device=h.device)
    index = nearest_centre(inside, centres)
    is_used = torch.bincount(index, minlength=len(centres)) > 0  # a centre may lose its samples
    group[in_graph] = (is_used.cumsum(0) - 1)[index]
    walks = graph.walks(in_graph)
    return Groups(group, reach_of(walks, group), walks)


def reach_of(walks: Edges, group: Tensor) -> Tensor:
    """Return where walks end that stop with probability .1 after each step, see `Groups.reach`."""
    home = F.one_hot(group + 1)[:, 1:].float()  # (num_samples, num_groups)
    reach = home
    for _ in range(NUM_STEPS):
        reach = GOES_ON * (walks @ reach) + (1 - GOES_ON) * home
    return reach
