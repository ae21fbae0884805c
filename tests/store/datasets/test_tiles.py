"""Tiles: aspect kept, and vectors that are alike look alike."""

import io

import numpy as np
import pytest
from PIL import Image

from store.datasets.tiles import draw_sheet, draw_tile, plan_sheets, visible


@pytest.mark.parametrize(
    ("shape", "size"),
    [((1, 28, 28), (28, 28)), ((1, 8, 16), (32, 16)), ((3, 64, 128), (32, 16)),
     ((3, 1, 4000), (32, 1)), ((1, 1, 1), (32, 32))],
)  # fmt: skip
def test_tile__keeps_the_aspect(shape: tuple[int, int, int], size: tuple[int, int]) -> None:
    tile = draw_tile(np.full(shape, 200, np.uint8))
    assert tile.size == size
    assert np.asarray(tile).min() == 200


def test_visible__a_vector_is_a_square_of_its_values() -> None:
    vectors = np.zeros((200, 5), np.float32)
    vectors[:, 1], vectors[:100, 4] = 10.0, -10.0
    pictures = visible(vectors, slice(0, 2))
    assert pictures.shape == (2, 2, 3, 3)
    assert pictures[0, 0].ravel().tolist() == [127, 255, 127, 127, 0, 0, 0, 0, 0]
    assert pictures[0, 1].ravel().tolist() == [255] * 5 + [0] * 4, "no value is no black"
    assert (pictures[0] == pictures[1]).all()
    assert (pictures[0] != visible(vectors, slice(150, 151))[0]).any()
    assert not plan_sheets(vectors).is_ink


def test_visible__vectors_without_any_range_are_drawn_all_the_same() -> None:
    assert visible(np.full((3, 2), 7.0, np.float32), slice(0, 3)).shape == (3, 2, 2, 2)


def test_sheet__of_vectors_is_clear_where_there_is_no_value() -> None:
    vectors = np.random.default_rng(1).normal(size=(40, 12)).astype(np.float32)
    sheet = np.asarray(Image.open(io.BytesIO(draw_sheet(vectors, 0))))  # (64, 1024, grey and alpha)
    assert sheet.shape == (64, 1024, 2)
    assert (sheet[:24, :32, 1] == 255).all()
    assert (sheet[24:32, :32, 1] == 0).all()
    assert (sheet[32:, 8 * 32 :, 1] == 0).all(), "nor past the last sample"
