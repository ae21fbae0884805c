"""Neighbours, spreading and walks without torch say what those with torch say."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from benchmarks.gestures import groups
from benchmarks.gestures.walks import walks_on
from ml.graph import plain_graph, spreading
from ml.graph.neighbours import Neighbours
from ml.graph.plain_graph import PlainGraph, absorbed, cells_of, directions, find_near, reach_of
from ml.graph.plain_spreading import spread
from ml.graph.spreading import FeatureGraph
from tests.ml.islands import islands

NUM = 240


def no_pause() -> None:
    pass


@pytest.fixture
def features() -> np.ndarray:
    x: np.ndarray = np.asarray(islands(4, NUM // 4)[0])
    return x


@pytest.fixture
def in_graph() -> np.ndarray:
    is_in: np.ndarray = np.arange(NUM) % 5 != 0
    return is_in


@pytest.fixture
def torch_graph(features: np.ndarray, in_graph: np.ndarray) -> FeatureGraph:
    ids = torch.from_numpy(np.flatnonzero(in_graph))
    found = Neighbours(torch.from_numpy(features), plain_graph.NUM_NEAREST, ids)
    list(found.chunks())
    return FeatureGraph.of(found.ids, found.squared, torch.from_numpy(in_graph))


@pytest.fixture
def graph(features: np.ndarray, in_graph: np.ndarray) -> PlainGraph:
    return PlainGraph(find_near(features, np.flatnonzero(in_graph), no_pause), in_graph)


def test_near__are_those_of_torch(graph: PlainGraph, torch_graph: FeatureGraph) -> None:
    same = graph.near.ids == torch_graph.neighbours.numpy()
    assert same.mean() > 0.99  # equally far ones may take turns
    np.testing.assert_allclose(graph.weights, torch_graph.weights.numpy(), atol=1e-3)


def test_spread__says_what_torch_says(graph: PlainGraph, torch_graph: FeatureGraph) -> None:
    said = np.zeros((NUM, 3), np.float32)
    said[[1, 2, 61, 122], [0, 0, 1, 2]] = 1
    expected = torch_graph.spread(torch.from_numpy(said)).numpy()
    taught = np.where(said.any(axis=1), said.argmax(axis=1), -1)
    ((_, shares),) = spread(graph, taught, 3, no_pause)
    np.testing.assert_allclose(shares, expected, atol=2e-3)


def test_walks__reach_and_meet_what_those_of_torch_do(
    graph: PlainGraph, torch_graph: FeatureGraph
) -> None:
    cell = np.where(graph.in_graph, np.arange(NUM) // 60, -1)
    theirs = walks_on(torch_graph)
    reach = reach_of(graph.walks(), cell, 4, no_pause)
    expected = groups.reach_of(theirs, torch.from_numpy(cell)).numpy()
    np.testing.assert_allclose(reach, expected, atol=2e-3)  # two pairs are equally far
    seen = np.arange(NUM) == 61
    met = groups.absorbed(theirs, torch.from_numpy(seen)).numpy()
    np.testing.assert_allclose(absorbed(graph.walks(), seen, no_pause), met, atol=2e-3)


def test_near__among_many_are_found_in_the_cells_around(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    centre = rng.normal(size=(12, 32))
    x = directions((centre[np.arange(2000) % 12] + rng.normal(size=(2000, 32))).astype(np.float32))
    among = np.flatnonzero(rng.random(2000) < 0.8)
    exact = find_near(x, among, no_pause)
    monkeypatch.setattr(plain_graph, "MOST_EXACT", 100)
    quick = find_near(x, among, no_pause)
    shared = [len(set(a) & set(b)) for a, b in zip(exact.ids, quick.ids, strict=True)]
    assert np.mean(shared) / plain_graph.NUM_NEAREST > 0.8
    assert not (quick.ids == np.arange(2000)[:, None]).any()
    assert np.isin(quick.ids, among).all()
    assert (np.diff(quick.squared, axis=1) >= 0).all()


def test_near__of_few_and_of_equal_samples() -> None:
    alone = find_near(np.ones((1, 4), np.float32), np.array([0]), no_pause)
    assert np.isinf(alone.squared).all()
    graph = PlainGraph(alone, np.array([True]))
    assert graph.walks().toarray() == [[1.0]]
    same = find_near(directions(np.ones((9, 4), np.float32)), np.arange(9), no_pause)
    np.testing.assert_allclose(same.squared, 0, atol=1e-5)
    assert np.isfinite(PlainGraph(same, np.ones(9, bool)).weights).all()


def test_directions__leave_nothing_where_it_is() -> None:
    np.testing.assert_array_equal(directions(np.zeros((2, 3), np.float32)), 0)


def test_cells__are_the_islands(features: np.ndarray) -> None:
    _, cell = cells_of(features, 12, 0, no_pause)
    island = np.arange(NUM) // 60
    assert all(len(set(island[cell == each])) == 1 for each in set(cell))


def test_work__ends_where_a_pause_says_so(features: np.ndarray) -> None:
    def turns() -> Iterator[None]:
        yield
        raise RuntimeError("somebody else wants the cores")

    steps = turns()
    graph = PlainGraph(find_near(features, np.arange(NUM), no_pause), np.ones(NUM, bool))
    with pytest.raises(RuntimeError, match="somebody else"):
        list(spread(graph, np.zeros(NUM, np.int16), 2, lambda: next(steps)))


def test_graph__of_mostly_copies_keeps_the_edges_of_the_others() -> None:
    """Copies are told by rounding alone: the median of all distances would be next to nothing."""
    x = np.asarray(islands(1, 200)[0])
    x[40:] = x[0]  # 160 copies
    among = np.arange(200)
    plain = PlainGraph(find_near(x, among, no_pause), np.ones(200, bool))
    found = Neighbours(torch.from_numpy(x), plain_graph.NUM_NEAREST)
    list(found.chunks())
    graph = FeatureGraph.of(found.ids, found.squared)
    for weights in (plain.weights, graph.weights.numpy()):
        assert (weights[1:40].max(axis=1) > 0.1).all()
    assert plain_graph.squared_scale(np.zeros(3, np.float32)) == 1
    assert spreading.squared_scale(torch.zeros(3)).item() == 1
