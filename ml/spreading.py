"""What a few annotations say about all samples: label spreading on the graph of features.

    F <- alpha S F + (1 - alpha) Y,   S = D^-1/2 W D^-1/2        (Zhou et al. 2004, section 2)

W joins each sample with its nearest neighbours by a Gaussian of their distance. Nothing is trained:
some tens of sparse products answer a gesture in milliseconds (docs/learning.md).
"""

from typing import Final

import torch
from torch import Tensor

ALPHA: Final = 0.9
"""How much a sample listens to its neighbours rather than to its own annotation."""
NUM_ROUNDS: Final = 25
"""Rounds of spreading: alpha^25 = 0.07 of the first word is left to travel on."""
NUM_VOTERS: Final = 10
"""Neighbours in the graph that speak for a sample outside it."""


class FeatureGraph:
    """Who is near whom by their features, with weights."""

    def __init__(self, neighbours: Tensor, squared: Tensor) -> None:
        """Join samples with their neighbours.

        Args:
            neighbours: Nearest samples of each, shape (num_samples, num_nearest), int64.
            squared: Squared distances to them, same shape.
        """
        self.neighbours = neighbours
        self.weights = (-squared / squared_scale(squared)).exp()  # (num_samples, num_nearest)
        self._similarity = normalised(neighbours, self.weights)

    @torch.no_grad()
    def spread(self, annotation: Tensor, num_classes: int) -> Tensor:
        """Return what each sample most likely is, shape (num_samples, num_classes), rows sum to 1.

        Classes count alike, however many samples were named. Where no word arrives every named
        class is as likely.

        Args:
            annotation: class_index of each sample, negative for none, shape (num_samples,), int64.
            num_classes: Classes of the project, K; at least one must be annotated.
        """
        counts = torch.bincount(annotation[annotation >= 0], minlength=num_classes)
        said = torch.zeros((len(annotation), num_classes), device=annotation.device)
        named = (annotation >= 0).nonzero().squeeze(1)
        said[named, annotation[named]] = counts[annotation[named]].float().rsqrt()
        heard = said
        for _ in range(NUM_ROUNDS):
            heard = ALPHA * (self._similarity @ heard) + (1 - ALPHA) * said
        return as_shares(heard, counts > 0)

    @torch.no_grad()
    def extend(self, opinion: Tensor, in_graph: Tensor) -> Tensor:
        """Return opinions (num_samples, K) where samples outside the graph ask their neighbours.

        Held-out samples are told by those near them, and tell nobody.

        Args:
            opinion: From `spread`, shape (num_samples, K).
            in_graph: Samples that may speak, shape (num_samples,), bool.
        """
        voters = self.neighbours[:, :NUM_VOTERS]
        votes = self.weights[:, :NUM_VOTERS] * in_graph[voters]  # (num_samples, NUM_VOTERS)
        asked = torch.einsum("sv,svk->sk", votes, opinion[voters])  # (num_samples, K)
        is_named = opinion.sum(0) > 0
        return torch.where(in_graph[:, None], opinion, as_shares(asked, is_named))


def squared_scale(squared: Tensor) -> Tensor:
    """Return the square of the median distance, a scalar; 1 where there is no neighbour."""
    finite = squared[squared.isfinite()]
    if len(finite) == 0:
        return squared.new_ones(())
    return finite.median().clamp_min(1e-12)


def normalised(neighbours: Tensor, weights: Tensor) -> Tensor:
    """Return S, sparse, shape (num_samples, num_samples): either of two samples may name the other.

    Args:
        neighbours: Shape (num_samples, num_nearest), int64.
        weights: Of the edges to them, same shape.
    """
    num_samples, num_nearest = neighbours.shape
    rows = torch.arange(num_samples, device=neighbours.device).repeat_interleave(num_nearest)
    columns, half = neighbours.flatten(), weights.flatten() / 2
    both_ways = torch.stack([torch.cat([rows, columns]), torch.cat([columns, rows])])
    joined = sparse(both_ways, torch.cat([half, half]), num_samples)
    degree = torch.sparse.sum(joined, 1).to_dense().clamp_min(1e-12)  # (num_samples,)
    near, far = joined.indices()
    similarity = joined.values() / (degree[near] * degree[far]).sqrt()
    return sparse(joined.indices(), similarity, num_samples)


def sparse(indices: Tensor, values: Tensor, side: int) -> Tensor:
    """Return a coalesced sparse matrix, shape (side, side); the indices are known to be right."""
    return torch.sparse_coo_tensor(indices, values, (side, side), check_invariants=False).coalesce()


def as_shares(heard: Tensor, is_named: Tensor) -> Tensor:
    """Return rows that sum to 1; a row that heard nothing gives all named classes the same."""
    total = heard.sum(1, keepdim=True)
    alike = is_named.float() / is_named.sum().clamp_min(1)  # (K,)
    return torch.where(total > 0, heard / total.clamp_min(torch.finfo(heard.dtype).tiny), alike)
