"""Confident learning: what is doubted, and that cleanlab doubts the same."""

import numpy as np
import pytest

from ml.graph.plain_graph import PlainGraph, find_near
from ml.insight.confident import doubted, fitted, softmax, thresholds, without_own
from tests.ml.islands import islands


def no_pause() -> None:
    pass


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
    np.testing.assert_allclose(thresholds(given, belief), [0.6, 2.05 / 3], rtol=1e-5)
    is_doubted, instead = doubted(given, belief)
    assert np.flatnonzero(is_doubted).tolist() == [2]
    assert instead[2] == 1


def test_doubted__a_class_nobody_is_annotated_with_is_never_meant() -> None:
    belief = np.array([[0.2, 0.3, 0.5], [0.1, 0.8, 0.1]], np.float32)
    is_doubted, _ = doubted(np.array([0, 1]), belief)
    assert not is_doubted.any()


@pytest.mark.parametrize("seed", range(5))
def test_doubted__is_what_cleanlab_doubts(seed: int) -> None:
    cleanlab = pytest.importorskip("cleanlab.filter")
    given, belief = random_case(seed)
    theirs = cleanlab.find_label_issues(
        given, belief.astype(np.float64), filter_by="confident_learning", n_jobs=1
    )
    is_doubted, _ = doubted(given, belief)
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
    belief = without_own(x, graph, annotation, no_pause)
    assert belief.shape == (180, 3)
    assert not belief[annotation < 0].any()
    np.testing.assert_allclose(belief[annotation >= 0].sum(axis=1), 1, atol=1e-4)
    assert belief[[6, 15]].argmax(axis=1).tolist() == [0, 0]
    again = without_own(x, graph, annotation, no_pause)
    np.testing.assert_array_equal(again, belief)


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
