import warnings

import numpy as np
import pytest
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.semi_supervised import LabelSpreading

from ml.graph.neighbours import Neighbours
from ml.graph.plain_graph import ALPHA, NUM_ROUNDS, NUM_VOTERS
from ml.graph.spreading import (
    Edges,
    FeatureGraph,
    as_said,
    as_shares,
    without_pause,
)


def graph_of(x: torch.Tensor, k: int = 5, ids: torch.Tensor | None = None) -> FeatureGraph:
    in_graph = None if ids is None else torch.isin(torch.arange(len(x)), ids)
    found = Neighbours(x, k, ids)
    list(found.chunks())
    return FeatureGraph.of(found.ids, found.squared, in_graph)


@pytest.fixture
def two_moons() -> tuple[torch.Tensor, torch.Tensor]:
    """Two arcs (200, 2) that no straight line parts, and which arc each sample is on."""
    turn = torch.linspace(0, torch.pi, 100)
    upper = torch.stack([turn.cos(), turn.sin()], 1)
    lower = torch.stack([1 - turn.cos(), 0.4 - turn.sin()], 1)
    return torch.cat([upper, lower]), torch.arange(200) // 100


def test_spread__one_word_goes_along_an_arc(
    two_moons: tuple[torch.Tensor, torch.Tensor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml.graph.spreading.NUM_ROUNDS", 400)
    monkeypatch.setattr("ml.graph.spreading.ALPHA", 0.99)
    x, arc = two_moons
    annotation = torch.full((200,), -1)
    annotation[[0, 100]] = arc[[0, 100]]
    opinion = graph_of(x).spread(as_said(annotation, 2))
    assert opinion.argmax(1).equal(arc)


def test_spread__is_that_of_the_library() -> None:
    rng = np.random.default_rng(0)
    x = torch.from_numpy(rng.normal(size=(60, 3)).astype(np.float32))
    annotation = torch.full((60,), -1)
    annotation[:9] = torch.arange(9) % 3
    graph = graph_of(x)
    weights = torch.zeros(60, 60).scatter_(1, graph.neighbours, graph.weights)
    kernel = ((weights + weights.T) / 2).numpy().astype(float)
    library = LabelSpreading(kernel=lambda *_: kernel, alpha=ALPHA, max_iter=NUM_ROUNDS, tol=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the library counts to 25 as well
        library.fit(x.numpy(), annotation.numpy())
    mine = graph.spread(as_said(annotation, 3))
    np.testing.assert_allclose(mine.numpy(), library.label_distributions_, atol=2e-3)


def test_spread__counts_classes_alike_and_leaves_out_those_never_named() -> None:
    x = torch.randn(100, 2, generator=torch.Generator().manual_seed(0))
    x[50:] += 20
    annotation = torch.full((100,), -1)
    annotation[:40], annotation[50] = 0, 2
    opinion = graph_of(x).spread(as_said(annotation, 4))
    torch.testing.assert_close(opinion.sum(1), torch.ones(100))
    assert not opinion[:, [1, 3]].any()
    assert (opinion[50:].argmax(1) == 2).all()


def test_spread__where_no_word_arrives_all_named_classes_are_alike() -> None:
    x = torch.rand(40, 2, generator=torch.Generator().manual_seed(0))
    x[20:] += 1e4
    annotation = torch.full((40,), -1)
    annotation[:2] = torch.tensor([0, 1])
    opinion = graph_of(x, 3).spread(as_said(annotation, 3))
    assert opinion[20:].tolist() == [[0.5, 0.5, 0.0]] * 20


def test_extend__held_out_samples_listen_and_never_speak() -> None:
    x = torch.tensor([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2], [0.05], [5.05]])
    graph = graph_of(x, 2, torch.arange(6))
    annotation = torch.tensor([0, -1, -1, 1, -1, -1, -1, -1])
    opinion = graph.spread(as_said(annotation, 2))
    assert opinion[6:].argmax(1).tolist() == [0, 1]
    torch.testing.assert_close(opinion.sum(1), torch.ones(8))


def test_extend__asks_for_held_out_samples_only_and_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    x = torch.randn(60, 3, generator=torch.Generator().manual_seed(3))
    graph = graph_of(x, 5, torch.arange(0, 60, 2))
    said = as_said(torch.tensor([0, -1, 1] + [-1] * 57), 2)
    whole = graph.spread(said)
    monkeypatch.setattr("ml.graph.spreading.VOTES_AT_ONCE", 8 * NUM_VOTERS * 2)
    asked = []

    def counted(heard: torch.Tensor, is_named: torch.Tensor) -> torch.Tensor:
        asked.append(len(heard))
        return as_shares(heard, is_named)

    monkeypatch.setattr("ml.graph.spreading.as_shares", counted)
    assert len(list(graph.spreading(said))) == NUM_ROUNDS + 4
    assert asked == [60, 8, 8, 8, 6]
    torch.testing.assert_close(graph.spread(said), whole)


def test_graph__of_equal_samples_stays_finite() -> None:
    opinion = graph_of(torch.zeros(12, 3)).spread(as_said(torch.tensor([0, 1] + [-1] * 10), 2))
    assert opinion.isfinite().all()


def test_graph__of_a_single_sample() -> None:
    assert graph_of(torch.zeros(1, 3)).spread(as_said(torch.tensor([0]), 1)).tolist() == [[1.0]]


def test_edges__multiply_as_their_matrix_does() -> None:
    dense = torch.rand(7, 7, generator=torch.Generator().manual_seed(0))
    dense[dense < 0.6] = 0
    dense[[0, 6]] = 0  # rows without an edge, at the ends as well
    x = torch.rand(7, 2, generator=torch.Generator().manual_seed(1))
    edges = Edges.of(dense.nonzero().T, dense[dense > 0], 7)
    torch.testing.assert_close(edges @ x, dense @ x)


def test_chunks__blocks_of_rows_make_the_same_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    x = torch.randn(50, 3, generator=torch.Generator().manual_seed(4))
    ids = torch.arange(0, 50, 2)
    whole = graph_of(x, ids=ids)
    monkeypatch.setattr("ml.graph.spreading.ROWS_AT_ONCE", 7)
    found = Neighbours(x, 5, ids)
    list(found.chunks())
    cut = FeatureGraph(found.ids, found.squared, whole.in_graph)
    assert len(list(cut.chunks())) == 8  # seven pauses between eight blocks, one before the rest
    assert without_pause(cut.edges()).to_dense().equal(without_pause(whole.edges()).to_dense())
