"""Two snapshots side by side, and one beside the truth: confusion, flips, change of each class.

All of it is about held-out samples of known class. What differs between two snapshots is paired:
the same samples are asked twice, so that their own difficulty cancels (ml/measures/receipt.py).
Samples that were renamed between the two, or named against their label, are only counted
(ml/measures/renamed.py).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.measures.by_label import ByLabel, by_label, count_by_hand
from ml.measures.metrics import LEAST_KNOWN, share_right
from ml.measures.receipt import Gain, matched_interval
from ml.measures.renamed import Renamed, gain_apart, none_renamed

SILENT: Final = "One of the two predicts nothing yet, so there is nothing to compare."


@dataclass(frozen=True, eq=False)
class Confusion:
    """How often each class was taken for which."""

    class_indices: NDArray[np.int16]
    """Classes that are true or predicted anywhere, ascending, shape (num_classes,)."""
    counts: NDArray[np.int64]
    """Rows are true classes, columns predicted ones, shape (num_classes, num_classes)."""
    num_known: int
    """Held-out samples of known class; those without a prediction are in no cell."""


@dataclass(frozen=True)
class ClassChange:
    """How much more often samples of one class are right."""

    class_index: int
    """The true class."""
    num_known: int
    """Its held-out samples."""
    mean: float
    """Mean paired difference of being right, in [-1, 1]."""
    low: float | None
    """Lower end of its 95 % interval; None when withheld."""
    high: float | None
    """Upper end."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """What lies between two snapshots of one project."""

    accuracy_before: float | None
    """Share of held-out samples of known class that were right; None when withheld."""
    accuracy_after: float | None
    """And are right now."""
    gain: Gain
    """Their paired difference with its interval and verdict."""
    to_right: NDArray[np.int64]
    """Samples that became right, ascending ids, shape (num_to_right,)."""
    to_wrong: NDArray[np.int64]
    """Samples that became wrong, ascending ids, shape (num_to_wrong,)."""
    classes: tuple[ClassChange, ...]
    """One for each true class, by class_index."""
    labels: ByLabel
    """Accuracy before and after by the data set's labels alone."""
    num_by_hand: int = 0
    """Of the samples compared, those whose class a person's name alone tells."""
    num_renamed: int = 0
    """Held-out samples that were renamed between the two; none of the above is about them, but for
    what labels say."""
    num_named_against: int = 0
    """And those that nobody had named and that were named against their label; the same."""


def confuse(
    prediction: NDArray[np.int16], truth: NDArray[np.int16], is_held_out: NDArray[np.bool_]
) -> Confusion:
    """Count truth against prediction, all arrays (num_samples,)."""
    known = is_held_out & (truth >= 0)
    said, true = prediction[known], truth[known]
    is_said = said >= 0
    indices = np.unique(np.concatenate([true, said[is_said]])).astype(np.int16)
    size = len(indices)
    rows = np.searchsorted(indices, true[is_said])  # (num_said,)
    columns = np.searchsorted(indices, said[is_said])
    counts = np.bincount(rows * size + columns, minlength=size * size).reshape(size, size)
    return Confusion(indices, counts.astype(np.int64), int(known.sum()))


def taken_for(
    prediction: NDArray[np.int16],
    truth: NDArray[np.int16],
    is_held_out: NDArray[np.bool_],
    cell: tuple[int, int],
) -> NDArray[np.int64]:
    """Return the held-out samples in one cell of the confusion, ascending ids, shape (num_ids,).

    Args:
        prediction: class_index or NO_CLASS, shape (num_samples,).
        truth: class_index or NO_CLASS, shape (num_samples,).
        is_held_out: Shape (num_samples,).
        cell: class_index of the true class, then of the predicted one.
    """
    true, said = cell
    return np.flatnonzero(is_held_out & (truth == true) & (prediction == said))


def compare(
    before: NDArray[np.int16],
    after: NDArray[np.int16],
    truth: NDArray[np.int16],
    is_held_out: NDArray[np.bool_],
    label: NDArray[np.int16] | None = None,
    renamed: Renamed | None = None,
) -> Comparison:
    """Compare the predictions of two snapshots, all arrays (num_samples,).

    `label` is what the data set's labels alone say, as `by_label` reads it; `renamed` which
    samples are known as another class than they were when the earlier one learned, None for none.

    Where one of them predicts nothing there is nothing to compare: no flips, and no gain, which
    says why.
    """
    renamed = none_renamed(len(truth)) if renamed is None else renamed
    num_renamed, num_against = renamed.counts(is_held_out & (truth >= 0))
    measures = is_held_out & ~renamed.is_either
    known = measures & (truth >= 0)
    accuracies = [share_right(each, truth, known) for each in (before, after)]
    labels = by_label((before, after), truth, label, is_held_out)
    gain = gain_apart(after, before, truth, is_held_out, renamed)
    if bool((before < 0).all()) or bool((after < 0).all()):
        gain = Gain(int(known.sum()), None, None, None, None, SILENT)
        known = np.zeros_like(known)
    was_right, is_right = known & (before == truth), known & (after == truth)
    return Comparison(
        accuracy_before=accuracies[0],
        accuracy_after=accuracies[1],
        gain=gain,
        to_right=np.flatnonzero(is_right & ~was_right),
        to_wrong=np.flatnonzero(was_right & ~is_right),
        classes=tuple(
            _change(int(index), was_right[of_class], is_right[of_class])
            for index in np.unique(truth[known])
            for of_class in [known & (truth == index)]
        ),
        labels=labels,
        num_by_hand=count_by_hand(truth, label, measures),
        num_renamed=num_renamed,
        num_named_against=num_against,
    )


def _change(
    class_index: int, was_right: NDArray[np.bool_], is_right: NDArray[np.bool_]
) -> ClassChange:
    """Return the change of one class; both arrays (num_known,) of its held-out samples."""
    num_known = len(was_right)
    won, lost = int((is_right & ~was_right).sum()), int((was_right & ~is_right).sum())
    low, high = matched_interval(won, lost, num_known) if num_known >= LEAST_KNOWN else (None, None)
    return ClassChange(class_index, num_known, (won - lost) / num_known, low, high)
