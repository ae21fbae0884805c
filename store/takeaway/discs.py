"""Points drawn by NumPy: anti-aliased discs, squares and triangles at parts of a pixel.

Coverage is 1/2 - d, clamped, with d the signed distance to the outline in pixels, as in
assets/map/shaders.mjs. Where points overlap, the one of higher rank wins nearly all of the colour:
each point's weight in a pixel is its opacity times 2 to the power of its rank, the colour is the
weighted mean, and what is behind shines through by the product of (1 - opacity) (McGuire and
Bavoil, Weighted Blended Order-Independent Transparency, 2013). So nothing is sorted, and the same
point stays on top from picture to picture.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

AT_ONCE: Final = 16_384
"""Points drawn at once, which bounds the memory."""
STRENGTH: Final = 14.0
"""Powers of two between the lowest and the highest rank."""
ROOM: Final = 64
"""Pixels around a picture into which marks at its edges reach."""
FAINTEST: Final = 0.004
"""Less of a pixel than one step of its colour is not drawn."""
HOLLOW: Final = 0.42
"""Opacity within the ring of a held-out sample."""
GROWN: Final = 1.22
"""A point somebody named is larger by this, as on the map."""
BARE: Final = (3.4, 5.2)
"""Diameters in pixels between which a named point gets its ring; smaller ones are told by shade."""
DISC, SQUARE, TRIANGLE = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Marks:
    """How points look."""

    color: NDArray[np.uint8]
    """Shape (num_points, 3)."""
    opacity: NDArray[np.float32]
    """0 to 1, shape (num_points,)."""
    shape: NDArray[np.uint8]
    """DISC, SQUARE or TRIANGLE, shape (num_points,)."""
    is_ring: NDArray[np.bool_]
    """Hollow: held out, shape (num_points,)."""
    edge: NDArray[np.float32]
    """Opacity of the fine ring of a named point, 0 for the others, shape (num_points,)."""
    ink: tuple[int, int, int]
    """Colour of those rings."""
    rank: NDArray[np.float32]
    """Who covers whom, 0 to 1, shape (num_points,)."""


class Canvas:
    """Draws points on pictures of one size; its buffers are made once, with room for the edges."""

    def __init__(self, width: int, height: int) -> None:
        self._size = (height, width)
        self._row = width + 2 * ROOM
        num_pixels = (height + 2 * ROOM) * self._row
        self._sums = np.zeros((4, num_pixels), np.float32)
        """Red, green, blue and weight of each pixel."""
        self._behind = np.zeros(num_pixels, np.float32)
        """Logarithm of what shines through."""
        own = np.full((height + 2 * ROOM, self._row), -1, np.int32)
        own[ROOM:-ROOM, ROOM:-ROOM] = np.arange(height * width).reshape(height, width)
        self._own = own.ravel()
        """Which pixel of the picture each is; -1 in the room around."""

    def draw(
        self,
        picture: NDArray[np.uint8],
        place: NDArray[np.floating],
        radius: NDArray[np.floating],
        marks: Marks,
    ) -> None:
        """Draw points on a picture, in place.

        Args:
            picture: Shape (height, width, 3).
            place: Pixels to the right and down, of the middles, shape (num_points, 2).
            radius: Pixels, at most 20, shape (num_points,).
            marks: How they look.
        """
        height, width = self._size
        radius = radius * np.where(marks.edge > 0, GROWN, 1.0)
        grown = 1.0 if not marks.shape.any() else 1.25  # corners reach further than a disc
        reach = int(np.ceil(radius.max(initial=0) * grown + 0.5))
        with np.errstate(invalid="ignore"):
            is_in = (place > -reach).all(axis=1) & (place < (width + reach, height + reach)).all(1)
        ids = np.flatnonzero(is_in)
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            self._add(place[some], radius[some], _taken(marks, some), reach)
        self._settle(picture)

    def _add(
        self, place: NDArray[np.floating], radius: NDArray[np.floating], marks: Marks, reach: int
    ) -> None:
        span = np.arange(-reach, reach + 1)
        down, right = (axis.ravel() for axis in np.meshgrid(span, span, indexing="ij"))
        corner = np.floor(place)
        beside = (corner + 0.5 - place).astype(np.float32)  # (num_points, 2)
        dx = beside[:, :1] + right.astype(np.float32)  # (num_points, num_offsets)
        dy = beside[:, 1:] + down.astype(np.float32)
        wide = radius[:, None].astype(np.float32)
        distance = _distance(dx, dy, wide, marks.shape)
        cover = _coverage(distance, wide, marks).ravel()
        is_seen = cover > FAINTEST
        kept = np.flatnonzero(is_seen)
        counts = np.count_nonzero(is_seen.reshape(len(place), -1), axis=1)
        point = np.repeat(np.arange(len(place)), counts)
        offset = kept - point * len(right)
        first = (corner[:, 1] + ROOM) * self._row + corner[:, 0] + ROOM
        pixel = first.astype(np.int64)[point] + (down * self._row + right)[offset]
        opacity = cover[kept] * marks.opacity[point]
        weight = opacity * np.exp2(np.float32(STRENGTH) * marks.rank)[point]
        inked = _inked(distance.ravel()[kept], point, radius, marks)
        for channel in range(3):
            shade = marks.color[:, channel].astype(np.float32)[point]
            shade += (np.float32(marks.ink[channel]) - shade) * inked
            np.add.at(self._sums[channel], pixel, weight * shade)
        np.add.at(self._sums[3], pixel, weight)
        np.add.at(self._behind, pixel, np.log1p(-np.minimum(opacity, np.float32(0.999))))

    def _settle(self, picture: NDArray[np.uint8]) -> None:
        """Put what was gathered on the picture, and make the buffers ready for the next."""
        touched = np.flatnonzero(self._behind)
        own = self._own[touched]
        is_seen = own >= 0
        at, to = touched[is_seen], own[is_seen]
        through, weight = np.exp(self._behind[at]), self._sums[3, at]
        flat = picture.reshape(-1, 3)
        for channel in range(3):
            color = self._sums[channel, at] / weight
            color += (flat[to, channel] - color) * through
            flat[to, channel] = np.rint(color)
        self._sums[:, touched] = 0
        self._behind[touched] = 0


def _taken(marks: Marks, ids: NDArray[np.int64]) -> Marks:
    return replace(
        marks, color=marks.color[ids], opacity=marks.opacity[ids], shape=marks.shape[ids],
        is_ring=marks.is_ring[ids], edge=marks.edge[ids], rank=marks.rank[ids],
    )  # fmt: skip


def _inked(
    distance: NDArray[np.float32],
    point: NDArray[np.int64],
    radius: NDArray[np.floating],
    marks: Marks,
) -> NDArray[np.float32]:
    """Return how much of each pixel's colour is ink: the outermost pixel of a named point.

    Args:
        distance: Pixels to the outline, below 0 within, shape (num_pixels,).
        point: Whose pixel it is, shape (num_pixels,).
        radius: Shape (num_points,).
        marks: Of the points.
    """
    low, high = BARE
    clear = np.clip((2 * radius - low) / (high - low), 0, 1).astype(np.float32)
    clear = clear * clear * (3 - 2 * clear)  # smoothstep, as the shader has it
    ring = np.where(marks.is_ring, 0, marks.edge * clear)
    shade = np.where(marks.edge > 0, 0.5 * (1 - clear), 0)
    outermost = np.clip(distance + 1.5, 0, 1)
    inked: NDArray[np.float32] = np.maximum(ring[point] * outermost, shade[point], dtype=np.float32)
    return inked


def _distance(
    dx: NDArray[np.float32],
    dy: NDArray[np.float32],
    radius: NDArray[np.float32],
    shape_of: NDArray[np.uint8],
) -> NDArray[np.float32]:
    """Return how far each pixel is from the outline; squares and triangles have a disc's area."""
    distance: NDArray[np.float32] = np.hypot(dx, dy) - radius
    for shape, of in ((SQUARE, _to_square), (TRIANGLE, _to_triangle)):
        own = shape_of == shape
        if own.any():
            distance[own] = of(dx[own], dy[own], radius[own])
    return distance


