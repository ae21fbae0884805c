"""Figures of a map by hand: two classes on a line."""

import math

import numpy as np
import pytest

from benchmarks.separation import Latents, displacements, mean_between, scatter, separation

LINE = np.array([[-4, 0], [-2, 0], [2, 0], [4, 0]], np.float32)
LABEL = np.array([0, 0, 1, 1], np.int16)


def test_scatter__by_hand() -> None:
    """Class means at -3 and 3, each point 1 from its own: within 1, between 9."""
    assert scatter(LINE, LABEL) == (1.0, 9.0)


def latents(scale: float) -> Latents:
    z = np.tile(LINE, (10, 1)) * scale
    label = np.tile(LABEL, 10)
    return Latents(z, np.zeros_like(z), label, np.arange(40) % 8 < 4)


def test_separation__by_hand() -> None:
    found = separation(latents(1.0), 0.9)
    assert found.fisher == pytest.approx(9)
    assert found.relative_within == pytest.approx(math.sqrt(0.1))
    assert found.spread == pytest.approx(math.sqrt(10))
    assert found.sigma == pytest.approx(1)
    assert found.accuracy == 0.9
    # along x the mean KL is (10 + 1 - 1) / 2 nats; along y it is 0
    assert found.active_units == 1
    assert found.knn15 == 1


def test_separation__withholds_ratios_of_a_collapsed_map() -> None:
    found = separation(latents(0.001), 0.5)
    assert math.isnan(found.fisher)
    assert math.isnan(found.silhouette)
    assert found.spread == pytest.approx(0.001 * math.sqrt(10), rel=1e-4)
    assert found.active_units == 0


def test_displacements__are_in_radii_of_the_last_map() -> None:
    """Every point goes 1 to the right, then nowhere; the radius is sqrt(10)."""
    path = [LINE, LINE + np.array([1, 0], np.float32), LINE + np.array([1, 0], np.float32)]
    assert displacements(path) == pytest.approx([1 / math.sqrt(10), 0])


def test_mean_between__takes_each_stretch() -> None:
    assert mean_between([4.0, 2.0, 1.0, 1.0, 1.0], (2, 5)) == [3.0, 1.0]
