"""Regions: which class a place of a flat map belongs to, told on a grid.

Where a head reads places it is asked at each cell; elsewhere the predictions around a cell vote.
Cells far from every sample are nobody's: a head is sure of places where nothing ever was.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.measures.map_quality import MOST_ASKED, distances, nearest
from ml.measures.metrics import draw
from ml.records import NO_CLASS

GRID_SIDE: Final = 96
"""Cells along each axis."""
OUTLIERS: Final = 0.2
"""Percent of the samples at either end of an axis that the grid need not reach."""
MARGIN: Final = 0.16
"""Room around the others, as a part of their extent: what a region reaches beyond its samples."""
RIM: Final = 2
"""Outermost cells that stay nobody's, so that every border closes."""
REACH: Final = 5.0
"""How many times the usual distance between neighbours a region reaches beyond its samples."""
FEWEST_CELLS: Final = 4.0
"""It reaches at least so many cells,"""
MOST_CELLS: Final = 14.0
"""and at most so many."""
COMPANY: Final = 1.5
"""Samples near by, weighted by a kernel, that make a cell settled: one alone founds no region."""
ASKING: Final = 300
"""Samples whose nearest neighbour tells the usual distance."""
SCALES: Final = (1.0, 1.6, 2.6, 4.2, 6.8)
"""Widths in cells of the kernels by which samples vote."""
LEAST_VOTES: Final = 15.0
"""Samples, weighted by the kernel, that a vote needs; with fewer a wider kernel asks further."""


