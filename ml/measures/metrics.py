"""What a snapshot says about itself, each figure by one small function."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.cores import slices
from ml.errors import DivergedError

LEAST_KNOWN: Final = 20
"""Held-out truths below which accuracy is withheld: its interval would span half the scale."""
Z_95: Final = 1.959964
"""Standard deviations of a normal distribution within which 95 % of it lie."""
AT_ONCE: Final = 2**22
"""Probabilities, of samples by classes, whose entropy is taken at once: 16 MB."""
CALIBRATION_BINS: Final = 15
"""Of confidence, as Guo et al. (2017) have them."""
ACTIVE_NATS: Final = 0.05
"""Mean KL in nats above which a latent dimension is in use (Burda et al. 2016 count likewise)."""


def wilson_half_width(share: float, count: int) -> float:
    """Return half the width of Wilson's 95 % score interval of a proportion (Wilson 1927).

    Args:
        share: The proportion seen, in [0, 1].
        count: How many were counted, at least 1.
    """
    z = Z_95
    spread = math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return z * spread / (1 + z * z / count)


def wilson_interval(share: float, count: int) -> tuple[float, float]:
    """Return both ends of that interval, in [0, 1].

    It does not lie evenly around `share`: its middle is nearer to one half, so a "±" would flatter.
    """
    z, half = Z_95, wilson_half_width(share, count)
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def macro_f1(prediction: NDArray[np.int16], truth: NDArray[np.int16]) -> float:
    """Return the mean F1 score over the classes present in `truth`, both shape (num_known,)."""
    scores = []
    for class_index in np.unique(truth):
        hits = int(((prediction == class_index) & (truth == class_index)).sum())
        claims = int((prediction == class_index).sum())
        members = int((truth == class_index).sum())
        scores.append(2 * hits / (claims + members))
    return float(np.mean(scores))


def share_right(
    prediction: NDArray[np.int16], truth: NDArray[np.int16], known: NDArray[np.bool_]
) -> float | None:
    """Return the share of the `known` samples that are right, all arrays (num_samples,).

    None when withheld: fewer than 20 are known, or nothing is predicted yet.
    """
    num_known = int(known.sum())
    if num_known < LEAST_KNOWN or bool((prediction < 0).all()):
        return None
    return int((known & (prediction == truth)).sum()) / num_known


def calibration_error(confidence: NDArray[np.floating], is_right: NDArray[np.bool_]) -> float:
    """Return by how much confidence and accuracy differ, on the mean over 15 bins of confidence.

    The expected calibration error of Guo et al., On Calibration of Modern Neural Networks, ICML
    2017; bins are equally wide.

    Args:
        confidence: 0 to 1, shape (n,), at least one.
        is_right: Whether each prediction is, shape (n,).
    """
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)
    surplus = np.bincount(bins, confidence - is_right, CALIBRATION_BINS)
    return float(np.abs(surplus).sum() / len(confidence))


def held_out_metrics(
    prediction: NDArray[np.int16], truth: NDArray[np.int16], is_held_out: NDArray[np.bool_]
) -> dict[str, float | None]:
    """Measure predictions on held-out samples whose truth is known, all arrays (num_samples,).

    Returns:
        `held_out_known`, and `held_out_accuracy`, `held_out_interval` (half the width of Wilson's
        95 % interval) and `macro_f1`; the latter three are None below 20 known truths or when
        nothing is predicted yet.
    """
    known = is_held_out & (truth >= 0)
    num_known = int(known.sum())
    names = ("held_out_accuracy", "held_out_interval", "macro_f1")
    accuracy = share_right(prediction, truth, known)
    if accuracy is None:
        return {"held_out_known": float(num_known), **dict.fromkeys(names)}
    f1 = macro_f1(prediction[known], truth[known])
    values = (accuracy, wilson_half_width(accuracy, num_known), f1)
    return {"held_out_known": float(num_known), **dict(zip(names, values, strict=True))}


def draw(ids: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """Return `ids`, or `most` of them in their order, the same in each call."""
    if len(ids) <= most:
        return ids
    # at even distances a data set whose classes take turns would show one of them
    return np.sort(np.random.default_rng(0).choice(ids, most, replace=False, shuffle=False))


def spread(mu: NDArray[np.float32]) -> float:
    """Return the RMS distance of latents (num_samples, latent_dim) from their mean."""
    # a map that runs away is told by its spread; its squares must not overflow before that
    away = mu - mu.mean(axis=0, dtype=np.float64)
    return float(np.sqrt(np.square(away).sum(axis=1).mean()))


def count_active_units(mu: NDArray[np.float32], log_variance: NDArray[np.float32]) -> int:
    """Return how many latent dimensions carry information, both arrays (num_samples, latent_dim).

    A dimension is active when its mean KL from the standard normal exceeds 0.05 nats.
    """
    squared = np.square(mu, dtype=np.float64)
    kl = 0.5 * (squared + np.exp(log_variance) - 1 - log_variance)
    return int((kl.mean(axis=0) > ACTIVE_NATS).sum())


def finite(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what was given, any shape.

    Raises:
        DivergedError: when it is not finite: a head's weights may run away while its map stays.
    """
    if not np.isfinite(probabilities).all():
        raise DivergedError
    return probabilities


def normalised_entropy(probabilities: NDArray[np.float32], num_active: int) -> NDArray[np.float32]:
    """Return the entropy of each row over log(num_active), in [0, 1], shape (num_samples,).

    Args:
        probabilities: Shape (num_samples, K), rows sum to 1.
        num_active: Classes that may be predicted; a single one leaves no doubt.
    """
    if num_active < 2:
        return np.zeros(len(probabilities), np.float32)
    share = np.empty(len(probabilities), np.float32)
    for rows in slices(len(probabilities), AT_ONCE // probabilities.shape[1]):
        some = probabilities[rows]
        entropy = -(some * np.log(np.maximum(some, np.finfo(np.float32).tiny))).sum(axis=1)
        share[rows] = np.clip(entropy / math.log(num_active), 0, 1)
    return share
