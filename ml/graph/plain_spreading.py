"""What a few annotations say about all samples, in NumPy: label spreading on the plain graph.

The same mathematics as `ml/graph/spreading.py`, for a process that must not load torch; tests hold
one to the other. Classes come some at a time: of a million samples and two hundred classes a single
float32 of each is 800 MB.
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.cores import slices
from ml.graph.plain_graph import ALPHA, NUM_ROUNDS, NUM_VOTERS, VALUES_AT_ONCE, PlainGraph

MOST_SPREAD: Final = 2**23
"""Shares of samples and classes that are spread at once: 32 MB, of which some are held."""

Array = NDArray[np.float32]
Ids = NDArray[np.int64]
Block = tuple[slice, Array]
"""Some classes, and the shares of samples in them, shape (n, number of classes)."""


def spread(
    graph: PlainGraph, taught: NDArray[np.integer], num_classes: int, pause: Callable[[], None]
) -> Iterator[Block]:
    """Yield what each sample most likely is, some classes at a time (Zhou et al. 2004).

    Each class spreads by itself, so that the work in hand is bounded however many there are. All
    blocks together have rows that sum to 1.

    Args:
        graph: Who is near whom.
        taught: class_index that people gave, negative for none, shape (n,).
        num_classes: Classes, K, more than any of these.
        pause: Called between rounds; may raise.
    """
    named = np.flatnonzero(taught >= 0)
    mass = np.bincount(taught[named], minlength=num_classes).astype(np.float32)
    worth = (1 / np.sqrt(mass[taught[named]])).astype(np.float32)
    parts = list(slices(num_classes, MOST_SPREAD // len(taught)))
    total: Array | None = None
    if len(parts) > 1:  # what all classes make together spreads as each of them does
        total = _heard(graph, (named, np.zeros(len(named), np.int64)), worth, 1, pause)
    for part in parts:
        classes = slice(part.start, min(part.stop, num_classes))
        inside = (taught[named] >= classes.start) & (taught[named] < classes.stop)
        said = (named[inside], taught[named[inside]] - classes.start)
        heard = _heard(graph, said, worth[inside], classes.stop - classes.start, pause)
        alike = ((mass > 0) / max(1, int((mass > 0).sum()))).astype(np.float32)[classes]
        yield classes, _voted(graph, as_shares(heard, alike, total), alike, is_whole=total is None)


def _heard(
    graph: PlainGraph,
    at: tuple[Ids, NDArray[np.integer]],
    worth: Array,
    width: int,
    pause: Callable[[], None],
) -> Array:
    """Return what arrives of some words after all rounds, shape (n, width).

    Args:
        graph: Who is near whom.
        at: Rows and columns of the words, shape (num_words,) each.
        worth: How much each counts, same shape.
        width: Columns.
        pause: Called between rounds; may raise.
    """
    said = np.zeros((len(graph.in_graph), width), np.float32)
    said[at] = worth
    heard = said.copy()
    for _ in range(NUM_ROUNDS):
        heard = graph.similarity.times(heard, pause)
        heard *= ALPHA
        heard[at] += np.float32(1 - ALPHA) * worth
    return heard


def _voted(graph: PlainGraph, opinion: Array, alike: Array, *, is_whole: bool) -> Array:
    """Return opinions (n, width) in which samples outside the graph have those of neighbours."""
    outside = np.flatnonzero(~graph.in_graph)
    for rows in slices(len(outside), VALUES_AT_ONCE // (NUM_VOTERS * opinion.shape[1])):
        ids = outside[rows]
        votes = graph.weights[ids, :NUM_VOTERS]
        asked = np.einsum("sv,svk->sk", votes, opinion[graph.near.ids[ids, :NUM_VOTERS]])
        total = None if is_whole else votes.sum(axis=1, keepdims=True)
        opinion[ids] = as_shares(asked, alike, total)
    return opinion


def as_shares(heard: Array, alike: Array, total: Array | None = None) -> Array:
    """Return what was heard as shares, in its place; a row that heard nothing is `alike`.

    Args:
        heard: Of some classes, shape (n, width); overwritten.
        alike: What named classes have where nothing is heard, shape (width,).
        total: What was heard of all classes, shape (n, 1); of these alone when None.
    """
    total = heard.sum(axis=1, keepdims=True) if total is None else total
    heard /= np.maximum(total, np.finfo(np.float32).tiny)
    heard[total[:, 0] <= 0] = alike
    return heard
