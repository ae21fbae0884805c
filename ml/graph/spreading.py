"""What a few annotations say about all samples: label spreading on the graph of features.

    F <- alpha S F + (1 - alpha) Y,   S = D^-1/2 W D^-1/2        (Zhou et al. 2004, section 2)

W joins each sample with its nearest neighbours by a Gaussian of their distance. Nothing is trained:
some tens of sparse products answer a gesture in milliseconds (docs/learning.md).
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.cores import slices
from ml.graph.plain_graph import ALPHA, LEAST_APART, NUM_ROUNDS, NUM_VOTERS

ROWS_AT_ONCE: Final = 65_536
"""Samples whose edges are put in order at once."""
MOST_SPREAD: Final = 2**24
"""Shares of samples and classes that are spread at once: 64 MB, of which some are held."""
VOTES_AT_ONCE: Final = 4_000_000
"""Shares of classes read at once by samples outside the graph: 16 MB."""
LEAST_DEGREE: Final = 1e-12
"""Weight of all edges of a sample below which it counts as alone."""


class FeatureGraph:
    """Who is near whom by their features, with weights."""

    def __init__(self, neighbours: Tensor, squared: Tensor, in_graph: Tensor | None = None) -> None:
        """Weigh who is near whom; `chunks` must end before anything else is asked.

        Args:
            neighbours: Nearest samples of each, shape (num_samples, num_nearest), int64.
            squared: Squared distances to them, same shape.
            in_graph: Samples that may speak, shape (num_samples,), bool; all when None. The others,
                held out, are told by those near them, and tell nobody.
        """
        everyone = torch.ones(len(neighbours), dtype=torch.bool, device=neighbours.device)
        self.neighbours = neighbours
        self.in_graph = everyone if in_graph is None else in_graph
        scale = squared_scale(squared[self.in_graph])  # held-out samples change no weight
        self.weights = (-squared / scale).exp()  # (num_samples, num_nearest)
        self._similarity: Edges

    @classmethod
    def of(
        cls, neighbours: Tensor, squared: Tensor, in_graph: Tensor | None = None
    ) -> "FeatureGraph":
        """Return a graph that is ready, of the same arguments."""
        graph = cls(neighbours, squared, in_graph)
        for _ in graph.chunks():
            pass
        return graph

    @property
    def num_bytes(self) -> int:
        """Bytes of all its tensors."""
        similarity = self._similarity
        spread = (similarity.starts, similarity.ends, similarity.weights)
        return sum(part.nbytes for part in (self.neighbours, self.in_graph, self.weights, *spread))

    def chunks(self) -> Iterator[None]:
        """Join the samples, pausing in between: a million of them have thirty million edges."""
        edges = yield from self.edges()
        yield
        self._similarity = normalised(edges)

    def edges(self) -> Generator[None, None, Tensor]:
        """Return W, sparse, shape (num_samples, num_samples), pausing between blocks of rows."""
        is_edge = self.in_graph[:, None] & self.in_graph[self.neighbours]
        return (yield from joined(self.neighbours, self.weights * is_edge))

    def spread(self, said: Tensor) -> Tensor:
        """Return what `spreading` says, without a pause."""
        return without_pause(self.spreading(said))

    @torch.no_grad()
    def spreading(self, said: Tensor) -> Generator[None, None, Tensor]:
        """Return what each sample most likely is, shape (num_samples, K), pausing between rounds.

        Rows sum to 1. Classes count by the root of how much was said of them. Where no word arrives
        every class that was spoken of is as likely.

        Args:
            said: What people said, shape (num_samples, K), 0 for nothing; some of it in the graph.
        """
        mass = said.sum(0)  # (K,)
        worth = torch.where(mass > 0, mass.rsqrt(), mass)
        opinion = torch.empty_like(said)
        for classes in slices(said.shape[1], MOST_SPREAD // len(said)):  # each spreads by itself
            some = said[:, classes] * worth[classes]
            heard = some
            for _ in range(NUM_ROUNDS):
                heard = ALPHA * (self._similarity @ heard) + (1 - ALPHA) * some
                yield
            opinion[:, classes] = heard
        for rows in slices(len(said), MOST_SPREAD // said.shape[1]):
            opinion[rows] = as_shares(opinion[rows], mass > 0)
        yield from self._extend(opinion)
        return opinion

    def _extend(self, opinion: Tensor) -> Iterator[None]:
        """Replace opinions, shape (num_samples, K), of samples outside the graph: neighbours vote.

        It pauses between chunks.
        """
        is_named = opinion.sum(0) > 0
        outside = (~self.in_graph).nonzero().squeeze(1)
        size = max(1, VOTES_AT_ONCE // (NUM_VOTERS * opinion.shape[1]))
        for ids in torch.split(outside, size):
            voters = self.neighbours[ids, :NUM_VOTERS]
            votes = self.weights[ids, :NUM_VOTERS] * self.in_graph[voters]  # (n, NUM_VOTERS)
            asked = torch.einsum("sv,svk->sk", votes, opinion[voters])  # (n, K)
            opinion[ids] = as_shares(asked, is_named)
            yield


@dataclass(frozen=True, eq=False)
class Edges:
    """A sparse matrix (num_samples, num_samples) by rows.

    On a CPU `embedding_bag` multiplies it 5 to 12 times as fast as torch.sparse does.
    """

    starts: Tensor
    """Where the edges of each sample begin, shape (num_samples,), int64."""
    ends: Tensor
    """The sample at the other end, shape (num_edges,), int64."""
    weights: Tensor
    """Shape (num_edges,), float32."""

    @classmethod
    def of(cls, indices: Tensor, weights: Tensor, num_samples: int) -> "Edges":
        """Return edges from coalesced indices, shape (2, num_edges), and their weights."""
        counts = torch.bincount(indices[0], minlength=num_samples)
        ends = indices[1].clone()  # a view would keep the other row too
        return cls(counts.cumsum(0) - counts, ends, weights)

    def __matmul__(self, x: Tensor) -> Tensor:
        """Return the weighted sum over each sample's edges; both (num_samples, num_columns)."""
        return F.embedding_bag(
            self.ends, x, self.starts, mode="sum", per_sample_weights=self.weights
        )


