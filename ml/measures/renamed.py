"""Samples whose truth is another than it was: no gain of a network that said what it had been told.

Somebody names 81 cats "alarm clock", a run learns it, and they correct themselves: held to what is
known now the earlier run is wrong of them, though it knew nothing less. Such samples are counted
apart, and no pair of predictions is told of them. Nor is any of samples that nobody had named and
that somebody named against their label since; those were not renamed.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.measures.receipt import Gain, measure_gain
from ml.wording import many


class Renamed(NamedTuple):
    """Samples that are known as another class than they were, by who had said the earlier one."""

    is_renamed: NDArray[np.bool_]
    """Somebody had named them as that, shape (num_samples,)."""
    is_against: NDArray[np.bool_]
    """Nobody had: named against their label, same shape."""

    @property
    def is_either(self) -> NDArray[np.bool_]:
        """What no pair of predictions is told of, shape (num_samples,)."""
        return self.is_renamed | self.is_against

    def counts(self, measures: NDArray[np.bool_]) -> tuple[int, int]:
        """Return how many of some samples, (num_samples,), were renamed and named against."""
        return int((measures & self.is_renamed).sum()), int((measures & self.is_against).sum())


def renamed_between(
    then: NDArray[np.int16], now: NDArray[np.int16], annotation: NDArray[np.int16]
) -> Renamed:
    """Return which samples were known as one class and are known as another.

    Args:
        then: What was known at the earlier moment, class_index or negative where unknown, in the
            classes that live at the later one, shape (num_samples,).
        now: What is known at the later one, same shape.
        annotation: What people had named at the earlier moment, negative where nothing, same shape.
    """
    is_other = (then >= 0) & (now >= 0) & (then != now)
    return Renamed(is_other & (annotation >= 0), is_other & (annotation < 0))


def none_renamed(num_samples: int) -> Renamed:
    """Return that none of some samples were."""
    return Renamed(np.zeros(num_samples, np.bool_), np.zeros(num_samples, np.bool_))


def since_words(num_renamed: int, num_against: int) -> str:
    """Return "3 held-out samples renamed since and 5 named against their label since"; "" of 0."""
    whose = "its label" if num_against == 1 else "their label"
    against = f"named against {whose} since"
    if num_renamed == 0:
        return f"{many(num_against, 'held-out sample')} {against}" if num_against else ""
    renamed = f"{many(num_renamed, 'held-out sample')} renamed since"
    return f"{renamed} and {num_against:,} {against}" if num_against else renamed


def gain_apart(
    after: NDArray[np.int16],
    before: NDArray[np.int16],
    truth: NDArray[np.int16],
    is_held_out: NDArray[np.bool_],
    renamed: Renamed,
) -> Gain:
    """Return how much more often the later of two predictions is right, all arrays (num_samples,).

    Samples that were renamed between the two, or named against their label, are left out. Where
    some were and no other held-out prediction became right or wrong, there is no verdict: `reason`
    says so.
    """
    measures = is_held_out & ~renamed.is_either
    gain = measure_gain(after, before, truth, measures)
    counts = renamed.counts(is_held_out & (truth >= 0))
    known = measures & (truth >= 0)
    is_still = bool(((before == truth) == (after == truth))[known].all())
    if gain.verdict is None or sum(counts) == 0 or not is_still:
        return gain
    reason = f"Apart from {since_words(*counts)}, no prediction became right or wrong."
    return Gain(gain.num_known, None, None, None, None, reason)
