"""What both heads of a refined network believe, in NumPy: `ml.learning.answer` without torch.

And which two classes that leaves each sample between.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.cores import slices
from ml.graph.plain_graph import PlainGraph
from ml.graph.plain_spreading import spread
from ml.networks.plain_encoder import FEATURE_LENGTH, linear_belief

Array = NDArray[np.float32]
AT_ONCE: Final = 2**20
"""Beliefs, of samples by classes, that are looked at at once: 4 MB."""
ROWS_AT_ONCE: Final = 16_384
"""Samples that a head is asked about at once."""


def both_heads(
    tensors: Mapping[str, Array],
    x: Array,
    graph: PlainGraph,
    taught: NDArray[np.int16],
    pause: Callable[[], None],
) -> Array:
    """Return the mean of the linear head and of spreading, shape (n, K); K is 0 without names.

    Args:
        tensors: Of the checkpoint.
        x: Unit features, shape (n, width).
        graph: Of those features.
        taught: class_index that the network learned, negative for none, shape (n,).
        pause: Called now and then; may raise to give way.

    Raises:
        BadCheckpointError: when there is no head, or it reads something else.
    """
    named = np.flatnonzero(taught >= 0)
    if len(named) == 0:
        return np.zeros((len(x), 0), np.float32)
    is_active = np.bincount(taught[named]) > 0
    both = np.empty((len(x), len(is_active)), np.float32)
    for rows in slices(len(x), ROWS_AT_ONCE):
        both[rows] = linear_belief(tensors, FEATURE_LENGTH * x[rows], is_active)
    for classes, shares in spread(graph, taught, len(is_active), pause):
        both[:, classes] += shares
    both /= 2
    return both


def two_likeliest(belief: Array) -> tuple[NDArray[np.int64], Array]:
    """Return the two likeliest classes of each sample and how undecided its belief is.

    Args:
        belief: Shape (n, K), K at least 2. What all classes of all samples would take several
            times over is worked out for a part of the samples at once.

    Returns:
        Classes, the likeliest first, shape (n, 2), and entropies in nats, shape (n,).
    """
    order = np.zeros((len(belief), 2), np.int64)
    entropy = np.zeros(len(belief), np.float32)
    step = max(1, AT_ONCE // belief.shape[1])
    for start in range(0, len(belief), step):
        some = belief[start : start + step]
        order[start : start + step] = np.argsort(-some, axis=1)[:, :2]
        logs = np.log(np.maximum(some, np.finfo(np.float32).tiny))
        entropy[start : start + step] = -(some * logs).sum(axis=1)
    return order, entropy
