"""Numbers of any type and layout as pictures of bytes."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ml.intake.arrays import ArrayFile, rows_at_once
from ml.intake.records import BATCH, SIDES

Order = Literal["hw", "wh", "hwc", "chw"]
LOOKED_AT: Final = 4096
"""Rows from which the range of values is taken at once."""
DIM: Final = 64
"""Bytes all below this are no brightness from 0 to 255 but a scale of their own."""
HALF: Final = 128
"""Numbers of other types are brightness from 0 to 255 where one of them reaches this."""
WHITE_FROM: Final = 0.99
"""Rows of fractions are brightness from 0 to 1 where one goes beyond this; in vectors of length 1
hardly any does."""


@dataclass(frozen=True)
class Layout:
    """How the numbers of one sample lie."""

    channels: int
    """1, 3, or 4 with an alpha channel."""
    height: int
    width: int
    order: Order
    sentence: str = ""
    """What was made of them, where that is a guess."""

    def arrange(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Return rows (n, ...) as (n, channels, height, width), a view where possible."""
        if self.order == "hwc":
            cells = rows.reshape(len(rows), self.height, self.width, self.channels)
            return cells.transpose(0, 3, 1, 2)
        if self.order == "wh":
            columns = rows.reshape(len(rows), 1, self.width, self.height)
            return columns.transpose(0, 1, 3, 2)
        return rows.reshape(len(rows), self.channels, self.height, self.width)


@dataclass(frozen=True)
class Scale:
    """What becomes black and what white."""

    low: float
    high: float
    sentence: str = ""
    """What is done, where it is not nothing."""

    def to_bytes(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Return values as uint8, of the same shape; what lies outside is cut, NaN is black."""
        if values.dtype == np.uint8 and (self.low, self.high) == (0, 255):
            return values
        exact = np.float64 if values.dtype.itemsize > 4 else np.float32
        scaled: NDArray[Any] = values.astype(exact)
        with np.errstate(all="ignore"):
            scaled = (scaled - exact(self.low)) * (255 / ((self.high - self.low) or 1))
        np.nan_to_num(scaled, copy=False, nan=0, posinf=255, neginf=0)
        return np.clip(np.rint(scaled, out=scaled), 0, 255, out=scaled).astype(np.uint8)


@dataclass(frozen=True)
class ValueRange:
    """Smallest and largest finite value of an array."""

    low: float
    high: float
    is_whole: bool
    """Whether all of the first rows are whole numbers."""
    is_finite: bool
    """Whether there is neither NaN nor infinity."""


def layout_of(shape: tuple[int, ...], dtype: np.dtype[Any], found: ValueRange) -> Layout | None:
    """Return how samples (n, *shape) lie as pictures; None where they are none.

    Rows of numbers are pictures only where they are a square (or three) of bytes, or of numbers
    that look like brightness; else they are vectors.
    """
    if len(shape) == 1:
        return _square(shape[0], dtype, found)
    if len(shape) == 2:
        return Layout(1, *shape, "hw")
    if len(shape) == 3 and shape[2] in (1, 3, 4):
        return Layout(shape[2], shape[0], shape[1], "hwc")
    if len(shape) == 3 and shape[0] in (1, 3, 4):
        return Layout(*shape, "chw")
    return None


def range_of(array: ArrayFile) -> ValueRange:
    """Return the range of an array's values; of bytes only as much as decides their scale.

    Raises:
        IntakeError: as `ArrayFile.chunks`.
    """
    if array.dtype == bool:
        return ValueRange(0, 1, True, True)
    low, high, is_whole, is_finite = math.inf, -math.inf, True, True
    for i, rows in enumerate(array.chunks(rows_at_once(array.row_bytes, LOOKED_AT))):
        finite = _finite(rows)
        is_finite = is_finite and finite.size == rows.size
        if i == 0:
            is_whole = bool((finite == np.floor(finite)).all())
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
        if array.dtype == np.uint8 and high >= DIM:
            break
    return ValueRange(low, high, is_whole, is_finite) if high >= low else EMPTY_RANGE


EMPTY_RANGE: Final = ValueRange(0, 0, True, False)
"""Of an array without a finite value."""


def scale_of(found: ValueRange, dtype: np.dtype[Any]) -> Scale:
    """Return what becomes black and what white."""
    low, high = found.low, found.high
    brightest = DIM if dtype == np.uint8 else HALF
    if low >= 0 and brightest <= high <= 255:
        return Scale(0, 255)
    if low >= 0 and high <= 1:
        return Scale(
            0, 1, "" if dtype.kind == "b" else "Values from 0 to 1: stretched to 0 to 255."
        )
    if -1 <= low < 0 and 0 < high <= 1:
        return Scale(-1, 1, "Values from -1 to 1: stretched to 0 to 255.")
    low = min(low, 0.0)
    return Scale(low, high, f"Values from {low:,.6g} to {high:,.6g}: stretched to 0 to 255.")


def batch_rows(array: ArrayFile) -> Iterator[NDArray[Any]]:
    """Yield an array's rows in the pieces that become batches."""
    return array.chunks(rows_at_once(array.row_bytes, BATCH))


def _square(size: int, dtype: np.dtype[Any], found: ValueRange) -> Layout | None:
    is_fraction = WHITE_FROM < found.high <= 1
    is_brightness = found.low >= 0 and (is_fraction or (found.is_whole and found.high <= 255))
    if dtype not in (np.uint8, bool) and not is_brightness:
        return None
    for channels in (1, 3):
        side = math.isqrt(size // channels)
        if channels * side**2 == size and SIDES[0] <= side <= SIDES[1]:
            text = f"Rows of {size:,} numbers: seen as {channels} x {side} x {side} pixels."
            return Layout(channels, side, side, "chw", text)
    return None


def _finite(rows: NDArray[Any]) -> NDArray[Any]:
    return rows if rows.dtype.kind != "f" else rows[np.isfinite(rows)]
