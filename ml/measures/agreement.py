"""How far people agree who named the same samples, beyond what chance would give.

All measures are of unordered classes. 1 is perfect agreement, 0 what chance gives, below 0 less.
None where a measure has no value: nobody named the same sample, or everybody always gave one class.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

MISSING: Final = -1
"""In place of a class: this person did not name this sample."""
AT_ONCE: Final = 2**20
"""Counts, of samples by classes, that are held at once: 8 MB."""


def cohen_kappa(first: NDArray[np.int16], second: NDArray[np.int16]) -> float | None:
    """Return Cohen's kappa of two people over the samples that both named.

    Cohen, A coefficient of agreement for nominal scales (1960), eq. 1.

    Args:
        first: Class that one person gave to each sample or MISSING, shape (num_samples,).
        second: The same of the other person, shape (num_samples,).
    """
    is_both = (first >= 0) & (second >= 0)
    if not is_both.any():
        return None
    one, other = first[is_both], second[is_both]
    size = 1 + int(max(one.max(), other.max()))
    shares = np.bincount(one, minlength=size) * np.bincount(other, minlength=size)  # (classes,)
    by_chance = float(shares.sum()) / len(one) ** 2
    return _beyond(float(np.mean(one == other)), by_chance)


def fleiss_kappa(ratings: NDArray[np.int16]) -> float | None:
    """Return Fleiss' kappa over the samples that every person named.

    Fleiss, Measuring nominal scale agreement among many raters (1971), eqs. 1 to 7.

    Args:
        ratings: Class that each person gave to each sample or MISSING, shape (people, samples).
    """
    num_people = len(ratings)
    by_all = ratings[:, (ratings >= 0).all(axis=0)]  # (people, n)
    if num_people < 2 or by_all.shape[1] == 0:
        return None
    alike = sum(int((counts * (counts - 1)).sum()) for counts in class_counts(by_all))
    shares = np.bincount(by_all.ravel()) / by_all.size  # (classes,)
    return _beyond(alike / (num_people - 1) / by_all.size, float((shares**2).sum()))


def krippendorff_alpha(ratings: NDArray[np.int16]) -> float | None:
    """Return Krippendorff's alpha over the samples that two or more people named.

    Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: nominal data with
    missing values. `1 - D_o / D_e` of disagreements.

    Args:
        ratings: Class that each person gave to each sample or MISSING, shape (people, samples).
    """
    by_some = ratings[:, (ratings >= 0).sum(axis=0) >= 2]  # (people, n)
    if by_some.shape[1] == 0:
        return None
    of_class = np.bincount(by_some[by_some >= 0])  # (classes,)
    total, unlike = float(of_class.sum()), 0.0
    for counts in class_counts(by_some):
        num_given = counts.sum(axis=1)
        pairs = (num_given**2 - (counts**2).sum(axis=1)) / (num_given - 1)  # ordered unlike ones
        unlike += float(pairs.sum())
    expected = (total**2 - float((of_class**2).sum())) / (total - 1)
    return 1 - unlike / expected if expected > 0 else None


def class_counts(ratings: NDArray[np.int16]) -> Iterator[NDArray[np.int64]]:
    """Yield how many people gave each class to each sample, shape (some samples, classes).

    All samples by all classes at once may be more than the memory there is.
    """
    size = 1 + max(int(ratings.max(initial=MISSING)), 0)
    step = max(1, AT_ONCE // size)
    for start in range(0, ratings.shape[1], step):
        some = ratings[:, start : start + step]
        counts = np.zeros((some.shape[1], size), np.int64)
        for given in some:  # (some samples,)
            ids = np.flatnonzero(given >= 0)
            counts[ids, given[ids]] += 1
        yield counts


def _beyond(observed: float, by_chance: float) -> float | None:
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 else None
