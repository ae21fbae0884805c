"""Pictures of the rows of a table, small and for the eye alone."""

import io
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.intake.errors import IntakeError
from ml.intake.sources import Source

SIDE: Final = 32
"""Height and width in pixels."""
MOST_PIXELS: Final = 50_000_000
FORMATS: Final = ("PNG", "JPEG", "GIF", "BMP", "WEBP")


def draw_rows(cells: Sequence[Any], source: Source, folder: str) -> NDArray[np.uint8]:
    """Return pictures of rows, shape (n, 3, SIDE, SIDE); grey where there is none to be read.

    Args:
        cells: encoded pictures, `{"bytes", "path"}` as the datasets library has them, or paths.
        source: where paths lead.
        folder: the table's own, from which paths are tried first; "" or with `/` at the end.
    """
    pictures = np.full((len(cells), 3, SIDE, SIDE), 128, np.uint8)
    for i, cell in enumerate(cells):
        data = _bytes_of(cell, source, folder)
        if data:
            pictures[i] = _drawn(data, pictures[i])
    return pictures


def leads_to_picture(cell: Any, source: Source, folder: str) -> bool:
    """Whether a cell is the path of another file of the source."""
    return isinstance(cell, str) and bool(cell) and any(
        source.member(path) for path in (folder + cell, cell)
    )  # fmt: skip


def _bytes_of(cell: Any, source: Source, folder: str) -> bytes | None:
    if isinstance(cell, dict):
        cell = cell.get("bytes") or cell.get("path")
    if isinstance(cell, bytes):
        return cell
    if not isinstance(cell, str) or not cell:
        return None
    member = source.member(folder + cell) or source.member(cell)
    try:
        return member.read() if member else None
    except IntakeError:
        return None  # the row is sound without its picture


def _drawn(data: bytes, otherwise: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture fitted into the square, on white where its edge is bright, else on black."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return otherwise
            image.draft("RGB", (2 * SIDE, 2 * SIDE))
            image.load()
            small = _flat(image)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, EOFError):
        return otherwise
    small.thumbnail((SIDE, SIDE))
    pixels = np.asarray(small)  # (height, width, 3)
    edge = np.concatenate([pixels[[0, -1]].reshape(-1, 3), pixels[:, [0, -1]].reshape(-1, 3)])
    square = np.full((SIDE, SIDE, 3), 255 if edge.mean() >= 128 else 0, np.uint8)
    top, left = (SIDE - small.height) // 2, (SIDE - small.width) // 2
    square[top : top + small.height, left : left + small.width] = pixels
    return np.moveaxis(square, 2, 0)


def _flat(image: Image.Image) -> Image.Image:
    """Return a picture in RGB, what is transparent on white."""
    if image.mode.startswith("I") or image.mode == "F":
        values = np.asarray(image, dtype=np.float64)
        low, high = float(values.min()), float(values.max())
        scaled = (values - low) / (high - low or 1) * 255
        return Image.fromarray(scaled.astype(np.uint8)).convert("RGB")
    if "A" in image.getbands() or "transparency" in image.info:
        shown = image.convert("RGBA")
        ground = Image.new("RGBA", shown.size, "white")
        return Image.alpha_composite(ground, shown).convert("RGB")
    return image.convert("RGB")
