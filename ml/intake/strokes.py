"""Drawings made of strokes as bitmaps, like those Google made of Quick, Draw!.

Geometry as in Google's `vector_to_raster` (googlecreativelab/quickdraw-dataset, issue 19): the
drawing is scaled to 255 units on its longer side and centred in a square of 304 units, 256 and
round about a margin of 16 and half a pen; the pen is round and 16 units wide. Each pixel is as
bright as the pen covers it, taken from its distance to the nearest stroke.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

SPAN: Final = 255.0
"""Units on the longer side of a drawing."""
SQUARE: Final = 256.0
MARGIN: Final = 16.0
PEN: Final = 16.0
"""Width of a stroke, in the same units."""
WHOLE: Final = SQUARE + 2 * MARGIN + PEN
MOST_CELLS: Final = 1_000_000
"""Pixels times segments measured at once, which bounds memory."""
CLOSEST: Final = 0.25
"""Pixels; points nearer to the last one than this add nothing."""

Stroke = NDArray[np.float64]
"""Points of one stroke in their order, shape (2, n): x to the right, y downwards."""


def draw_strokes(strokes: Sequence[Stroke], side: int) -> NDArray[np.uint8]:
    """Return a drawing as white lines on black, shape (side, side).

    Args:
        strokes: at least one, each of at least one point, finite, in any unit.
        side: pixels.
    """
    begins, ends = _segments(strokes, side)
    middles = np.arange(side, dtype=np.float32) + 0.5
    nearest = np.full((side, side), np.inf, np.float32)
    at_once = max(1, MOST_CELLS // side**2)
    for start in range(0, len(begins), at_once):
        part = slice(start, start + at_once)
        np.minimum(nearest, _distances(middles, begins[part], ends[part]), out=nearest)
    cover = PEN / 2 * side / WHOLE - np.sqrt(nearest) + 0.5
    bitmap: NDArray[np.uint8] = np.rint(np.clip(cover, 0, 1) * 255).astype(np.uint8)
    return bitmap


def _segments(strokes: Sequence[Stroke], side: int) -> tuple[NDArray[np.float32], ...]:
    """Return where each piece of a line begins and ends in pixels, both (num_segments, 2)."""
    points = np.concatenate(strokes, axis=1)
    low, high = points.min(axis=1), points.max(axis=1)
    scale = SPAN / max(float((high - low).max()), 1e-9)
    shift = (SQUARE - (high - low) * scale) / 2 + MARGIN + PEN / 2
    begins, ends = [], []
    for stroke in strokes:
        line = (((stroke.T - low) * scale + shift) * (side / WHOLE)).astype(np.float32)
        line = _thinned(line)
        begins.append(line[:-1] if len(line) > 1 else line)
        ends.append(line[1:] if len(line) > 1 else line)
    return np.concatenate(begins), np.concatenate(ends)


def _thinned(line: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a line without points that follow one in the same quarter of a pixel."""
    cells = np.floor(line / CLOSEST)
    is_kept = np.ones(len(line), bool)
    is_kept[1:] = (cells[1:] != cells[:-1]).any(axis=1)
    return line[is_kept]


def _distances(
    middles: NDArray[np.float32], begins: NDArray[np.float32], ends: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return each pixel's squared distance to the nearest segment, shape (side, side)."""
    along = ends - begins
    squared = (along**2).sum(axis=1)
    squared[squared == 0] = 1  # a dot: its only point is the nearest
    x = middles[None, :, None] - begins[:, 0]  # (1, side, num_segments)
    y = middles[:, None, None] - begins[:, 1]  # (side, 1, num_segments)
    share = np.clip((x * along[:, 0] + y * along[:, 1]) / squared, 0, 1)
    nearest: NDArray[np.float32] = (
        (x - share * along[:, 0]) ** 2 + (y - share * along[:, 1]) ** 2
    ).min(axis=2)  # fmt: skip
    return nearest
