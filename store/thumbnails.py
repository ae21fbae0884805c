"""Small pictures of samples, 1024 to a PNG sheet, so that a browser fetches few files."""

import io
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from store.cache import Cache
from store.datasets import Datasets
from store.errors import NotFoundError

TILE: Final = 32
"""Side of a tile in pixels."""
COLUMNS: Final = 32
PER_SHEET: Final = 1024
INK_BELOW: Final = 96
"""Mean grey under which a one-channel image counts as strokes on an empty ground."""


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


class Thumbnails:
    """Sheets of the data sets, built when first asked for."""

    def __init__(self, datasets: Datasets, cache: Cache) -> None:
        self._datasets = datasets
        self._cache = cache

    def plan(self, dataset_id: str) -> SheetPlan:
        """Return how the tiles of a data set lie.

        Raises:
            NotFoundError: no such data set.
        """
        images = self._datasets.samples(dataset_id).images
        is_ink = images.shape[1] == 1 and float(images[:PER_SHEET].mean()) < INK_BELOW
        return SheetPlan(TILE, COLUMNS, PER_SHEET, count_sheets(images), is_ink)

    def sheet(self, dataset_id: str, k: int) -> bytes:
        """Return sheet `k` as PNG, grey or RGB; the last sheet is only as high as it needs.

        Raises:
            NotFoundError: no such data set or sheet.
        """
        images = self._datasets.samples(dataset_id).images
        num_sheets = count_sheets(images)
        if not 0 <= k < num_sheets:
            raise NotFoundError(f"There is no sheet {k}; this data set has {num_sheets}.")
        key = f"sheet:{TILE}:{dataset_id}:{k}"
        data = self._cache.get(key)
        if data is None:
            data = draw_sheet(images[k * PER_SHEET : (k + 1) * PER_SHEET])
            self._cache.set(key, data)
        return data


def count_sheets(images: NDArray[np.uint8]) -> int:
    """Return how many sheets images, shape (num_samples, channels, height, width), take."""
    return -(-len(images) // PER_SHEET)


def draw_sheet(images: NDArray[np.uint8]) -> bytes:
    """Draw images, shape (n, channels, height, width), as one PNG of tiles, row by row."""
    num_rows = -(-len(images) // COLUMNS)
    mode = "L" if images.shape[1] == 1 else "RGB"
    sheet = Image.new(mode, (COLUMNS * TILE, num_rows * TILE))
    for i, image in enumerate(images):
        tile = draw_tile(image)
        left = i % COLUMNS * TILE + (TILE - tile.width) // 2
        top = i // COLUMNS * TILE + (TILE - tile.height) // 2
        sheet.paste(tile, (left, top))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()


def draw_tile(image: NDArray[np.uint8]) -> Image.Image:
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
