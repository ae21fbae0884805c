"""What both heads of a refined network believe, in NumPy: `ml.learning.answer` without torch."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ml.graph.plain_graph import PlainGraph
from ml.networks.plain_encoder import FEATURE_LENGTH, linear_belief

Array = NDArray[np.float32]


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
    linear = linear_belief(tensors, FEATURE_LENGTH * x, np.bincount(taught[named]) > 0)
    said = np.zeros_like(linear)
    said[named, taught[named]] = 1
    both: Array = (linear + graph.spread(said, pause)) / np.float32(2)
    return both
