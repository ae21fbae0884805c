"""Who is near whom by features, in NumPy, and the walks on that.

The same mathematics as `ml/graph/spreading.py`, for a process that must not load torch; tests hold
one to the other, and walks to their torch twin (`benchmarks/gestures/groups.py`). Up to
`MOST_EXACT` samples neighbours are exact; among more they are looked for in the nearest cells of a
k-means (an inverted file, Sivic and Zisserman 2003).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ml.cores import side_by_side, slices

NUM_NEAREST: Final = 15
MOST_EXACT: Final = 4096
"""References up to which every pair is compared."""
MOST_FITTED: Final = 10_000
"""Samples that decide where cells are."""
NUM_LLOYD: Final = 8
NUM_PROBED: Final = 6
"""Cells in which neighbours of a cell's samples are looked for, its own included."""
VALUES_AT_ONCE: Final = 1_000_000
"""Products of one part, of which some are reckoned side by side: 12 MB with their order."""
ROWS_AT_ONCE: Final = 16_384
"""Rows of a sparse matrix that are multiplied at once: some milliseconds."""
ALPHA: Final = 0.9
"""How much a sample listens to its neighbours rather than to its own annotation."""
NUM_ROUNDS: Final = 25
"""Rounds of spreading: alpha^25 = 0.07 of the first word is left to travel on."""
NUM_VOTERS: Final = 10
"""Neighbours in the graph that speak for a sample outside it."""
LEAST_APART: Final = 1e-4
"""Squared distance, as a part of the largest, below which two samples count as the same one."""
GOES_ON: Final = 0.9
"""Probability that a walk from a cluster takes another step."""
GOES_ON_LOOKING: Final = 0.97
"""Probability that a walk looking for samples somebody has seen takes another step."""
NUM_STEPS_LOOKING: Final = 40

Array = NDArray[np.float32]
Ids = NDArray[np.int64]


def directions(h: Array) -> Array:
    """Return features as unit vectors, shape (n, width); one of length 0 stays."""
    length = np.linalg.norm(h, axis=1, keepdims=True)
    unit: Array = (h / np.maximum(length, 1e-12)).astype(np.float32)
    return unit


def cells_of(x: Array, num_cells: int, seed: int, pause: Callable[[], None]) -> tuple[Array, Ids]:
    """Return centres (at most num_cells, width) and the cell of each sample (n,): k-means.

    Args:
        x: Unit features, shape (n, width), at least one.
        num_cells: Cells wanted; fewer where there are not so many samples.
        seed: Equal seeds give equal cells.
        pause: Called between rounds; may raise.
    """
    rng = np.random.default_rng(seed)
    some = x[rng.choice(len(x), min(len(x), MOST_FITTED), replace=False)]
    centres = some[: min(num_cells, len(some))].copy()
    for _ in range(NUM_LLOYD):
        pause()
        cell = nearest_centre(some, centres)
        home = sparse.csr_array(
            (np.ones(len(some), np.float32), (cell, np.arange(len(some)))),
            shape=(len(centres), len(some)),
        )
        size = home.sum(axis=1)
        is_used = size > 0
        centres[is_used] = ((home @ some) / np.maximum(size, 1)[:, None])[is_used]
    home_of = np.empty(len(x), np.int64)

    def settle(rows: slice) -> None:
        home_of[rows] = nearest_centre(x[rows], centres)

    side_by_side(settle, slices(len(x), VALUES_AT_ONCE // len(centres)), pause)
    return centres, home_of


def nearest_centre(x: Array, centres: Array) -> Ids:
    """Return the index of the nearest centre of each sample, shape (n,)."""
    nearest: Ids = (x @ centres.T - np.square(centres).sum(axis=1) / 2).argmax(axis=1)
    return nearest


@dataclass(frozen=True, eq=False)
class Near:
    """The nearest samples of each sample."""

    ids: Ids
    """By rising distance, shape (n, k)."""
    squared: Array
    """Squared distances of unit features, same shape; infinite where there was no such sample."""


def find_near(x: Array, among: Ids, pause: Callable[[], None]) -> Near:
    """Return the `NUM_NEAREST` of each sample, itself left out; fewer where there are not so many.

    Args:
        x: Unit features, float32, shape (n, width).
        among: Ids that may be neighbours, ascending, at least one.
        pause: Called between chunks; may raise.
    """
    count = max(1, min(NUM_NEAREST, len(among) - 1))
    near = Near(np.zeros((len(x), count), np.int64), np.full((len(x), count), np.inf, np.float32))
    is_exact = len(among) <= MOST_EXACT
    everyone = np.arange(len(x))
    parts = in_chunks(everyone, among) if is_exact else pairs_nearby(x, among, count, pause)
    side_by_side(lambda part: look(x, *part, near), parts, pause)
    return near


def pairs_nearby(
    x: Array, among: Ids, count: int, pause: Callable[[], None]
) -> Iterator[tuple[Ids, Ids]]:
    """Yield samples and whom to compare them with: each cell with those around it."""
    centres, cell = cells_of(x, int(np.sqrt(len(x))), 0, pause)
    is_one = np.zeros(len(x), bool)
    is_one[among] = True
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], np.arange(len(centres) + 1))
    members = [order[a:b] for a, b in pairwise(starts)]
    apart = np.square(centres).sum(1) - 2 * centres @ centres.T
    nearby = np.argsort(apart, axis=1)[:, : max(NUM_PROBED, count)]
    for index, own in enumerate(members):
        probed, found = [], 0
        for nth, other in enumerate(nearby[index]):
            ones = members[other][is_one[members[other]]]
            probed.append(ones)
            found += len(ones)
            if nth + 1 >= NUM_PROBED and found > count:
                break
        yield from in_chunks(own, np.sort(np.concatenate(probed)))


