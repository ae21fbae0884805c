"""Pictures that tables spell out: brightness by brightness, row by row, as FER2013 has them."""

import io
import math
import re
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.intake.records import SIDES

FEWEST_PIXELS: Final = SIDES[0] ** 2
SPELLED: Final = re.compile(rf"\s*\d{{1,3}}(?:\s+\d{{1,3}}){{{FEWEST_PIXELS - 1},}}\s*", re.ASCII)

WHOLE_NUMBERS: Final = re.compile(r"[0-9\s]+", re.ASCII)


def is_spelled_out(cell: str) -> bool:
    """Whether a cell holds whole numbers of up to three digits only, with blanks between them."""
    return len(cell) >= 2 * FEWEST_PIXELS - 1 and SPELLED.fullmatch(cell) is not None


def pixels_of(cell: str) -> NDArray[np.uint8] | None:
    """Return a cell as a grey picture (side, side), None where it is no square of 0 to 255."""
    if not WHOLE_NUMBERS.fullmatch(cell):
        return None
    values = np.fromstring(cell, np.int64, sep=" ")
    side = math.isqrt(len(values))
    if (
        side < SIDES[0]
        or side * side != len(values)
        or not 0 <= values.min() <= values.max() <= 255
    ):
        return None
    return values.astype(np.uint8).reshape(side, side)


def as_png(cell: str) -> bytes | None:
    """Return a cell as a grey PNG, None where it is no picture."""
    pixels = pixels_of(cell)
    if pixels is None:
        return None
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", compress_level=0)
    return stream.getvalue()
