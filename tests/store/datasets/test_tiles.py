"""Tiles: aspect kept, and vectors that are alike look alike."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ml.digits import load_digits
from store.datasets.tiles import draw_sheet, draw_tile, plan_sheets, visible
from tests.ml.intake.brought import SHARED, needs_shared


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


def blurred(side: int, widths: tuple[int, int]) -> np.ndarray:
    """Ten squares with soft edges, whose half sides are between the widths."""
    at = np.arange(side) - side / 2
    far = np.maximum(abs(at[:, None]), abs(at[None]))
    return np.stack([np.clip((half - far) * 40, 0, 255) for half in np.linspace(*widths, 10)])


def drawn(side: int) -> np.ndarray:
    """Ten rings of thin strokes."""
    images = [Image.new("L", (side, side)) for _ in range(10)]
    for i, image in enumerate(images):
        box = (side // 8, side // 8, side - side // 4 + i % 3, side - side // 4)
        ImageDraw.Draw(image).ellipse(box, outline=255, width=max(1, side // 14))
    return np.stack([np.asarray(image) for image in images])


def is_ink(images: np.ndarray) -> bool:
    return plan_sheets(images.astype(np.uint8).reshape(-1, 1, *images.shape[-2:])).is_ink


def test_plan__strokes_are_ink_and_photographs_are_as_in_the_file() -> None:
    rng = np.random.default_rng(3)
    assert is_ink(load_digits().images)
    assert all(is_ink(drawn(side)) for side in (8, 28, 64, 224))
    assert not is_ink(255 - drawn(28)), "ink on paper is drawn as it is"
    assert not is_ink(blurred(28, (5, 9))), "solid things, as clothes on black"
    across = np.sin(np.linspace(0, 9, 64))
    photograph = 60 + 40 * np.outer(across, across) + rng.normal(0, 8, (10, 64, 64))
    assert photograph.mean() < 96
    assert not is_ink(np.clip(photograph, 0, 255)), "dark, and grey all over"
    glow = np.exp(-((np.arange(64) - 30) ** 2) / 20)
    assert not is_ink(np.repeat(np.outer(glow, glow)[None] * 190, 10, axis=0)), "fluorescence"


@needs_shared
@pytest.mark.parametrize(
    ("name", "wanted"),
    [("mnist_14k", True), ("quickdraw_nine_22k", True), ("quickdraw_round9_9k", True),
     ("fashion_mnist_14k", False)],
)  # fmt: skip
def test_plan__of_the_real_sets(name: str, wanted: bool) -> None:
    with np.load(SHARED / f"{name}.npz") as arrays:
        images = next(arrays[key] for key in arrays.files if arrays[key].ndim >= 3)
    assert is_ink(images.reshape(-1, 28, 28)) is wanted
