"""Unit features of islands far from each other, and the groups on them."""

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from benchmarks.gestures.groups import Groups, find_groups
from ml.graph.neighbours import Neighbours
from ml.graph.spreading import FeatureGraph


def islands(num_islands: int, size: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Features (num_islands * size, 16) and the island of each sample; island 0 comes first."""
    generator = torch.Generator().manual_seed(seed)
    island = torch.arange(num_islands).repeat_interleave(size)
    noise = 0.05 * torch.randn(len(island), 16, generator=generator)
    return F.normalize(torch.eye(16)[island] + noise, dim=1), island


def graph_of(h: Tensor, in_graph: Tensor | None = None) -> FeatureGraph:
    ids = None if in_graph is None else in_graph.nonzero().squeeze(1)
    found = Neighbours(h, 8, ids)
    list(found.chunks())
    return FeatureGraph.of(found.ids, found.squared, in_graph)


def groups_of(h: Tensor, in_graph: Tensor | None = None, seed: int = 0) -> Groups:
    return find_groups(graph_of(h, in_graph), h, seed)
