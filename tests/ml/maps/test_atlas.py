"""Cells of a map: square, over nearly all samples, each with the sample nearest to its middle."""

import numpy as np
import pytest

from ml.maps.atlas import MOST_CELLS, NEARBY, inhabited, lay_tiling, nearest_samples

RNG = np.random.default_rng(4)
CLOUD = (RNG.normal(size=(900, 2)) * [3, 1] + [5, -2]).astype(np.float32)


def test_lay_tiling__reaches_nearly_all_samples_with_square_cells() -> None:
    tiling = lay_tiling(CLOUD)
    assert tiling.columns == MOST_CELLS
    assert 4 <= tiling.rows < tiling.columns
    assert (tiling.cells(CLOUD) >= 0).mean() > 0.99


@pytest.mark.parametrize("spread", [0.0, 1e-9, 1e6])
def test_lay_tiling__of_any_spread(spread: float) -> None:
    z = (CLOUD * np.float32(spread) + 3).astype(np.float32)
    tiling = lay_tiling(z)
    cells, ids = nearest_samples(z, tiling)
    assert tiling.size > 0
    assert 1 <= len(cells) == len(ids) <= MOST_CELLS**2
    assert len(inhabited(z, tiling)) >= 1


def test_middles__lie_in_their_cells() -> None:
    tiling = lay_tiling(CLOUD)
    cells = np.arange(tiling.columns * tiling.rows)
    np.testing.assert_array_equal(tiling.cells(tiling.middles(cells)), cells)


def test_nearest_samples__are_those_a_slow_search_finds() -> None:
    tiling = lay_tiling(CLOUD)
    cells, ids = nearest_samples(CLOUD, tiling)
    at = tiling.cells(CLOUD)
    assert set(cells.tolist()) == set(at[at >= 0].tolist())
    for cell, sample in zip(cells, ids, strict=True):
        inside = np.flatnonzero(at == cell)
        away = np.linalg.norm(CLOUD[inside] - tiling.middles(np.array([cell])), axis=1)
        assert sample == inside[away.argmin()]


def test_inhabited__are_the_cells_near_a_sample() -> None:
    tiling = lay_tiling(CLOUD)
    cells = np.arange(tiling.columns * tiling.rows)
    away = np.linalg.norm(tiling.middles(cells)[:, None] - CLOUD[None], axis=2).min(axis=1)
    np.testing.assert_array_equal(inhabited(CLOUD, tiling), cells[away <= NEARBY * tiling.size])
