"""What a gesture did, told honestly: figures of two maps, and of a run beside its control.

A *control* is the same run, with the same seed and from the same parent, that was not told what was
dragged. What differs between the two on held-out samples is the effect of the drags: paired, so
that the samples' own difficulty cancels. Where another kind of device or precision ran the control,
rounding differs too, and the receipt says so: 0 to 2 of 450 predictions of the digits, float32
beside bfloat16.
"""

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ml.measures.by_label import by_label, count_by_hand
from ml.measures.metrics import LEAST_KNOWN, Z_95, share_right, spread

NEGLIGIBLE: Final = 0.005
"""Half a point of accuracy: an interval around zero that stays within it rules out any more."""
Verdict = Literal["real gain", "may be chance", "no effect", "harm"]


@dataclass(frozen=True, eq=False)
class Sight:
    """What a snapshot shows."""

    embedding: NDArray[np.float32]
    """Shape (num_samples, latent_dim)."""
    prediction: NDArray[np.int16]
    """class_index or NO_CLASS, shape (num_samples,)."""


@dataclass(frozen=True, eq=False)
class Touched:
    """What people did between the two snapshots, and what is known of the samples."""

    moved_ids: NDArray[np.int64]
    """Samples moved since, shape (num_moved,)."""
    targets: NDArray[np.float32]
    """Where they belong, shape (num_moved, latent_dim)."""
    is_named: NDArray[np.bool_]
    """Named since, shape (num_samples,)."""
    is_carried: NDArray[np.bool_]
    """Of a class that got another place since, shape (num_samples,)."""
    truth: NDArray[np.int16]
    """class_index or -1 where unknown, shape (num_samples,)."""
    is_held_out: NDArray[np.bool_]
    """Shape (num_samples,)."""
    annotation: NDArray[np.int16]
    """Named by people by now: class_index, negative where not, shape (num_samples,)."""
    is_renamed: NDArray[np.bool_] | None = None
    """Known as another class than somebody had named, shape (num_samples,); None for none."""
    is_against: NDArray[np.bool_] | None = None
    """Known as another class than before, and named by nobody then, same shape; None for none."""
    label: NDArray[np.int16] | None = None
    """The class by the data set's label alone, as `ml.measures.by_label` reads it, same shape."""


@dataclass(frozen=True)
class Receipt:
    """What a run with moves or new names did to the map and to what the network believes."""

    num_moved: int
    """Samples moved since the parent run."""
    num_named: int
    """Samples named since the parent run."""
    num_arrived: int
    """Moved samples that ended nearer to their targets than they started."""
    drift: float | None
    """Mean way of samples neither moved nor named, in map units; None where there is none."""
    drift_share: float | None
    """The same in RMS radii of the map before."""
    num_flipped: int | None
    """Samples, not named since, that are predicted as another class now; None where nothing was
    predicted."""
    wrong_to_right: int | None
    """Samples of known class, not named since, whose prediction became right; None where nothing
    was predicted."""
    right_to_wrong: int | None
    """And those whose prediction became wrong."""
    accuracy_before: float | None
    """Held-out accuracy of the parent's snapshot; None when withheld or nothing was predicted."""
    accuracy_after: float | None
    """Held-out accuracy of the run's last snapshot."""
    num_known: int
    """Held-out samples of known class."""
    num_named_held_out: int = 0
    """Of the samples named since, the held-out ones: they measure, and teach nothing."""
    num_untaught: int = 0
    """Held-out samples of a class that no sample is named outside them: they count as wrong, for
    the network has never heard of it."""
    num_contradicted: int = 0
    """Held-out samples that somebody gave another class than the data set's label says."""
    by_label_before: float | None = None
    """Accuracy before by those labels alone; None when withheld, and where neither figure differs
    from those above."""
    by_label_after: float | None = None
    """And after."""
    num_renamed: int = 0
    """Of the known held-out samples, those that somebody had named as another class before;
    accuracy before holds them to what they are now."""
    num_named_against: int = 0
    """And those that nobody had named before and that were named against their label; the same."""
    num_by_hand: int = 0
    """Of the known held-out samples, those whose class a person's name alone tells."""


@dataclass(frozen=True)
class Gain:
    """How much more often the run is right than its control on held-out samples."""

    num_known: int
    """Held-out samples of known class."""
    mean: float | None
    """Mean paired difference of being right, in [-1, 1]; None when withheld."""
    low: float | None
    """Lower end of its 95 % interval."""
    high: float | None
    """Upper end."""
    verdict: Verdict | None
    """What that means."""
    reason: str = ""
    """Why it is withheld, one sentence."""


def write_receipt(before: Sight, after: Sight, touched: Touched) -> Receipt:
    """Return the receipt of a run from its parent's snapshot and its own last one."""
    num_named = int(touched.is_named.sum())
    drift = mean_way(before, after, touched)
    radius = spread(before.embedding)
    became_right, num_wrong = count_flips(before.prediction, after.prediction, untold(touched))
    others = ~touched.is_named
    is_flipped = before.prediction[others] != after.prediction[others]
    known, predictions = is_known(touched), (before.prediction, after.prediction)
    accuracies = [share_right(each, touched.truth, known) for each in predictions]
    labels = by_label(predictions, touched.truth, touched.label, touched.is_held_out)
    return Receipt(
        num_moved=len(touched.moved_ids),
        num_named=num_named,
        num_arrived=count_arrived(before.embedding, after.embedding, touched),
        drift=drift,
        drift_share=None if drift is None or radius == 0 else drift / radius,
        num_flipped=None if became_right is None else int(is_flipped.sum()),
        wrong_to_right=became_right,
        right_to_wrong=num_wrong,
        accuracy_before=accuracies[0],
        accuracy_after=accuracies[1],
        num_known=int(known.sum()),
        num_named_held_out=int((touched.is_named & touched.is_held_out).sum()),
        num_untaught=count_untaught(touched),
        num_contradicted=labels.num_contradicted,
        by_label_before=labels.accuracies[0],
        by_label_after=labels.accuracies[1],
        num_renamed=_count(known, touched.is_renamed),
        num_named_against=_count(known, touched.is_against),
        num_by_hand=count_by_hand(touched.truth, touched.label, touched.is_held_out),
    )


