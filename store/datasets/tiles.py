"""Small pictures of samples, many to a sheet, so that a browser fetches few files."""

import io
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

TILE: Final = 32
"""Side of a tile in pixels."""
COLUMNS: Final = 32
PER_SHEET: Final = 1024
DRAWN_AS: Final = 2
"""How tiles are drawn; it goes up when that changes, so that nobody is shown earlier ones."""
INK_BELOW: Final = 96
"""Mean grey that strokes on an empty ground are below."""
LIT: Final = (32, 128, 192)
"""Grey from which a pixel is no ground, is of a stroke, and is white."""
GREYS_AT_MOST: Final = 0.75
"""Part of the pixels off the ground that are grey, not white: the edges of strokes, but nearly all
of a photograph."""
WIDE: Final = 1 / 5
"""Side of a square that no stroke fills, of the longer side of an image."""
WIDE_AT_MOST: Final = 1 / 3
"""Part of the images that such a square, all lit, may be in: letters and drawings have blots."""
LOOKED_AT: Final = 128
"""Images, of the first sheet, that tell whether all are strokes."""
ENOUGH: Final = 64
"""Pixels of the longer side that tell it; of larger images every second, or third..."""
SCALE: Final = (1, 99)
"""Percentiles of a vector's values that are drawn black and white."""

MODES: Final = {1: "L", 2: "LA", 3: "RGB"}
"""Of a picture, by its channels."""

Values = NDArray[np.uint8] | NDArray[np.float32]
"""uint8 pictures (num_samples, channels, height, width), or float32 vectors (num_samples, D)."""


@dataclass(frozen=True)
class SheetPlan:
    """How a data set's tiles lie on its sheets."""

    tile: int
    """Side of a tile in pixels."""
    columns: int
    """Tiles in a row."""
    per_sheet: int
    """Tiles on a full sheet; sample i is tile i % per_sheet of sheet i // per_sheet."""
    num_sheets: int
    is_ink: bool
    """Bright strokes on black in one channel, which a light theme may draw as dark on light."""


def plan_sheets(values: Values) -> SheetPlan:
    """Return how the tiles of samples lie."""
    is_grey = values.ndim == 4 and values.shape[1] == 1
    return SheetPlan(
        TILE, COLUMNS, PER_SHEET, count_sheets(values), is_grey and are_strokes(some_of(values))
    )


def some_of(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Return some grey images of many, small enough to be looked at at once, shape (n, h, w)."""
    step = max(1, min(len(values), PER_SHEET) // LOOKED_AT)
    apart = -(-max(values.shape[2:]) // ENOUGH)
    return np.asarray(values[:PER_SHEET:step, 0, ::apart, ::apart], np.uint8)


def are_strokes(images: NDArray[np.uint8]) -> bool:
    """Whether images, shape (n, height, width), are bright strokes on black: thin, with few greys.

    Photographs, X-rays and thermal images are dark too, and a negative of them misleads.
    """
    if not images.size or float(images.mean()) >= INK_BELOW:
        return False
    grey, lit, white = LIT
    num_grey, num_white = (int(np.count_nonzero(images >= level)) for level in (grey, white))
    if num_grey - num_white > GREYS_AT_MOST * num_grey:
        return False
    return float(have_square(images >= lit).mean()) <= WIDE_AT_MOST


def have_square(is_lit: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which images (n, height, width) have a lit square that is too wide for a stroke."""
    side = max(3, round(WIDE * max(is_lit.shape[1:])))
    if min(is_lit.shape[1:]) < side:
        return np.zeros(len(is_lit), bool)
    windows = np.lib.stride_tricks.sliding_window_view
    rows = np.asarray(windows(is_lit, side, axis=1).all(axis=-1))
    full = np.asarray(windows(rows, side, axis=2).all(axis=-1))
    return np.asarray(full.reshape(len(full), -1).any(axis=1))


def count_sheets(values: Values) -> int:
    """Return how many sheets samples take."""
    return -(-len(values) // PER_SHEET)


def draw_sheet(values: Values, k: int) -> bytes:
    """Draw sheet `k` of samples as PNG; the last is only as high as it needs.

    Grey, RGB, or grey with alpha for vectors: what fills their squares up is no value, so that the
    ground of the page is seen there.
    """
    images = visible(values, slice(k * PER_SHEET, (k + 1) * PER_SHEET))
    return lay_tiles(images, range(len(images)), COLUMNS, -(-len(images) // COLUMNS))


def lay_tiles(
    images: NDArray[np.uint8], places: Iterable[int], columns: int, num_rows: int
) -> bytes:
    """Draw tiles on a sheet of their own as PNG; where there is none it is black, or clear.

    Args:
        images: uint8, shape (n, channels, height, width).
        places: Of each tile, counted row by row from the top.
        columns: Tiles in a row.
        num_rows: Rows of tiles.
    """
    mode = MODES[images.shape[1]]
    sheet = Image.new(mode, (columns * TILE, num_rows * TILE))
    for place, image in zip(places, images, strict=True):
        tile = draw_tile(image)
        left = place % columns * TILE + (TILE - tile.width) // 2
        top = place // columns * TILE + (TILE - tile.height) // 2
        sheet.paste(tile, (left, top))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def visible(values: Values, rows: slice | NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return some samples as pictures, uint8, shape (n, channels, height, width)."""
    if values.ndim == 4:
        return np.asarray(values[rows], np.uint8)
    return squares(np.asarray(values[rows], np.float32), values)


def squares(vectors: NDArray[np.float32], values: NDArray[Any]) -> NDArray[np.uint8]:
    """Return vectors as pictures, uint8, shape (n, 2, side, side): alike vectors look alike.

    Each is a square of its values, row by row, with a second channel, 255 where there is a value
    and 0 where there are no more.

    Args:
        vectors: Shape (n, D).
        values: Those of the data set, shape (num_samples, D), which say what black and white mean.
    """
    low, high = (float(edge) for edge in np.percentile(values[:PER_SHEET], SCALE))
    side = math.ceil(math.sqrt(vectors.shape[1]))
    drawn = np.zeros((len(vectors), 2, side * side), np.uint8)  # (n, grey and alpha, cells)
    bright = (vectors - low) * (255 / max(high - low, 1e-30))
    drawn[:, 0, : vectors.shape[1]] = np.clip(bright, 0, 255)
    drawn[:, 1, : vectors.shape[1]] = 255
    return drawn.reshape(-1, 2, side, side)


def draw_tile(image: NDArray[Any]) -> Image.Image:
    """Fit an image, shape (channels, height, width), into a tile, keeping its aspect.

    A small one grows by a whole factor, so that its pixels stay crisp squares.
    """
    pixels = image[0] if len(image) == 1 else np.moveaxis(image, 0, -1)  # (height, width[, 3])
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    longest = max(picture.size)
    if longest <= TILE:
        factor = TILE // longest
        size = (picture.width * factor, picture.height * factor)
        return picture.resize(size, Image.Resampling.NEAREST)
    width, height = (max(1, round(side * TILE / longest)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.BOX)
