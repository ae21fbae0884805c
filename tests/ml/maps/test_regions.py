import numpy as np
import pytest
from numpy.typing import NDArray

from ml.maps.regions import (
    Grid,
    is_land,
    make_grid,
    settle_regions,
    spacing,
    squared_distance,
    vote,
)
from ml.records import NO_CLASS

UNIT = Grid(np.zeros(2, np.float32), np.ones(2, np.float32), 8)


def two_clouds(count: int = 600, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Class 3 around (-2, 0), class 5 around (2, 0)."""
    rng = np.random.default_rng(seed)
    z = rng.normal(0, 0.4, (count, 2)).astype(np.float32)
    prediction = np.where(np.arange(count) % 2, 5, 3).astype(np.int16)
    z[:, 0] += np.where(prediction == 5, 2, -2)
    return z, prediction


def region_at(region: NDArray[np.int16], grid: Grid, x: float, y: float) -> int:
    return int(region.ravel()[grid.cells(np.array([[x, y]], np.float32))[0]])


def test_grid__rows_begin_at_low_y_and_run_along_x() -> None:
    centers = UNIT.centers()
    np.testing.assert_allclose(centers[[0, 1, 8]], np.array([[1, 1], [3, 1], [1, 3]]) / 16)
    assert UNIT.cells(centers).tolist() == list(range(64))
    assert UNIT.cells(np.array([[-0.1, 0.5], [0.5, 1.0]], np.float32)).tolist() == [-1, -1]


def test_make_grid__leaves_outliers_out() -> None:
    z, _ = two_clouds(1000)
    wild = z.copy()
    wild[0] = (1e4, -1e4)
    grid = make_grid(wild)
    assert (grid.high - grid.low < 2 * (z.max(axis=0) - z.min(axis=0))).all()


@pytest.mark.parametrize("count", [1, 5])
def test_make_grid__of_one_place_has_cells(count: int) -> None:
    z = np.full((count, 2), 3.0, np.float32)
    grid = make_grid(z)
    assert (grid.cell > 0).all()
    prediction = np.zeros(count, np.int16)
    region = settle_regions(z, grid, lambda cells: vote(z, prediction, cells))
    assert set(np.unique(region)) <= {NO_CLASS, 0}


def test_vote__each_cloud_is_its_classs_and_between_far_ones_is_nobodys() -> None:
    z, prediction = two_clouds()
    grid = make_grid(z)
    region = settle_regions(z, grid, lambda cells: vote(z, prediction, cells))
    assert region.dtype == np.int16
    assert (region_at(region, grid, -2, 0), region_at(region, grid, 2, 0)) == (3, 5)
    assert region_at(region, grid, 0, 0) == NO_CLASS


def test_vote__few_dissenters_do_not_carry_a_place() -> None:
    z, prediction = two_clouds()
    lone = np.abs(z - np.array([-2, 0], np.float32)).sum(1).argsort()[:2]
    prediction[lone] = 5
    assert region_at(vote(z, prediction, make_grid(z)), make_grid(z), -2, 0) == 3


def test_vote__without_predictions_nobody_is_heard() -> None:
    z, prediction = two_clouds()
    assert (vote(z, np.full_like(prediction, NO_CLASS), make_grid(z)) == NO_CLASS).all()


@pytest.mark.parametrize("count", [40, 600, 20_000])
def test_land__holds_the_samples_whatever_their_number(count: int) -> None:
    z, _ = two_clouds(count)
    grid = make_grid(z)
    at = grid.cells(z)
    land = is_land(z, grid).ravel()
    assert land[at[at >= 0]].mean() > 0.9
    assert not region_is_land(land, grid, 0, 0)


def region_is_land(land: NDArray[np.bool_], grid: Grid, x: float, y: float) -> bool:
    return bool(land[grid.cells(np.array([[x, y]], np.float32))[0]])


def test_land__ends_before_the_grid_does_so_that_borders_close() -> None:
    z, _ = two_clouds(60)
    land = is_land(z, make_grid(z))
    assert land.any()
    assert not land[[0, 1, -2, -1]].any()
    assert not land[:, [0, 1, -2, -1]].any()


def test_land__one_sample_alone_founds_none() -> None:
    z, _ = two_clouds(2000)
    z[:8] = np.array([0, 0], np.float32) + np.linspace(-0.2, 0.2, 8, dtype=np.float32)[:, None]
    z[8] = (0.0, 1.2)
    grid = make_grid(z)
    land = is_land(z, grid).ravel()
    assert region_is_land(land, grid, 0, 0)
    assert not region_is_land(land, grid, 0, 1.2)


def test_squared_distance__is_the_one_to_the_nearest_cell() -> None:
    grid = Grid(np.zeros(2, np.float32), np.array([8, 16], np.float32), 8)
    settled = np.zeros((8, 8), bool)
    settled[[1, 6], [2, 7]] = True
    rows, columns = np.mgrid[0:8, 0:8]
    by_hand = np.minimum(
        (columns - 2) ** 2 + 4 * (rows - 1) ** 2, (columns - 7) ** 2 + 4 * (rows - 6) ** 2
    )
    np.testing.assert_allclose(squared_distance(settled, grid), by_hand)


def test_spacing__of_a_lattice_and_of_a_draw_from_many() -> None:
    lattice = np.stack(np.meshgrid(np.arange(30), np.arange(30)), -1).reshape(-1, 2)
    assert spacing(lattice.astype(np.float32)) == pytest.approx(1)
    rng = np.random.default_rng(0)
    few, many = (rng.random((n, 2), np.float32) for n in (2000, 50_000))
    assert spacing(few) / spacing(many) == pytest.approx(5, rel=0.15)
    assert spacing(few[:1]) == 0
