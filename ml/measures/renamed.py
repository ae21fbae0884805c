"""Samples whose truth is another than it was: no gain of a network that said what it had been told.

Somebody names 81 cats "alarm clock", a run learns it, and they correct themselves: held to what is
known now the earlier run is wrong of them, though it knew nothing less. Such samples are counted
apart, and no pair of predictions is told of them.
"""

import numpy as np
from numpy.typing import NDArray

from ml.measures.receipt import Gain, measure_gain
from ml.wording import many


def renamed_between(then: NDArray[np.int16], now: NDArray[np.int16]) -> NDArray[np.bool_]:
    """Return which samples were known as one class and are known as another, (num_samples,).

    Args:
        then: What was known at the earlier moment, class_index or negative where unknown, in the
            classes that live at the later one, shape (num_samples,).
        now: What is known at the later one, same shape.
    """
    is_renamed: NDArray[np.bool_] = (then >= 0) & (now >= 0) & (then != now)
    return is_renamed


def gain_apart(
    after: NDArray[np.int16],
    before: NDArray[np.int16],
    truth: NDArray[np.int16],
    is_held_out: NDArray[np.bool_],
    is_renamed: NDArray[np.bool_],
) -> Gain:
    """Return how much more often the later of two predictions is right, all arrays (num_samples,).

    Samples that were renamed between the two are left out. Where some were and no other held-out
    prediction became right or wrong, there is no verdict: `reason` says so.
    """
    measures = is_held_out & ~is_renamed
    gain = measure_gain(after, before, truth, measures)
    num_renamed = int((is_held_out & is_renamed & (truth >= 0)).sum())
    known = measures & (truth >= 0)
    is_still = bool(((before == truth) == (after == truth))[known].all())
    if gain.verdict is None or num_renamed == 0 or not is_still:
        return gain
    renamed = many(num_renamed, "held-out sample")
    reason = f"Apart from {renamed} renamed since, no prediction became right or wrong."
    return Gain(gain.num_known, None, None, None, None, reason)