def _coverage(
    distance: NDArray[np.float32], radius: NDArray[np.float32], marks: Marks
) -> NDArray[np.float32]:
    """Return how much of each pixel a mark covers; the ring of a named held-out one is bold."""
    cover: NDArray[np.float32] = np.clip(np.float32(0.5) - distance, 0, 1)
    if marks.is_ring.any():
        own = marks.is_ring
        line = np.where(marks.edge[own] > 0, 0.6, 0.42).astype(np.float32)[:, None]
        within = np.clip(0.5 - (distance[own] + np.maximum(1.0, line * radius[own])), 0, 1)
        cover[own] -= (1 - HOLLOW) * within
    return cover


def _to_square(
    dx: NDArray[np.float32], dy: NDArray[np.float32], radius: NDArray[np.float32]
) -> NDArray[np.float32]:
    distance: NDArray[np.float32] = np.maximum(np.abs(dx), np.abs(dy)) - np.float32(0.886) * radius
    return distance


def _to_triangle(
    dx: NDArray[np.float32], dy: NDArray[np.float32], radius: NDArray[np.float32]
) -> NDArray[np.float32]:
    down = dy - np.float32(0.18) * radius
    sides = np.abs(dx) * np.float32(0.866) - down * np.float32(0.5)
    distance: NDArray[np.float32] = np.maximum(sides, down) - np.float32(0.72) * radius
    return distance
