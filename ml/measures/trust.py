"""How far the place of each sample on a map can be believed.

A place is worth what it says of its surroundings: those who lie next to a sample should be as alike
to it, to the network, as the most alike there are. Unlike the trustworthiness of a whole map (Venna
and Kaski 2001), which counts ranks, this is told in distances of features, sample by sample.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from ml.graph.plain_graph import Near

NUM_BESIDE: Final = 15
"""Samples on the map that are asked how alike they are."""
AT_ONCE: Final = 8192
"""Samples looked at between two pauses."""

Array = NDArray[np.float32]


def trust_places(
    x: Array,
    z: Array,
    near: Near,
    among: NDArray[np.int64],
    pause: Callable[[], None],
) -> Array:
    """Return how far each place can be believed, float32, shape (n,), 0 to 1.

    1 where a sample's neighbours on the map are as alike as its nearest by features are, 0 where
    they are no more alike than samples drawn blindly; 1 where there is nobody to ask.

    Args:
        x: Unit features, shape (n, width).
        z: Places on the map, shape (n, latent_dim).
        near: The nearest by features, of `among`.
        among: Ids that may be neighbours, ascending.
        pause: Called between chunks; may raise.
    """
    if len(among) < 2:
        return np.ones(len(x), np.float32)
    tree = KDTree(z[among])
    count = min(NUM_BESIDE, near.ids.shape[1], len(among) - 1)
    middle = x[among].mean(axis=0)
    trust = np.empty(len(x), np.float32)
    for start in range(0, len(x), AT_ONCE):
        pause()
        ids = np.arange(start, min(start + AT_ONCE, len(x)))
        beside = _beside(tree, z, ids, among, count)  # (m, count)
        apart = 2 - 2 * np.einsum("mw,mkw->mk", x[ids], x[beside]).mean(axis=1)
        best = _mean_of_finite(near.squared[ids, :count])
        blind = 2 - 2 * (x[ids] @ middle)
        room = np.maximum(blind - best, 1e-6)
        trust[ids] = np.clip((blind - apart) / room, 0, 1)
    return trust


def _beside(
    tree: KDTree, z: Array, ids: NDArray[np.int64], among: NDArray[np.int64], count: int
) -> NDArray[np.int64]:
    """Return who lies nearest on the map, each sample itself left out, shape (m, count)."""
    _, found = tree.query(z[ids], k=count + 1)
    beside = among[found]  # (m, count + 1), the nearest first
    is_self = beside == ids[:, None]
    # whoever is not among the neighbours, or has twins in its place, leaves out the furthest
    is_self[~is_self.any(axis=1), -1] = True
    kept: NDArray[np.int64] = beside[~is_self].reshape(len(ids), count)
    return kept


def _mean_of_finite(squared: Array) -> Array:
    is_there = np.isfinite(squared)
    total = np.where(is_there, squared, 0).sum(axis=1)
    mean: Array = (total / np.maximum(is_there.sum(axis=1), 1)).astype(np.float32)
    return mean
