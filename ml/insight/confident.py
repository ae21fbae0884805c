"""Annotations that are probably wrong: confident learning (Northcutt, Jiang and Chuang 2021).

An annotation is doubted where what is believed of its sample *without it* is confident of another
class: at least as sure as one is of that class's own samples on average (section 3.1, eq. 1 and 2).
What is believed comes from heads that never saw the annotation, by parts that take turns.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.cores import slices
from ml.graph.plain_graph import PlainGraph
from ml.graph.plain_spreading import Block, spread
from ml.insight.belief import AT_ONCE, ROWS_AT_ONCE
from ml.networks.plain_encoder import FEATURE_LENGTH
from ml.records import NO_CLASS

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


def thresholds(given: NDArray[np.integer], own: Array, num_classes: int) -> Array:
    """Return how sure one is of each class's own samples on average, shape (K,); inf for none.

    Args:
        given: Annotations, shape (n,).
        own: Out-of-sample probability of the class that was given, same shape.
        num_classes: K.
    """
    counts = np.bincount(given, minlength=num_classes)
    sums = np.bincount(given, weights=own, minlength=num_classes)
    found: Array = np.where(counts > 0, sums / np.maximum(counts, 1), np.inf).astype(np.float32)
    return found


class Doubts(NamedTuple):
    """Which annotations are doubted."""

    is_doubted: NDArray[np.bool_]
    """Shape (n,)."""
    instead: Ids
    """The class that each sample is confidently of, same shape."""
    own: Array
    """How much is believed of the class it was given, same shape."""


def doubted(given: NDArray[np.integer], beliefs: Iterable[Block]) -> Doubts:
    """Return which annotations are doubted, and the class that each sample is confidently of.

    The off-diagonal of the confident joint (eq. 1): of the classes that reach their threshold the
    likeliest counts; where none does, the annotation stands.

    Args:
        given: Annotations, shape (n,).
        beliefs: Some classes after others, with their out-of-sample probabilities, (n, width).
    """
    instead = given.astype(np.int64)
    own, most = np.zeros(len(given), np.float32), np.full(len(given), -1, np.float32)
    for classes, belief in beliefs:
        inside = np.flatnonzero((given >= classes.start) & (given < classes.stop))
        own[inside] = belief[inside, given[inside] - classes.start]
        least = thresholds(given[inside] - classes.start, own[inside], belief.shape[1]) - 1e-6
        for rows in slices(len(given), AT_ONCE // belief.shape[1]):
            some = np.where(belief[rows] >= least, belief[rows], -1)
            best = some.argmax(axis=1)
            value = some[np.arange(len(some)), best]
            is_more = value > most[rows]
            instead[rows] = np.where(is_more, classes.start + best, instead[rows])
            most[rows] = np.where(is_more, value, most[rows])
    # two classes may be reached alike: the annotation then stands
    return Doubts((instead != given) & (most > own), instead, own)


def without_own(
    x: Array,
    graph: PlainGraph,
    annotation: NDArray[np.integer],
    pause: Callable[[], None],
) -> Iterator[Block]:
    """Yield what is believed of each annotated sample by those that are annotated elsewhere.

    The mean of label spreading and a linear head, as `ml.learning.answer` believes, each asked
    once a part with that part's annotations left out. Samples outside the graph are told by all
    parts.

    Args:
        x: Unit features, shape (num_samples, width).
        graph: Of them.
        annotation: class_index, or negative for none, shape (num_samples,).
        pause: Called now and then; may raise.

    Yields:
        Some classes, and the shares in them of each annotated sample, by rising id, float32, shape
        (num_annotated, number of classes); all together have rows that sum to 1.
    """
    num_classes = int(annotation.max()) + 1
    ids = np.flatnonzero(annotation >= 0)
    taught = ids[graph.in_graph[ids]]
    part = np.random.default_rng(0).permutation(len(taught)) % NUM_PARTS
    outside = ids[~graph.in_graph[ids]]
    judged = [np.concatenate([taught[part == each], outside]) for each in range(NUM_PARTS)]
    heads, words = [], []
    for each, asked in enumerate(judged):
        heard = taught[part != each]
        heads.append(fitted(x, heard, annotation, num_classes, pause).asked(x, asked))
        words.append(np.full(len(x), NO_CLASS, np.int64))
        words[-1][heard] = annotation[heard]
    for blocks in zip(*(spread(graph, said, num_classes, pause) for said in words), strict=True):
        classes = blocks[0][0]
        belief = np.zeros((len(ids), classes.stop - classes.start), np.float32)
        for asked, head, (_, near) in zip(judged, heads, blocks, strict=True):
            both = (near[asked] + head.shares(classes)) / 2
            num_own = len(asked) - len(outside)
            belief[np.searchsorted(ids, asked[:num_own])] = both[:num_own]
            belief[np.searchsorted(ids, outside)] += both[num_own:] / NUM_PARTS
        yield classes, belief


@dataclass(frozen=True, eq=False)
class Head:
    """A fitted linear head."""

    weight: Array
    """Shape (width + 1, K), that of the bias last."""
    silent: Array
    """0, or -inf for a class it has heard nothing of, shape (K,)."""

    def __call__(self, some: Array) -> Array:
        """Return the probabilities of unit features (n, width), shape (n, K)."""
        return softmax(self.logits(some))

    def logits(self, some: Array, classes: slice = slice(None)) -> Array:
        """Return what it says of unit features (n, width), shape (n, number of classes)."""
        found: Array = widened(some) @ self.weight[:, classes] + self.silent[classes]
        return found

    def asked(self, x: Array, ids: Ids) -> "AskedHead":
        """Return it with the samples `ids` of x (num_samples, width) that it is asked about."""
        level = np.zeros((2, len(ids), 1), np.float32)
        for rows in slices(len(ids), ROWS_AT_ONCE):
            logits = self.logits(x[ids[rows]])
            level[0, rows] = logits.max(axis=1, keepdims=True)
            level[1, rows] = np.exp(logits - level[0, rows]).sum(axis=1, keepdims=True)
        return AskedHead(self, x, ids, level[0], level[1])


@dataclass(frozen=True, eq=False)
class AskedHead:
    """A head and the samples it is asked about, some classes at a time."""

    head: Head
    x: Array
    """Unit features of all samples, shape (num_samples, width)."""
    ids: Ids
    """Those asked about, shape (n,)."""
    highest: Array
    """Their highest logit, shape (n, 1)."""
    total: Array
    """The sum of what all classes have beside it, shape (n, 1)."""

    def shares(self, classes: slice) -> Array:
        """Return the probabilities of some classes, shape (n, number of classes)."""
        found = np.empty((len(self.ids), classes.stop - classes.start), np.float32)
        for rows in slices(len(self.ids), ROWS_AT_ONCE):
            logits = self.head.logits(self.x[self.ids[rows]], classes)
            found[rows] = np.exp(logits - self.highest[rows]) / self.total[rows]
        return found


def fitted(
    x: Array,
    heard: Ids,
    annotation: NDArray[np.integer],
    num_classes: int,
    pause: Callable[[], None],
) -> Head:
    """Fit a linear head by Adam (Kingma and Ba 2015), as `ml.learning.answer.fit_head` does.

    Classes count by the root of how many annotations they have.

    Args:
        x: Unit features, shape (num_samples, width).
        heard: Samples it is fitted to.
        annotation: Their classes, by sample.
        num_classes: Classes, K.
        pause: Called now and then; may raise.
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
    return Head(weight, silent)


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