def untold(touched: Touched) -> NDArray[np.int16]:
    """Return the class of each sample, -1 where it is unknown or was named since, (num_samples,).

    What a person named themselves the network was told, and a name may have changed the truth.
    """
    return np.where(touched.is_named, np.int16(-1), touched.truth)


def became_wrong(before: Sight, after: Sight, touched: Touched) -> NDArray[np.int64]:
    """Return the samples that `right_to_wrong` of the receipt counts, ascending, shape (n,)."""
    truth = untold(touched)
    if count_flips(before.prediction, after.prediction, truth)[1] is None:
        return np.zeros(0, np.int64)
    was_right = (before.prediction == truth) & (truth >= 0)
    return np.flatnonzero(was_right & (after.prediction != truth))


def count_arrived(before: NDArray[np.float32], after: NDArray[np.float32], touched: Touched) -> int:
    """Return how many moved samples ended nearer to their targets; maps (num_samples, axes)."""
    ids, targets = touched.moved_ids, touched.targets.astype(np.float64)
    start, end = (np.linalg.norm(z[ids] - targets, axis=1) for z in (before, after))
    return int((end < start).sum())


def mean_way(before: Sight, after: Sight, touched: Touched) -> float | None:
    """Return how far samples went on average that nobody touched, None where there is none."""
    is_untouched = ~(touched.is_named | touched.is_carried)
    is_untouched[touched.moved_ids] = False
    if not is_untouched.any():
        return None
    way = after.embedding[is_untouched].astype(np.float64) - before.embedding[is_untouched]
    return float(np.linalg.norm(way, axis=1).mean())


def count_flips(
    before: NDArray[np.int16], after: NDArray[np.int16], truth: NDArray[np.int16]
) -> tuple[int, int] | tuple[None, None]:
    """Return how many predictions became right and how many wrong, where the class is known.

    Returns:
        None twice where one side predicts nothing at all: then nothing was wrong either.
    """
    if (before < 0).all() or (after < 0).all():
        return None, None
    known = truth >= 0
    was_right, is_right = (prediction[known] == truth[known] for prediction in (before, after))
    return int((~was_right & is_right).sum()), int((was_right & ~is_right).sum())


def is_known(touched: Touched) -> NDArray[np.bool_]:
    """Return which samples are held out and of known class, shape (num_samples,)."""
    return touched.is_held_out & (touched.truth >= 0)


def _count(known: NDArray[np.bool_], is_such: NDArray[np.bool_] | None) -> int:
    return 0 if is_such is None else int((known & is_such).sum())


def count_untaught(touched: Touched) -> int:
    """Return how many held-out samples are of a class that nobody named outside them."""
    taught = np.unique(touched.annotation[~touched.is_held_out & (touched.annotation >= 0)])
    return int((is_known(touched) & ~np.isin(touched.truth, taught)).sum())


def measure_gain(
    prediction: NDArray[np.int16],
    control: NDArray[np.int16],
    truth: NDArray[np.int16],
    is_held_out: NDArray[np.bool_],
) -> Gain:
    """Return how much more often a run is right than its control, all arrays (num_samples,).

    The interval is that of Agresti and Min (2005) for matched proportions: the normal one after
    half a sample was added to each of the four ways a pair can turn out. The plain one calls 4 of
    20 to none a real gain, which a sign test puts at 1 in 8.
    """
    known = is_held_out & (truth >= 0)
    n = int(known.sum())
    if n < LEAST_KNOWN:
        reason = (
            f"Only {n} held-out samples have a known class; "
            f"with {LEAST_KNOWN} or more a gain can be told from chance."
        )
        return Gain(n, None, None, None, None, reason)
    is_right, would_be = (each[known] == truth[known] for each in (prediction, control))
    won, lost = int((is_right & ~would_be).sum()), int((~is_right & would_be).sum())
    low, high = matched_interval(won, lost, n)
    return Gain(n, (won - lost) / n, low, high, judge(low, high))


def matched_interval(won: int, lost: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of (won - lost) / n, of n pairs (Agresti and Min 2005, section 2).

    Args:
        won: pairs in which only the first was right.
        lost: pairs in which only the second was.
        n: all pairs.
    """
    mean = (won - lost) / (n + 2)
    variance = (won + lost + 1 - (won - lost) ** 2 / (n + 2)) / (n + 2) ** 2
    half = Z_95 * math.sqrt(variance)
    return max(-1.0, mean - half), min(1.0, mean + half)


def judge(low: float, high: float) -> Verdict:
    """Return what an interval of a difference in accuracy means."""
    if low > 0:
        return "real gain"
    if high < 0:
        return "harm"
    is_negligible = low >= -NEGLIGIBLE and high <= NEGLIGIBLE
    return "no effect" if is_negligible else "may be chance"
