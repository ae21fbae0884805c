"""What lives where: a flat map cut into square cells, and what stands for each.

A grid of pictures over an embedding is an *atlas* (Carter et al. 2019, "Activation Atlas"). Where
a network decodes, the picture is what it draws at the middle of the cell (Kingma and Welling 2014,
fig. 4), also where nobody lives; elsewhere it is the sample nearest to it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_CELLS: Final = 20
"""Cells along the longer side."""
OUTLIERS: Final = 0.2
"""Percent of the samples at either end of an axis that the cells need not reach."""
NEARBY: Final = 1.0
"""A cell is empty where no sample is within so many cells of its middle."""


@dataclass(frozen=True)
class Tiling:
    """Where the cells are: row 0 at low y, cells of a row by rising x."""

    low: tuple[float, float]
    """Corner of the first cell, in map units."""
    size: float
    """Side of a cell, in map units."""
    columns: int
    rows: int

    def middles(self, cells: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the places in the middle of some cells, shape (len(cells), 2)."""
        at = np.stack([cells % self.columns, cells // self.columns], axis=1)  # (n, 2)
        return ((at + 0.5) * self.size + self.low).astype(np.float32)

    def cells(self, z: NDArray[np.float32]) -> NDArray[np.int64]:
        """Return the cell of places (n, 2), -1 for those outside, shape (n,)."""
        at = np.floor((z - np.asarray(self.low)) / self.size)  # (n, 2)
        is_inside = ((at >= 0) & (at < (self.columns, self.rows))).all(axis=1)
        at = np.where(is_inside[:, None], at, 0).astype(np.int64)
        return np.where(is_inside, at[:, 1] * self.columns + at[:, 0], -1)


def lay_tiling(z: NDArray[np.float32], most: int = MOST_CELLS) -> Tiling:
    """Return cells over the places of samples (n, 2) but for a few outliers."""
    low, high = (
        edge.astype(np.float64) for edge in np.percentile(z, (OUTLIERS, 100 - OUTLIERS), axis=0)
    )
    least = 1e-6 * max(1.0, float(np.abs(z).max()))
    size = max(float((high - low).max()), least) / (most - 1)
    columns, rows = (int(min(most, np.ceil(span / size) + 1)) for span in high - low)
    start = (low + high - size * np.array([columns, rows])) / 2
    return Tiling((float(start[0]), float(start[1])), size, columns, rows)


def nearest_samples(
    z: NDArray[np.float32], tiling: Tiling
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the cells that hold a sample, and of those in each the one nearest to its middle.

    Args:
        z: Places, shape (n, 2).
        tiling: The cells.

    Returns:
        Cells (k,), and one sample for each, (k,).
    """
    at = tiling.cells(z)
    ids = np.flatnonzero(at >= 0)
    away = np.square(z[ids] - tiling.middles(at[ids])).sum(axis=1)  # (m,)
    order = np.lexsort((away, at[ids]))
    cells, first = np.unique(at[ids][order], return_index=True)
    return cells, ids[order][first]


def inhabited(z: NDArray[np.float32], tiling: Tiling) -> NDArray[np.int64]:
    """Return the cells that have a sample within `NEARBY` cells of their middle, ascending.

    Args:
        z: Places, shape (n, 2).
        tiling: The cells.
    """
    reach = int(np.ceil(NEARBY))
    found = np.zeros((tiling.rows, tiling.columns), bool)
    at = np.floor((z - np.asarray(tiling.low)) / tiling.size).astype(np.int64)  # (n, 2)
    within = (NEARBY * tiling.size) ** 2
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            column, row = at[:, 0] + dx, at[:, 1] + dy
            is_cell = (column >= 0) & (column < tiling.columns) & (row >= 0) & (row < tiling.rows)
            cells = row[is_cell] * tiling.columns + column[is_cell]
            away = np.square(z[is_cell] - tiling.middles(cells)).sum(axis=1)
            found.flat[cells[away <= within]] = True
    return np.flatnonzero(found)