def in_chunks(of: Ids, among: Ids) -> Iterator[tuple[Ids, Ids]]:
    """Yield some of the samples at a time, each with all they are compared with."""
    for rows in slices(len(of), VALUES_AT_ONCE // max(1, len(among))):
        yield of[rows], among


def look(x: Array, rows: Ids, among: Ids, near: Near) -> None:
    """Fill in the neighbours of the samples `rows`, found among some."""
    if len(among) == 0:
        return
    count = min(near.ids.shape[1], len(among))
    alike = x[rows] @ x[among].T  # (rows, len(among))
    place = np.searchsorted(among, rows)
    own = np.flatnonzero(among[np.minimum(place, len(among) - 1)] == rows)
    alike[own, place[own]] = -np.inf  # nobody is its own neighbour
    best = np.argpartition(alike, len(among) - count, axis=1)[:, len(among) - count :]
    value = np.take_along_axis(alike, best, 1)
    turn = np.argsort(-value, axis=1, kind="stable")
    value = np.take_along_axis(value, turn, 1)
    near.ids[rows, :count] = among[np.take_along_axis(best, turn, 1)]
    near.squared[rows, :count] = np.maximum(0, 2 - 2 * value)


class RowWise:
    """A sparse matrix that multiplies parts of its rows side by side."""

    def __init__(self, matrix: sparse.csr_array) -> None:
        self._num_rows = matrix.shape[0]
        self._parts = [(rows, matrix[rows]) for rows in slices(self._num_rows, ROWS_AT_ONCE)]

    def times(self, x: Array, pause: Callable[[], None]) -> Array:
        """Return the product with a dense matrix, float32, shape (rows, columns of x).

        Args:
            x: Shape (columns, any), float32.
            pause: Called between parts; may raise.
        """
        if len(self._parts) == 1:
            pause()
            whole: Array = self._parts[0][1] @ x
            return whole
        product = np.empty((self._num_rows, x.shape[1]), np.float32)

        def multiply(part: tuple[slice, sparse.csr_array]) -> None:
            product[part[0]] = part[1] @ x

        side_by_side(multiply, self._parts, pause)
        return product


class PlainGraph:
    """Who is near whom, with weights; `ml.graph.spreading.FeatureGraph` without torch."""

    def __init__(self, near: Near, in_graph: NDArray[np.bool_]) -> None:
        """Join samples with their neighbours.

        Args:
            near: Neighbours of all samples, each of them in the graph.
            in_graph: Samples that may speak, shape (n,); all others only listen.
        """
        self.near = near
        self.in_graph = in_graph
        scale = squared_scale(near.squared[in_graph])
        self.weights: Array = np.exp(-near.squared / scale).astype(np.float32)
        n, count = near.ids.shape
        spoken = self.weights * in_graph[:, None]
        ends = (np.repeat(np.arange(n), count), near.ids.ravel())
        half = sparse.csr_array((spoken.ravel() / 2, ends), shape=(n, n), dtype=np.float32)
        self._edges = (half + half.T).tocsr()
        degree = np.maximum(self._edges.sum(axis=1), 1e-12)
        root = sparse.diags_array((1 / np.sqrt(degree)).astype(np.float32))
        self.similarity = RowWise((root @ self._edges @ root).tocsr())
        """S = D^-1/2 W D^-1/2, by which words spread (ml/graph/plain_spreading.py)."""

    def walks(self) -> sparse.csr_array:
        """Return P = D^-1 W, the probabilities of a walk's next step, shape (n, n)."""
        degree = self._edges.sum(axis=1)
        is_alone = (degree < 1e-12).astype(np.float32)
        edges = self._edges + sparse.diags_array(is_alone)
        inverse = (1 / np.maximum(degree + is_alone, 1e-12)).astype(np.float32)
        return (sparse.diags_array(inverse) @ edges).tocsr()


def squared_scale(squared: Array) -> float:
    """Return the square of the median distance, copies of a sample left out; 1 where all are."""
    finite = squared[np.isfinite(squared)]
    apart = finite[finite > LEAST_APART * finite.max()] if finite.size else finite
    if apart.size == 0:
        return 1.0
    middle = (apart.size - 1) // 2  # the lower of two in the middle, as torch has it
    return float(np.partition(apart, middle)[middle])


def reach_of(
    walks: sparse.csr_array, cell: Ids, num_cells: int, pause: Callable[[], None]
) -> Array:
    """Return the share of its time that a walk from each cell is at a sample, (n, num_cells).

    Args:
        walks: P.
        cell: Of each sample, -1 for none, shape (n,).
        num_cells: Cells there are; an empty one reaches nobody.
        pause: Called between steps; may raise.
    """
    home = (cell[:, None] == np.arange(num_cells)).astype(np.float32)
    here = home / np.maximum(1, home.sum(axis=0))
    backwards = RowWise(walks.T.tocsr())
    reach = here.copy()
    for _ in range(NUM_ROUNDS):
        here = GOES_ON * backwards.times(here, pause)
        reach += here
    found: Array = reach / np.maximum(1e-12, reach.sum(axis=0))
    return found


def absorbed(
    walks: sparse.csr_array, is_seen: NDArray[np.bool_], pause: Callable[[], None]
) -> Array:
    """Return how probably a walk from each sample meets a seen one, (n,) (Zhu et al. 2003)."""
    start = is_seen.astype(np.float32)
    met = start
    for _ in range(NUM_STEPS_LOOKING):
        pause()
        met = np.maximum(start, GOES_ON_LOOKING * (walks @ met))
    return met
