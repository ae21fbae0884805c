"""Points on a picture: where they are, how much of a pixel they cover, and who covers whom."""

from dataclasses import replace

import numpy as np
import pytest

from store.takeaway.discs import DISC, SQUARE, TRIANGLE, Canvas, Marks


def marks(count: int, shape: int = DISC, is_ring: bool = False) -> Marks:
    return Marks(
        color=np.tile(np.array([[200, 0, 0]], np.uint8), (count, 1)),
        opacity=np.ones(count, np.float32),
        shape=np.full(count, shape, np.uint8),
        is_ring=np.full(count, is_ring),
        edge=np.zeros(count, np.float32),
        ink=(0, 0, 0),
        rank=np.linspace(0, 1, count, dtype=np.float32),
    )


def drawn(
    places: list[tuple[float, float]], radius: float = 5, of: Marks | None = None
) -> np.ndarray:
    picture = np.full((60, 80, 3), 255, np.uint8)
    place = np.array(places, float)
    Canvas(80, 60).draw(picture, place, np.full(len(place), radius), of or marks(len(place)))
    return picture


@pytest.mark.parametrize("shape", [DISC, SQUARE, TRIANGLE])
def test_marks__have_the_area_of_a_disc_and_their_middle_where_they_are(shape: int) -> None:
    for at in ((40.0, 30.0), (40.4, 30.7)):
        ink = (255 - drawn([at], 6, marks(1, shape))[..., 1]) / 255
        assert ink.sum() == pytest.approx(np.pi * 36, rel=0.15)
        down, right = np.mgrid[:60, :80] + 0.5
        assert (ink * right).sum() / ink.sum() == pytest.approx(at[0], abs=0.05)
        if shape != TRIANGLE:
            assert (ink * down).sum() / ink.sum() == pytest.approx(at[1], abs=0.05)


def test_overlap__the_higher_rank_wins() -> None:
    of = marks(2)
    of.color[0] = (0, 0, 200)
    assert drawn([(40, 30), (42, 30)], 5, of)[30, 41].tolist() == pytest.approx([200, 0, 0], abs=3)


def test_ring__is_hollow() -> None:
    picture = drawn([(40.5, 30.5)], 7, marks(1, is_ring=True))
    assert picture[30, 40, 1] > picture[30, 46, 1] + 60


def test_edges_and_nonsense__draw_what_is_on_the_picture() -> None:
    picture = drawn([(0, 0), (80, 60), (-500, 3), (np.nan, 5), (np.inf, 5), (3, 1e30)])
    assert picture[0, 0, 1] < 10
    assert picture[59, 79, 1] < 10
    assert picture[30, 40].tolist() == [255, 255, 255]


def test_canvas__is_clean_for_the_next_picture() -> None:
    canvas, first = Canvas(80, 60), np.full((60, 80, 3), 255, np.uint8)
    canvas.draw(first, np.array([[10.0, 10.0]]), np.array([5.0]), marks(1))
    second = np.full((60, 80, 3), 255, np.uint8)
    canvas.draw(second, np.zeros((0, 2)), np.zeros(0), marks(0))
    assert (second == 255).all()


def test_named__is_larger_and_has_a_ring_of_ink() -> None:
    plain, named = marks(1), replace(marks(1), edge=np.ones(1, np.float32))
    at = [(40.5, 30.5)]
    before, after = drawn(at, 6, plain), drawn(at, 6, named)
    assert (after[..., 1] < 128).sum() > 1.3 * (before[..., 1] < 128).sum()
    assert after[30, 40].tolist() == [200, 0, 0]
    assert after[30, 33 + 14].tolist() < [60, 1, 1]


def test_named__too_small_for_a_ring_is_told_by_its_shade() -> None:
    named = replace(marks(1), edge=np.ones(1, np.float32))
    assert drawn([(40.5, 30.5)], 1.2, named)[30, 40, 0] < drawn([(40.5, 30.5)], 1.2)[30, 40, 0]
