import numpy as np
import pytest
from numpy.typing import NDArray

from ml.intake.arrays import npy_array
from ml.intake.quickdraw import json_drawings
from ml.intake.sources import open_source
from ml.intake.strokes import draw_strokes
from tests.ml.intake.brought import SHARED, needs_shared


def line(*points: tuple[float, float]) -> NDArray[np.float64]:
    return np.array(points, float).T


def test_a_line__is_drawn_across_the_middle() -> None:
    bitmap = draw_strokes([line((0, 0), (255, 0))], 28)
    assert bitmap.shape == (28, 28)
    assert bitmap.dtype == np.uint8
    rows, columns = np.nonzero(bitmap > 127)
    assert {int(r) for r in rows} == {13, 14}
    assert (columns.min(), columns.max()) == (2, 25)
    assert np.array_equal(bitmap, bitmap[::-1])
    assert np.array_equal(bitmap, bitmap[:, ::-1])


def test_a_dot__is_round_and_in_the_middle() -> None:
    bitmap = draw_strokes([line((7, 9))], 28)
    assert bitmap[13:15, 13:15].min() > 100
    assert np.array_equal(bitmap, bitmap.T)
    assert np.count_nonzero(bitmap) <= 16


@pytest.mark.parametrize("scale", [1e-6, 1, 1e5])
def test_drawings__look_the_same_in_any_unit(scale: float) -> None:
    strokes = [line((0, 0), (200, 100)), line((200, 0), (50, 90), (0, 100))]
    moved = [stroke * scale + 3 * scale for stroke in strokes]
    assert np.abs(draw_strokes(moved, 28).astype(int) - draw_strokes(strokes, 28)).max() <= 1


def test_long_strokes__are_drawn_part_by_part() -> None:
    """Memory is bounded: what is measured at once is only part of the segments."""
    angle = np.linspace(0, 40 * np.pi, 9000)
    spiral = np.stack([angle * np.cos(angle), angle * np.sin(angle)])
    assert draw_strokes([spiral], 224).shape == (224, 224)


@needs_shared
def test_bitmaps__are_close_to_googles_own() -> None:
    """The first drawings of both files are the same ones."""
    raw = SHARED / "raw" / "quickdraw"
    drawn = open_source(raw / "ndjson_simplified" / "apple.ndjson", "apple.ndjson").members[0]
    name = "full_numpy_bitmap_apple.npy"
    saved = npy_array(open_source(raw / "npy" / name, name).members[0])[0:20].reshape(-1, 28, 28)
    for expected, drawing in zip(saved, json_drawings(drawn), strict=False):
        assert not isinstance(drawing, Exception)
        found = draw_strokes(drawing[0], 28)
        assert np.abs(found.astype(int) - expected).mean() < 3
