"""Pictures of the rows of a table, small and for the eye alone."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.intake.decoding import BROKEN, in_mode, open_picture, upright
from ml.intake.errors import IntakeError
from ml.intake.fitting import BLACK, WHITE, Fit, border_level, to_planes
from ml.intake.sources import Source
from ml.intake.written_pictures import as_png

SIDE: Final = 32
"""Height and width in pixels."""
MIDDLE: Final = 128
"""Brightness from which on an edge is bright, of 255; what is drawn where there is no picture."""


def draw_rows(cells: Sequence[Any] | pa.Array, source: Source, folder: str) -> NDArray[np.uint8]:
    """Return pictures of rows, shape (n, 3, SIDE, SIDE); grey where there is none to be read.

    Args:
        cells: encoded pictures, `{"bytes", "path"}` as the datasets library has them, pictures
            spelled out, or paths; of an array one at a time is in memory as bytes.
        source: where paths lead.
        folder: the table's own, from which paths are tried first; "" or with `/` at the end.
    """
    pictures = np.full((len(cells), 3, SIDE, SIDE), MIDDLE, np.uint8)
    for i, cell in enumerate(cells):
        cell = cell.as_py() if isinstance(cell, pa.Scalar) else cell
        data = bytes_of(cell, source, folder)
        if data:
            pictures[i] = _drawn(data, pictures[i])
    return pictures


def leads_to_picture(cell: Any, source: Source, folder: str) -> bool:
    """Whether a cell is the path of another file of the source."""
    return isinstance(cell, str) and bool(cell) and any(
        source.member(path) for path in (folder + cell, cell)
    )  # fmt: skip


def bytes_of(cell: Any, source: Source, folder: str) -> bytes | None:
    """Return the encoded picture a cell holds or leads to, None where there is none.

    Args:
        cell: as one of `draw_rows`.
        source: as there.
        folder: as there.
    """
    if isinstance(cell, dict):
        cell = cell.get("bytes") or cell.get("path")
    if isinstance(cell, bytes):
        return cell
    if not isinstance(cell, str) or not cell:
        return None
    if spelled := as_png(cell):
        return spelled
    member = source.member(folder + cell) or source.member(cell)
    try:
        return member.read() if member else None
    except IntakeError:
        return None  # the row is sound without its picture


def _drawn(data: bytes, otherwise: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture fitted into the square, on white where its edge is bright, else on black."""
    try:
        image = open_picture(data, "the picture", SIDE)
        image.load()
        image = in_mode(upright(image), "RGB", WHITE)
    except (IntakeError, *BROKEN):
        return otherwise  # the row is sound without its picture
    ground = WHITE if border_level(to_planes(image)) >= MIDDLE else BLACK
    return to_planes(Fit(3, SIDE, SIDE, ground).place(image))
