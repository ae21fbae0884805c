"""Which samples belong together by what is believed of them: the pairs a contrast draws.

A sample's partner is itself, a neighbour that agrees or, where its class is sure, any other sure
sample of that class. Likely members of one class are not told from each other (docs/learning.md,
sections 6, 9 and 11).
"""

from typing import Final

import torch
from torch import Tensor

from ml.graph.spreading import FeatureGraph

LEAST_SURE: Final = 0.7
"""Probability of a class above which a sample is surely of it."""
LEAST_AGREEMENT: Final = 0.3
"""Probability that two neighbours are of one class below which they are no pair."""
NEIGHBOUR_SHARE: Final = 0.5
"""Part of the pairs that asks a neighbour rather than the sample itself."""
PEER_SHARE: Final = 0.6
"""Part of the sure samples that is paired with any other sure sample of its class."""
LEAST_ALIKE: Final = 0.6
"""Probability of a class above which its samples need not be told from each other."""


class Partners:
    """The pairs of one graph and one answer."""

    def __init__(self, graph: FeatureGraph, belief: Tensor) -> None:
        """Sort the sure samples by class.

        Args:
            graph: Who is near whom.
            belief: Probabilities of classes, shape (num_samples, K); 0 where nothing is believed.
        """
        self._near = graph.neighbours
        self._belief = belief
        self._class_index = belief.argmax(1)  # (num_samples,)
        self._is_sure = (belief.amax(1) > LEAST_SURE) & graph.in_graph
        sure = self._is_sure.nonzero().squeeze(1)
        self._peers = sure[self._class_index[sure].argsort(stable=True)]  # by class
        self._counts = torch.bincount(self._class_index[sure], minlength=belief.shape[1])
        self._starts = self._counts.cumsum(0) - self._counts
        self.num_sure_classes = int((self._counts > 0).sum())
        """Classes that some sample is surely of."""

    def draw(self, ids: Tensor, noise: torch.Generator) -> Tensor:
        """Return a partner for each sample, both shape (B,)."""
        ask, near, meet, peer = torch.rand((4, len(ids)), generator=noise, device=ids.device)
        neighbour = self._pick(ids, near)
        agrees = (self._belief[ids] * self._belief[neighbour]).sum(1) > LEAST_AGREEMENT
        partner = torch.where(agrees & (ask < NEIGHBOUR_SHARE), neighbour, ids)
        meets_peer = self._is_sure[ids] & (meet < PEER_SHARE)
        return torch.where(meets_peer, self._peer(ids, peer), partner)

    def _pick(self, ids: Tensor, draw: Tensor) -> Tensor:
        """Return one neighbour of each by a draw in [0, 1)."""
        return self._near[ids, (draw * self._near.shape[1]).long()]

    def _peer(self, ids: Tensor, draw: Tensor) -> Tensor:
        """Return a sure sample of each one's class by a draw; of no use where there is none."""
        if len(self._peers) == 0:
            return ids
        k = self._class_index[ids]
        place = self._starts[k] + (draw * self._counts[k]).long()
        return self._peers[place.clamp_max(len(self._peers) - 1)]

    def are_alike(self, ids: Tensor) -> Tensor:
        """Return which of some samples are likely of one class, shape (B, B), bool."""
        likely = torch.where(self._belief[ids].amax(1) > LEAST_ALIKE, self._class_index[ids], -1)
        return (likely[:, None] == likely) & (likely >= 0)

    def edges(
        self, ids: Tensor, count: int, noise: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return random edges of the graph, and which do not join surely different classes.

        Args:
            ids: Samples they start from, shape (n,).
            count: How many are drawn.
            noise: Where the draws come from.

        Returns:
            Samples at either end and whether they are a pair, all shape (count,).
        """
        start, pick = torch.rand((2, count), generator=noise, device=ids.device)
        here = ids[(start * len(ids)).long()]
        there = self._pick(here, pick)
        both_sure = self._is_sure[here] & self._is_sure[there]
        is_pair = ~(both_sure & (self._class_index[here] != self._class_index[there]))
        return here, there, is_pair
