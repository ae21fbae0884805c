"""Unit features of islands far from each other, and what is known of them."""

from dataclasses import replace

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.coverage import Known
from ml.groups import Groups, find_groups
from ml.neighbours import Neighbours
from ml.spreading import FeatureGraph


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
    return FeatureGraph(found.ids, found.squared)


def groups_of(h: Tensor, in_graph: Tensor | None = None, seed: int = 0) -> Groups:
    everywhere = torch.ones(len(h), dtype=torch.bool)
    inside = everywhere if in_graph is None else in_graph
    return find_groups(graph_of(h, in_graph), h, inside, seed)


def nothing_known(num_samples: int, num_classes: int) -> Known:
    return Known(
        torch.full((num_samples,), -1),
        torch.zeros((num_samples, num_classes), dtype=torch.bool),
        torch.zeros((num_samples, num_classes)),
        torch.zeros(num_samples, dtype=torch.bool),
        torch.zeros(num_classes, dtype=torch.int64),
        0,
    )


def named(known: Known, ids: Tensor, class_index: int) -> Known:
    """The same where these samples have a class."""
    annotation = known.annotation.clone()
    annotation[ids] = class_index
    return replace(known, annotation=annotation)


def refused(known: Known, ids: Tensor, class_index: int) -> Known:
    """The same where somebody said that these samples are not of a class."""
    told = known.refused.clone()
    told[ids, class_index] = True
    return replace(known, refused=told)