@dataclass(frozen=True)
class Grid:
    """Where the cells of a map are: row 0 at low y, cells of a row by rising x."""

    low: NDArray[np.float32]
    """Corner of the first cell, shape (2,)."""
    high: NDArray[np.float32]
    """Corner of the last cell, shape (2,)."""
    side: int = GRID_SIDE
    """Cells along each axis."""

    @property
    def cell(self) -> NDArray[np.float32]:
        """Width and height of a cell in map units, shape (2,)."""
        return (self.high - self.low) / np.float32(self.side)

    def centers(self) -> NDArray[np.float32]:
        """Return the middle of each cell, shape (side * side, 2)."""
        steps = (np.arange(self.side, dtype=np.float32) + np.float32(0.5))[:, None]
        x, y = (self.low + steps * self.cell).T  # (side,) each
        return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)

    def cells(self, z: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return the cell of places (n, 2), -1 for those outside, shape (n,)."""
        at = np.floor((z - self.low) / self.cell).astype(np.int64)  # (n, 2)
        is_inside = ((at >= 0) & (at < self.side)).all(axis=1)
        return np.where(is_inside, at[:, 1] * self.side + at[:, 0], -1)


def make_grid(z: NDArray[np.float32]) -> Grid:
    """Return a grid over the places of samples (n, 2) but for a few outliers, and a margin."""
    low, high = np.percentile(z, (OUTLIERS, 100 - OUTLIERS), axis=0)
    room = np.maximum(MARGIN * (high - low), 1e-6 * np.maximum(1, np.abs(z).max()))
    return Grid((low - room).astype(np.float32), (high + room).astype(np.float32))


def settle_regions(
    z: NDArray[np.float32], grid: Grid, answer: Callable[[Grid], NDArray[np.int16]]
) -> NDArray[np.int16]:
    """Return the class_index of each cell, NO_CLASS where nobody lives, shape (side, side).

    Args:
        z: Places of all samples, shape (n, 2).
        grid: The cells.
        answer: Says the class of each cell, shape (side * side,); see `vote`.
    """
    classes = answer(grid).reshape(grid.side, grid.side)
    return np.where(is_land(z, grid), classes, np.int16(NO_CLASS))


def vote(z: NDArray[np.float32], prediction: NDArray[np.int16], grid: Grid) -> NDArray[np.int16]:
    """Return the class most of the samples around each cell are predicted as, (side * side,).

    Each votes by a Gaussian of its distance, as wide as it takes to hear `LEAST_VOTES`: a vote of
    nearest neighbours whose cost does not grow with their number. NO_CLASS where nobody is heard.

    Args:
        z: Places, shape (n, 2).
        prediction: class_index or NO_CLASS, shape (n,).
        grid: The cells.
    """
    at = grid.cells(z)
    is_heard = (prediction >= 0) & (at >= 0)
    classes, own = np.unique(prediction[is_heard], return_inverse=True)
    if len(classes) == 0:
        return np.full(grid.side**2, NO_CLASS, np.int16)
    size = grid.side**2
    counts = np.bincount(own * size + at[is_heard], minlength=len(classes) * size)
    ballots = counts.reshape(-1, grid.side, grid.side).astype(np.float32)  # (K, side, side)
    won = np.full(size, NO_CLASS, np.int16)
    for scale in reversed(SCALES):
        heard = blurred(ballots, grid, scale).reshape(len(classes), size)
        least = LEAST_VOTES if scale < SCALES[-1] else 1e-3
        won = np.where(heard.sum(0) >= least, classes[heard.argmax(0)], won)
    return won.astype(np.int16)


def blurred(counts: NDArray[np.float32], grid: Grid, scale: float) -> NDArray[np.float32]:
    """Return counts (K, side, side) spread by a Gaussian with peak 1, as wide as `scale` cells."""
    width = scale * float(np.sqrt(grid.cell.prod()))
    steps = np.arange(grid.side, dtype=np.float32)
    apart = (steps[:, None] - steps) ** 2  # (side, side)
    along_x, along_y = (np.exp(-apart * (side / width) ** 2 / 2) for side in grid.cell)
    spread: NDArray[np.float32] = along_y @ counts @ along_x
    return spread


def is_land(z: NDArray[np.float32], grid: Grid) -> NDArray[np.bool_]:
    """Return which cells are near enough to a sample to be somebody's, shape (side, side).

    Near is within `REACH` times the usual distance between neighbours, 4 to 14 cells.

    Args:
        z: Places, shape (n, 2).
        grid: The cells.
    """
    at = grid.cells(z)
    counts = np.bincount(at[at >= 0], minlength=grid.side**2).reshape(1, grid.side, grid.side)
    unit = float(np.sqrt(grid.cell.prod()))
    reach = np.clip(REACH * spacing(z), FEWEST_CELLS * unit, MOST_CELLS * unit)
    company = blurred(counts.astype(np.float32), grid, reach / unit / 1.5)[0]
    apart = squared_distance((counts[0] > 0) & (company > COMPANY), grid)
    land = np.zeros((grid.side, grid.side), bool)
    land[RIM:-RIM, RIM:-RIM] = apart[RIM:-RIM, RIM:-RIM] <= reach**2
    return land


def spacing(z: NDArray[np.float32]) -> float:
    """Return the median distance of samples (n, 2) to the nearest other, in map units.

    Of many a draw is measured, whose spacing is that of all by the root of their numbers.
    """
    asked = draw(np.arange(len(z)), MOST_ASKED)
    if len(asked) < 2:
        return 0.0
    asking = draw(asked, ASKING)
    apart = distances(z[asking], z[asked])
    apart[asking[:, None] == asked] = np.inf
    median = float(np.median(np.take_along_axis(apart, nearest(apart, 1), axis=1)))
    return median * float(np.sqrt(len(asked) / len(z)))


def squared_distance(is_settled: NDArray[np.bool_], grid: Grid) -> NDArray[np.float32]:
    """Return each cell's squared distance to the nearest settled one, in map units.

    Exact, one axis after the other (Felzenszwalb and Huttenlocher 2012, section 2.1).

    Args:
        is_settled: Shape (side, side); at least one, or all distances are infinite.
        grid: The cells.
    """
    steps = np.arange(grid.side, dtype=np.float32)
    apart = (steps[:, None] - steps) ** 2  # (side, side)
    width, height = grid.cell
    start = np.where(is_settled, np.float32(0), np.float32(np.inf))
    down = (start[None] + height**2 * apart[:, :, None]).min(axis=1)  # (side, side)
    found: NDArray[np.float32] = (down[:, None] + width**2 * apart[None]).min(axis=2)
    return found
