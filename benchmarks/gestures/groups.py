"""Groups of similar samples for the prototype: what the walks from one cluster reach most.

The product has its own on the graph of the newest map, without torch (`ml.insight.leads`).

A walk goes from a sample to its neighbours by P = D^-1 W. Clusters are where walks begin, no more:
groups are larger, overlap, and follow the graph where clusters are round (docs/learning.md).
"""

import math
from dataclasses import dataclass
from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from benchmarks.gestures.clusters import find_centres, nearest_centre
from benchmarks.gestures.walks import transposed, walks_on
from ml.graph.plain_graph import GOES_ON, GOES_ON_LOOKING, NUM_STEPS_LOOKING
from ml.graph.spreading import Edges, FeatureGraph
from ml.seeding import make_generator

MOST_GROUPS: Final = 20
GROUP_SHARE: Final = 3 / 40
"""Part of the samples that is in a group: one and a half times a cluster."""
LEAST_MEMBERS: Final = 17
"""Members of a group in a small set, which has fewer groups: the thumbnails of one suggestion."""
NUM_STEPS: Final = 25


@dataclass(frozen=True, eq=False)
class Groups:
    """What depends on the first graph alone: found once, kept by the caller."""

    x: Tensor
    """First features, unit vectors, float32, shape (num_samples, FEATURE_DIM)."""
    in_graph: Tensor
    """Samples that are trained on, shape (num_samples,), bool; others are in no group."""
    walks: Edges
    """P, the probabilities of a walk's next step."""
    reach: Tensor
    """Share of its time that a walk from a group's cluster is at a sample, shape
    (num_samples, num_groups); columns sum to 1."""
    members: Tensor
    """Ids of each group, the most reached first, shape (num_groups, num_members), int64."""

    @property
    def num_groups(self) -> int:
        """Groups, at least one."""
        return len(self.members)


def count_groups(num_samples: int) -> int:
    """Return how many groups a set has: 20, fewer where each could not have 17 members of its own.

    The number of classes has no say: it grows while people work, and groups must stay what they
    were.
    """
    return min(MOST_GROUPS, math.ceil(num_samples / LEAST_MEMBERS))


def count_members(num_samples: int) -> int:
    """Return how many samples are in each group: a share of all, 17 at least where there are."""
    return min(num_samples, max(LEAST_MEMBERS, round(GROUP_SHARE * num_samples)))


@torch.no_grad()
def find_groups(graph: FeatureGraph, h: Tensor, seed: int) -> Groups:
    """Let walks begin at clusters of the first features, and group what they reach.

    Args:
        graph: Of the first features; at least one sample in it.
        h: Those features, float32, shape (num_samples, FEATURE_DIM); only directions matter.
        seed: Equal seeds give equal groups.
    """
    x, in_graph = F.normalize(h, dim=1), graph.in_graph
    inside = x[in_graph]
    centres = find_centres(inside, count_groups(len(inside)), make_generator(seed))
    cluster = torch.full((len(x),), -1, device=x.device)
    index = nearest_centre(inside, centres)
    is_used = torch.bincount(index, minlength=len(centres)) > 0  # a centre may lose its samples
    cluster[in_graph] = (is_used.cumsum(0) - 1)[index]
    walks = walks_on(graph)
    reach = reach_of(walks, cluster)
    most = reach.masked_fill(~in_graph[:, None], -1).sort(dim=0, descending=True, stable=True)
    members = most.indices[: count_members(len(inside))].T.contiguous()
    return Groups(x, in_graph, walks, reach, members)


def reach_of(walks: Edges, cluster: Tensor) -> Tensor:
    """Return where walks are that begin anywhere in a cluster, see `Groups.reach`.

    Args:
        walks: P, the probabilities of a walk's next step.
        cluster: Of each sample, -1 for none, shape (num_samples,), int64; no cluster is empty.
    """
    home = F.one_hot(cluster + 1)[:, 1:].float()  # (num_samples, num_clusters)
    here = home / home.sum(0)
    backwards = transposed(walks)  # a walk is at a sample because it was at one before
    reach = here
    for _ in range(NUM_STEPS):
        here = GOES_ON * (backwards @ here)
        reach = reach + here
    return reach / reach.sum(0)


@torch.no_grad()
def absorbed(walks: Edges, is_seen: Tensor) -> Tensor:
    """Return how probably a walk from each sample meets one that was seen, shape (num_samples,).

    The harmonic function of Zhu et al. 2003 (section 2), for walks that may end on their way.

    Args:
        walks: P, the probabilities of a walk's next step.
        is_seen: Samples at which walks are absorbed, shape (num_samples,), bool; these have 1.
    """
    start = is_seen.float()[:, None]  # (num_samples, 1)
    met = start
    for _ in range(NUM_STEPS_LOOKING):
        met = torch.maximum(start, GOES_ON_LOOKING * (walks @ met))
    return met.squeeze(1)
