"""Moves of a simulated hand and their outcome, by hand."""

import numpy as np
import pytest

from benchmarks.moves import Moves, Picture, accuracy, draw_moves, map_scale, outcome

LABEL = np.array([0, 0, 0, 1, 1, 1], np.int16)
IS_TEST = np.array([0, 1, 1, 1, 1, 1], bool)
BEFORE = Picture(
    np.array([[9, 9], [-1, 0], [1, 0], [1, 0], [1, 0], [-1, 0]], np.float32),
    np.array([0, 0, 1, 1, 1, 1], np.int16),  # sample 2 is taken for a 1
)


def test_map_scale__is_the_deviation_along_an_axis() -> None:
    """Squares 1, 1, 0, 0 on two axes: mean 1/2."""
    assert map_scale(np.array([[-1, 0], [1, 0]], np.float32)) == pytest.approx(0.5**0.5)


def test_draw_moves__drops_wrong_test_points_where_their_class_is() -> None:
    moves = draw_moves(BEFORE, LABEL, IS_TEST, 10, seed=0)
    assert moves.ids.tolist() == [2]
    # the only right test point of class 0 is sample 1; the training sample at (9, 9) has no say
    assert np.linalg.norm(moves.target[0] - [-1, 0]) < 5 * 0.05 * map_scale(BEFORE.z)


def test_draw_moves__leaves_a_class_without_a_place_alone() -> None:
    lost = Picture(BEFORE.z, np.array([0, 1, 1, 1, 1, 1], np.int16))
    assert len(draw_moves(lost, LABEL, IS_TEST, 10, seed=0).ids) == 0


def test_outcome__by_hand() -> None:
    """The moved point goes 1.5 of its way of 2; one other of four goes 1, and is lost."""
    z = BEFORE.z.copy()
    z[2] = (-0.5, 0)
    z[3] = (1, 1)
    after = Picture(z, np.array([0, 0, 0, 0, 1, 1], np.int16))
    moves = Moves(np.array([2]), np.array([[-1, 0]], np.float32))
    is_rest = IS_TEST & (np.arange(6) != 2)
    found = outcome(BEFORE, after, moves, LABEL, (IS_TEST, is_rest))
    assert found.all_test == pytest.approx(0)  # 4 of 5 before and after: one won, one lost
    assert found.held_out == pytest.approx(-25)
    assert (found.arrive, found.flip) == (1, 1)
    assert found.drift == pytest.approx(0.25 / map_scale(BEFORE.z))


def test_outcome__of_a_point_that_stays_is_no_arrival() -> None:
    moves = Moves(np.array([2]), np.array([[-1, 0]], np.float32))
    found = outcome(BEFORE, BEFORE, moves, LABEL, (IS_TEST, IS_TEST))
    assert (found.arrive, found.flip, found.drift) == (0, 0, 0)


def test_accuracy__is_in_points() -> None:
    assert accuracy(np.array([0, 1], np.int16), np.array([0, 0], np.int16)) == 50
