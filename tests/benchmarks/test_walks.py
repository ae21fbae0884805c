import torch

from benchmarks.gestures.walks import transposed, walks_on
from ml.graph.spreading import Edges
from tests.ml.islands import graph_of


def test_walks__conserve_probability_and_pass_no_held_out_sample() -> None:
    x = torch.rand(60, 3, generator=torch.Generator().manual_seed(0))
    in_graph = torch.arange(60) % 3 != 0
    walks = walks_on(graph_of(x, in_graph))
    chances = walks @ torch.eye(60)
    torch.testing.assert_close(chances.sum(1), torch.ones(60))
    assert chances[~in_graph].equal(torch.eye(60)[~in_graph])
    assert not chances[in_graph][:, ~in_graph].any()


def test_walks__from_a_sample_without_neighbours_stay() -> None:
    assert (walks_on(graph_of(torch.zeros(1, 3))) @ torch.ones(1, 1)).item() == 1


def test_transposed__multiplies_as_the_transposed_matrix_does() -> None:
    dense = torch.rand(7, 7, generator=torch.Generator().manual_seed(0))
    dense[dense < 0.6] = 0
    dense[[0, 6]] = 0  # rows without an edge, at the ends as well
    x = torch.rand(7, 2, generator=torch.Generator().manual_seed(1))
    edges = Edges.of(dense.nonzero().T, dense[dense > 0], 7)
    torch.testing.assert_close(transposed(edges) @ x, dense.T @ x)
    torch.testing.assert_close(transposed(transposed(edges)) @ x, dense @ x)
