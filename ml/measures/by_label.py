"""A second figure of accuracy: by the data set's own labels, where people named against them.

Held-out accuracy measures by what a person said of a sample, and else by its label. A lasso around
a cluster that names it by its majority makes every other member a wrong truth, of which a network
that learned the same lasso is right. What the labels say of that is told beside it.

Where no label tells the class of a held-out sample, it is known once somebody named it by hand.
Such samples were not drawn at random: a lasso takes the heart of a cluster, which is easy. What
holds of them holds of no others, so where they are a tenth of the known or more it is said how many
they are, and no interval is told, which supposes a random draw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.measures.metrics import share_right
from ml.records import NO_CLASS

OTHER_CLASS: Final = -2
"""Label of a sample that is of none of the project's classes, though somebody gave it one that the
data set has too. Every prediction of it is wrong."""
BY_HAND_SHARE: Final = 0.1
"""Share of the known held-out samples that were named by hand, from which on no interval is told;
assets/parts/byhand.mjs has it too."""
SEEN: Final = 3
"""Decimals of a share that are shown, as percents with one: what rounds to the same is the same."""


@dataclass(frozen=True)
class ByLabel:
    """How often predictions are right by the data set's labels alone."""

    num_contradicted: int
    """Held-out samples that somebody gave another class than their label says."""
    accuracies: tuple[float | None, ...]
    """Of each prediction that was asked about; all None where they have nothing to add: nobody
    named against a label, or every figure is as it is by names. One is None when withheld."""


def by_label(
    predictions: Sequence[NDArray[np.int16]],
    truth: NDArray[np.int16],
    label: NDArray[np.int16] | None,
    is_held_out: NDArray[np.bool_],
) -> ByLabel:
    """Measure predictions by labels alone, all arrays (num_samples,).

    Args:
        predictions: class_index or NO_CLASS of each sample, once for each snapshot.
        truth: What held-out accuracy measures by: class_index, or NO_CLASS where it is unknown.
        label: class_index by the label alone, NO_CLASS where it tells none, or OTHER_CLASS; None
            where the data set has no labels.
        is_held_out: Samples that measure.
    """
    nothing = (None,) * len(predictions)
    if label is None:
        return ByLabel(0, nothing)
    told = is_held_out & (label != NO_CLASS)
    num_contradicted = int((told & (truth >= 0) & (label != truth)).sum())
    if num_contradicted == 0:
        return ByLabel(0, nothing)
    by_names = [share_right(each, truth, is_held_out & (truth >= 0)) for each in predictions]
    by_labels = tuple(share_right(each, label, told) for each in predictions)
    pairs = zip(by_names, by_labels, strict=True)
    has_news = any(_differ(*each) for each in pairs)
    return ByLabel(num_contradicted, by_labels if has_news else nothing)


def count_by_hand(
    truth: NDArray[np.int16], label: NDArray[np.int16] | None, is_held_out: NDArray[np.bool_]
) -> int:
    """Return how many held-out samples only a person's name tells, arguments as in `by_label`."""
    known = is_held_out & (truth >= 0)
    return int((known if label is None else known & (label == NO_CLASS)).sum())


def is_by_hand(num_by_hand: float | None, num_known: float | None) -> bool:
    """Whether too many known held-out samples were named by hand; an older run does not tell."""
    if not num_known or not num_by_hand:
        return False
    return num_by_hand / num_known >= BY_HAND_SHARE


def label_metrics(
    prediction: NDArray[np.int16],
    truth: NDArray[np.int16],
    label: NDArray[np.int16] | None,
    is_held_out: NDArray[np.bool_],
) -> dict[str, float | None]:
    """Return what a snapshot says of it, arguments as in `by_label`.

    Returns:
        `held_out_contradicted`, `held_out_by_label`, None where it has nothing to add, and
        `held_out_by_hand` of `count_by_hand`. Where those are too many, also
        `held_out_interval`, None: it replaces that of `held_out_metrics`.
    """
    num_by_hand = count_by_hand(truth, label, is_held_out)
    has_interval = not is_by_hand(num_by_hand, int((is_held_out & (truth >= 0)).sum()))
    found = by_label((prediction,), truth, label, is_held_out)
    (accuracy,) = found.accuracies
    return {
        "held_out_by_label": accuracy,
        "held_out_contradicted": float(found.num_contradicted),
        "held_out_by_hand": float(num_by_hand),
        **({} if has_interval else {"held_out_interval": None}),
    }


def _differ(by_names: float | None, by_labels: float | None) -> bool:
    if by_names is None or by_labels is None:
        return False
    return round(by_names, SEEN) != round(by_labels, SEEN)
