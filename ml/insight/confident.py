"""Annotations that are probably wrong: confident learning (Northcutt, Jiang and Chuang 2021).

An annotation is doubted where what is believed of its sample *without it* is confident of another
class: at least as sure as one is of that class's own samples on average (section 3.1, eq. 1 and 2).
What is believed comes from heads that never saw the annotation, by parts that take turns.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.graph.plain_graph import PlainGraph
from ml.networks.plain_encoder import FEATURE_LENGTH

NUM_PARTS: Final = 4
"""Each part of the annotations is judged by what the others say."""
LEAST_EACH: Final = 5
"""Annotations a class needs before others are doubted for it, or its own are."""
MOST_TAUGHT: Final = 4096
"""Samples a linear head is fitted to at most: more would only take longer."""
HEAD_STEPS: Final = 120
HEAD_RATE: Final = 0.05
HEAD_DECAY: Final = 1e-3
"""How a linear head is fitted, by `ml.learning.answer` too."""

Array = NDArray[np.float32]
Ids = NDArray[np.int64]


def thresholds(given: NDArray[np.integer], belief: Array) -> Array:
    """Return how sure one is of each class's own samples on average, shape (K,); inf for none.

    Args:
        given: Annotations, shape (n,).
        belief: Out-of-sample probabilities, shape (n, K).
    """
    own = belief[np.arange(len(given)), given]
    counts = np.bincount(given, minlength=belief.shape[1])
    sums = np.bincount(given, weights=own, minlength=belief.shape[1])
    found: Array = np.where(counts > 0, sums / np.maximum(counts, 1), np.inf).astype(np.float32)
    return found


def doubted(given: NDArray[np.integer], belief: Array) -> tuple[NDArray[np.bool_], Ids]:
    """Return which annotations are doubted, and the class that each sample is confidently of.

    The off-diagonal of the confident joint (eq. 1): of the classes that reach their threshold the
    likeliest counts; where none does, the annotation stands.

    Args:
        given: Annotations, shape (n,).
        belief: Out-of-sample probabilities, shape (n, K).

    Returns:
        bool (n,) and int64 (n,).
    """
    reaches = belief >= thresholds(given, belief) - 1e-6
    instead = np.where(reaches, belief, -1).argmax(axis=1)
    instead = np.where(reaches.any(axis=1), instead, given).astype(np.int64)
    # two classes may be reached alike: the annotation then stands
    own = belief[np.arange(len(given)), given]
    other = belief[np.arange(len(given)), instead]
    return (instead != given) & (other > own), instead


def without_own(
    x: Array,
    graph: PlainGraph,
    annotation: NDArray[np.integer],
    pause: Callable[[], None],
) -> Array:
    """Return what is believed of each annotated sample by those that are annotated elsewhere.

    The mean of label spreading and a linear head, as `ml.learning.answer` believes, each asked
    once a part with that part's annotations left out. Samples outside the graph are told by all
    parts.

    Args:
        x: Unit features, shape (num_samples, width).
        graph: Of them.
        annotation: class_index, or negative for none, shape (num_samples,).
        pause: Called now and then; may raise.

    Returns:
        Shape (num_samples, K), float32, rows of 0 where nothing is annotated.
    """
    num_classes = int(annotation.max()) + 1
    taught = np.flatnonzero((annotation >= 0) & graph.in_graph)
    part = np.random.default_rng(0).permutation(len(taught)) % NUM_PARTS
    belief = np.zeros((len(x), num_classes), np.float32)
    outside = np.flatnonzero((annotation >= 0) & ~graph.in_graph)
    for each in range(NUM_PARTS):
        heard, judged = taught[part != each], taught[part == each]
        said = np.zeros((len(x), num_classes), np.float32)
        said[heard, annotation[heard]] = 1
        spread = graph.spread(said, pause)
        asked = np.concatenate([judged, outside])
        linear = fitted(x, heard, annotation, num_classes, pause)(x[asked])
        both = (spread[asked] + linear) / 2
        belief[judged] = both[: len(judged)]
        belief[outside] += both[len(judged) :] / NUM_PARTS
    return belief


def fitted(
    x: Array,
    heard: Ids,
    annotation: NDArray[np.integer],
    num_classes: int,
    pause: Callable[[], None],
) -> Callable[[Array], Array]:
    """Fit a linear head by Adam (Kingma and Ba 2015), as `ml.learning.answer.fit_head` does.

    Classes count by the root of how many annotations they have.

    Args:
        x: Unit features, shape (num_samples, width).
        heard: Samples it is fitted to.
        annotation: Their classes, by sample.
        num_classes: Classes, K.
        pause: Called now and then; may raise.

    Returns:
        A function from unit features (n, width) to probabilities (n, K).
    """
    if len(heard) > MOST_TAUGHT:
        heard = in_turns(heard, annotation[heard])[:MOST_TAUGHT]
    rows = widened(x[heard])
    given = annotation[heard]
    counts = np.bincount(given, minlength=num_classes)
    worth = 1 / np.sqrt(np.maximum(1, counts[given]))
    goal = np.zeros((len(heard), num_classes), np.float32)
    goal[np.arange(len(heard)), given] = 1
    worth = (worth / worth.sum()).astype(np.float32)[:, None]
    silent = np.where(counts > 0, 0, -np.inf).astype(np.float32)
    weight = np.zeros((rows.shape[1], num_classes), np.float32)
    first, second = np.zeros_like(weight), np.zeros_like(weight)
    for step in range(1, HEAD_STEPS + 1):
        if step % 20 == 0:
            pause()
        slope = rows.T @ (worth * (softmax(rows @ weight + silent) - goal)) + HEAD_DECAY * weight
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * np.square(slope)
        ahead = np.sqrt(second / (1 - 0.999**step)) + 1e-8
        weight -= HEAD_RATE * first / (1 - 0.9**step) / ahead
    return lambda some: softmax(widened(some) @ weight + silent)


def in_turns(ids: Ids, given: NDArray[np.integer]) -> Ids:
    """Return samples in a random order in which classes take turns, as `draw_taught` has it.

    Args:
        ids: The samples, shape (n,).
        given: Their classes, same shape.
    """
    order = np.random.default_rng(0).permutation(len(ids))
    by_class = given[order].argsort(kind="stable")
    counts = np.bincount(given)
    turn = np.empty_like(by_class)
    turn[by_class] = np.arange(len(ids)) - np.repeat(counts.cumsum() - counts, counts)
    return ids[order[turn.argsort(kind="stable")]]


def widened(x: Array) -> Array:
    """Return directions of the length a head reads, with a column of 1, (n, width + 1)."""
    return np.hstack([FEATURE_LENGTH * x, np.ones((len(x), 1), np.float32)])


def softmax(logits: Array) -> Array:
    """Return probabilities of logits (n, K), rows sum to 1."""
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Array = chances / chances.sum(axis=1, keepdims=True)
    return shares
