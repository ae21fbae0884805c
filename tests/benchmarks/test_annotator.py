import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.annotator import Annotator

NOBODY = np.full(4000, -1, np.int16)


@pytest.fixture
def islands() -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Four round islands (4000, 2) of one class each."""
    rng = np.random.default_rng(0)
    truth = (np.arange(4000) % 4).astype(np.int16)
    middles = np.array([[0, 0], [10, 0], [0, 10], [10, 10]], np.float32)
    return (middles[truth] + rng.normal(size=(4000, 2))).astype(np.float32), truth


def test_lasso__of_a_pure_island_is_as_large_as_a_hand_draws(
    islands: tuple[NDArray[np.float32], NDArray[np.int16]],
) -> None:
    z, truth = islands
    lasso = Annotator(truth, 0).lasso(z, NOBODY)
    assert lasso is not None
    assert len(lasso.ids) == 230
    assert (truth[lasso.ids] == lasso.class_index).all()
    assert lasso.num_looked == 36  # three spots of twelve pictures


def test_lasso__goes_where_nothing_is_named(
    islands: tuple[NDArray[np.float32], NDArray[np.int16]],
) -> None:
    z, truth = islands
    annotation = np.where(truth == 3, -1, truth).astype(np.int16)
    annotation[np.flatnonzero(truth == 0)[:3]] = -1
    lasso = Annotator(truth, 1).lasso(z, annotation)
    assert lasso is not None
    assert lasso.class_index == 3
    assert (annotation[lasso.ids] < 0).all()


def test_lasso__in_a_mixed_place_shrinks_and_leaves_strangers_out() -> None:
    rng = np.random.default_rng(0)
    z, truth = rng.normal(size=(2000, 2)).astype(np.float32), rng.integers(0, 9, 2000)
    lasso = Annotator(truth.astype(np.int16), 0).lasso(z, NOBODY[:2000])
    assert lasso is not None
    assert 1 <= len(lasso.ids) <= 12
    assert (truth[lasso.ids] == lasso.class_index).all()
    assert lasso.num_looked > 100


def test_lasso__ends_when_nothing_is_left(
    islands: tuple[NDArray[np.float32], NDArray[np.int16]],
) -> None:
    z, truth = islands
    annotation = truth.copy()
    annotation[:4] = -1
    assert Annotator(truth, 0).lasso(z, annotation) is None


def test_lasso__equal_seeds_have_equal_hands(
    islands: tuple[NDArray[np.float32], NDArray[np.int16]],
) -> None:
    z, truth = islands
    first, same = (Annotator(truth, 5).lasso(z, NOBODY) for _ in range(2))
    assert first is not None
    assert same is not None
    np.testing.assert_array_equal(first.ids, same.ids)