def without_pause(steps: Generator[None, None, Tensor]) -> Tensor:
    """Return what comes of all steps."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Tensor = end.value
            return found


def squared_scale(squared: Tensor) -> Tensor:
    """Return the square of the median distance, a scalar; 1 where all samples are the same.

    Copies of a sample do not count: where most samples have some, the others would lose their
    edges. What is left of a distance of 0 is rounding.
    """
    finite = squared[squared.isfinite()]
    apart = finite[finite > LEAST_APART * finite.max()] if len(finite) else finite
    return apart.median() if len(apart) else squared.new_ones(())


def joined(neighbours: Tensor, weights: Tensor) -> Generator[None, None, Tensor]:
    """Return W, sparse, shape (num_samples, num_samples): either of two samples may name the other.

    It pauses between blocks of rows.

    Args:
        neighbours: Shape (num_samples, num_nearest), int64.
        weights: Of the edges to them, same shape.
    """
    num_samples = len(neighbours)
    blocks = []
    for start in range(0, num_samples, ROWS_AT_ONCE):
        if start:
            yield
        blocks.append(
            rows_of(neighbours, weights / 2, start, min(start + ROWS_AT_ONCE, num_samples))
        )
    indices, values = (torch.cat(parts, -1) for parts in zip(*blocks, strict=True))
    return torch.sparse_coo_tensor(
        indices, values, (num_samples, num_samples), check_invariants=False, is_coalesced=True
    )


def rows_of(neighbours: Tensor, half: Tensor, start: int, stop: int) -> tuple[Tensor, Tensor]:
    """Return the edges of samples `start` to `stop`, whoever of two named the other.

    Returns:
        Coalesced indices, shape (2, num_edges), and weights, shape (num_edges,).
    """
    num_samples, num_nearest = neighbours.shape
    here = torch.arange(start, stop, device=neighbours.device).repeat_interleave(num_nearest)
    naming, rank = ((neighbours >= start) & (neighbours < stop)).nonzero().unbind(1)
    rows = torch.cat([here, neighbours[naming, rank]])
    columns = torch.cat([neighbours[start:stop].flatten(), naming])
    weights = torch.cat([half[start:stop].flatten(), half[naming, rank]])
    edges = sparse(torch.stack([rows, columns]), weights, num_samples)
    return edges.indices(), edges.values()


def degree_of(edges: Tensor) -> Tensor:
    """Return the sum of each row of a coalesced sparse matrix, shape (num_samples,)."""
    counts = torch.bincount(edges.indices()[0], minlength=len(edges))
    degree: Tensor = torch.segment_reduce(edges.values(), "sum", lengths=counts, unsafe=True)
    return degree


def normalised(edges: Tensor) -> Edges:
    """Return S = D^-1/2 W D^-1/2 of the sparse W, both (num_samples, num_samples)."""
    degree = degree_of(edges).clamp_min(LEAST_DEGREE)
    near, far = edges.indices()
    similarity = edges.values() / (degree[near] * degree[far]).sqrt()
    return Edges.of(edges.indices(), similarity, len(degree))


def sparse(indices: Tensor, values: Tensor, side: int) -> Tensor:
    """Return a coalesced sparse matrix, shape (side, side); the indices are known to be right."""
    # said aloud, else PyTorch warns
    torch.sparse.check_sparse_tensor_invariants.disable()  # type: ignore[no-untyped-call]
    return torch.sparse_coo_tensor(indices, values, (side, side), check_invariants=False).coalesce()


def as_shares(heard: Tensor, is_named: Tensor) -> Tensor:
    """Return rows that sum to 1; a row that heard nothing gives all named classes the same."""
    total = heard.sum(1, keepdim=True)
    alike = is_named.float() / is_named.sum().clamp_min(1)  # (K,)
    return torch.where(total > 0, heard / total.clamp_min(torch.finfo(heard.dtype).tiny), alike)


def as_said(annotation: Tensor, num_classes: int) -> Tensor:
    """Return annotations as shares of classes, shape (num_samples, num_classes); 0 for none.

    Args:
        annotation: class_index of each sample, negative for none, shape (num_samples,), int64.
        num_classes: Classes of the project, K.
    """
    said = torch.zeros(len(annotation), num_classes, device=annotation.device)
    named = (annotation >= 0).nonzero().squeeze(1)
    said[named, annotation[named]] = 1
    return said
