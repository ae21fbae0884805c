"""Walks on the graph of features: P = D^-1 W, and the same edges from the other end."""

import torch

from ml.graph.spreading import LEAST_DEGREE, Edges, FeatureGraph, degree_of, sparse, without_pause


@torch.no_grad()
def walks_on(graph: FeatureGraph) -> Edges:
    """Return P = D^-1 W, the probabilities that a walk goes from one sample to another.

    Rows sum to 1: a sample without neighbours keeps its walk, as one outside the graph does.
    """
    edges = without_pause(graph.edges())
    is_alone = (degree_of(edges) < LEAST_DEGREE).float()  # (num_samples,)
    itself = torch.arange(len(is_alone), device=is_alone.device).expand(2, -1)
    places = torch.cat([edges.indices(), itself], 1)
    edges = sparse(places, torch.cat([edges.values(), is_alone]), len(is_alone))
    chances = edges.values() / degree_of(edges)[edges.indices()[0]]
    return Edges.of(edges.indices(), chances, len(is_alone))


def transposed(edges: Edges) -> Edges:
    """Return the same edges from the other end."""
    ends = torch.cat([edges.starts[1:], edges.starts.new_tensor([len(edges.ends)])])
    counts = ends - edges.starts  # (num_samples,)
    rows = torch.arange(len(counts), device=counts.device).repeat_interleave(counts)
    order = edges.ends.argsort(stable=True)
    indices = torch.stack([edges.ends[order], rows[order]])
    return Edges.of(indices, edges.weights[order], len(counts))
