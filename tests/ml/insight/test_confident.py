"""Confident learning: what is doubted, and that cleanlab doubts the same."""

import numpy as np
import pytest

from ml.graph import plain_spreading
from ml.graph.plain_graph import PlainGraph, find_near
from ml.graph.plain_spreading import Block
from ml.insight import confident
from ml.insight.confident import Doubts, doubted, fitted, softmax, thresholds, without_own
from tests.memory import peak_of
from tests.ml.islands import islands


def no_pause() -> None:
    pass


def whole(belief: np.ndarray) -> list[Block]:
    return [(slice(0, belief.shape[1]), belief)]


def random_case(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    given = rng.integers(0, 4, 400)
    logits = rng.normal(size=(400, 4)).astype(np.float32)
    logits[np.arange(400), np.where(rng.random(400) < 0.2, rng.integers(0, 4, 400), given)] += 2
    return given, softmax(logits).astype(np.float32)


def test_doubted__by_hand() -> None:
    given = np.array([0, 0, 0, 1, 1, 1])
    belief = np.array(
        [[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.3, 0.7], [0.45, 0.55]], np.float32
    )
    np.testing.assert_allclose(
        thresholds(given, belief[np.arange(6), given], 2), [0.6, 2.05 / 3], rtol=1e-5
    )
    is_doubted, instead, own = doubted(given, whole(belief))
    np.testing.assert_array_equal(own, belief[np.arange(6), given])
    assert np.flatnonzero(is_doubted).tolist() == [2]
    assert instead[2] == 1


def test_doubted__a_class_nobody_is_annotated_with_is_never_meant() -> None:
    belief = np.array([[0.2, 0.3, 0.5], [0.1, 0.8, 0.1]], np.float32)
    is_doubted = doubted(np.array([0, 1]), whole(belief)).is_doubted
    assert not is_doubted.any()


@pytest.mark.parametrize("seed", range(5))
def test_doubted__is_what_cleanlab_doubts(seed: int) -> None:
    cleanlab = pytest.importorskip("cleanlab.filter")
    given, belief = random_case(seed)
    theirs = cleanlab.find_label_issues(
        given, belief.astype(np.float64), filter_by="confident_learning", n_jobs=1
    )
    is_doubted = doubted(given, whole(belief)).is_doubted
    assert theirs.sum() > 20
    np.testing.assert_array_equal(is_doubted, theirs)


def test_without_own__tells_a_wrong_annotation_from_its_neighbours() -> None:
    h, island = islands(3, 60)
    x = h.numpy()
    in_graph = np.arange(180) % 5 != 0
    graph = PlainGraph(find_near(x, np.flatnonzero(in_graph), no_pause), in_graph)
    annotation = np.full(180, -1, np.int16)
    annotation[::3] = island.numpy()[::3]
    annotation[[6, 15]] = 2  # of island 0; 15 is held out
    ids = np.flatnonzero(annotation >= 0)
    ((classes, belief),) = without_own(x, graph, annotation, no_pause)
    assert (classes, belief.shape) == (slice(0, 3), (len(ids), 3))
    np.testing.assert_allclose(belief.sum(axis=1), 1, atol=1e-4)
    assert belief[np.searchsorted(ids, [6, 15])].argmax(axis=1).tolist() == [0, 0]
    ((_, again),) = without_own(x, graph, annotation, no_pause)
    np.testing.assert_array_equal(again, belief)


def test_without_own__some_classes_at_a_time_are_all_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    h, island = islands(7, 40)
    in_graph = np.arange(280) % 5 != 0
    graph = PlainGraph(find_near(h.numpy(), np.flatnonzero(in_graph), no_pause), in_graph)
    annotation = np.where(np.arange(280) % 2 == 0, island.numpy(), -1).astype(np.int16)
    annotation[[6, 18, 50]] = 6
    given = annotation[annotation >= 0]

    def found() -> tuple[np.ndarray, Doubts, int]:
        blocks = list(without_own(h.numpy(), graph, annotation, no_pause))
        belief = np.concatenate([shares for _, shares in blocks], axis=1)
        return belief, doubted(given, blocks), len(blocks)

    belief, doubts, num_blocks = found()
    assert num_blocks == 1
    assert doubts.is_doubted.sum() == 3
    monkeypatch.setattr(plain_spreading, "MOST_SPREAD", 600)
    monkeypatch.setattr(confident, "AT_ONCE", 600)
    monkeypatch.setattr(confident, "ROWS_AT_ONCE", 7)
    some_belief, some_doubts, num_blocks = found()
    assert num_blocks == 4
    np.testing.assert_allclose(some_belief, belief, atol=1e-6)
    np.testing.assert_array_equal(some_doubts.is_doubted, doubts.is_doubted)
    np.testing.assert_array_equal(some_doubts.instead, doubts.instead)


def test_doubts__of_many_classes_hold_no_array_of_them_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    h, island = islands(16, 500)
    in_graph = np.arange(8000) % 5 != 0
    near = find_near(h.numpy(), np.flatnonzero(in_graph), no_pause)
    graph, given = PlainGraph(near, in_graph), island.numpy() + 16 * (np.arange(8000) % 6)
    monkeypatch.setattr(plain_spreading, "MOST_SPREAD", 4 * 8000)
    monkeypatch.setattr(confident, "ROWS_AT_ONCE", 300)
    monkeypatch.setattr(confident, "AT_ONCE", 8000)
    monkeypatch.setattr(confident, "HEAD_STEPS", 1)
    monkeypatch.setattr(confident, "MOST_TAUGHT", 400)
    blocks = without_own(h.numpy(), graph, given, no_pause)
    peak, _ = peak_of(lambda: doubted(given, blocks))
    assert peak < 2 * 4 * 8000 * 96, "less than two of all samples by all classes; it was seven"


def test_fitted__a_class_with_few_names_is_heard_among_thousands() -> None:
    rng = np.random.default_rng(1)
    given = rng.integers(0, 5, 40_000)
    rare = rng.choice(len(given), 3, replace=False)
    given[rare] = 5
    x = rng.normal(size=(6, 16))[given] + 0.3 * rng.normal(size=(len(given), 16))
    x = (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)
    head = fitted(x, np.arange(len(given)), given, 6, no_pause)
    assert (head(x[rare]).argmax(axis=1) == 5).all()
    assert (head(x[:1000]).argmax(axis=1) == given[:1000]).mean() > 0.95
