"""How a map separates its classes: the figures that stand for "sharper" and "tighter"."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import silhouette_score
from sklearn.neighbors import KNeighborsClassifier

from ml.measures.collapse import LEAST_SPREAD
from ml.measures.metrics import count_active_units, spread

NUM_NEIGHBOURS: Final = 15


@dataclass(frozen=True)
class Separation:
    """What one map of the test samples looks like; NaN where a collapsed map says nothing."""

    silhouette: float
    """Mean silhouette of the classes, -1 to 1."""
    fisher: float
    """Scatter between the classes over scatter within them."""
    relative_within: float
    """Square root of the within share of all scatter: the size of a class against the map."""
    knn15: float
    """Accuracy of 15 neighbours among the training samples of the map."""
    spread: float
    """RMS distance from the mean."""
    sigma: float
    """Mean standard deviation of q(z given x)."""
    active_units: float
    """Axes with a mean KL above 0.05 nats."""
    accuracy: float
    """Of the head on test samples; NaN before there is one."""


@dataclass(frozen=True, eq=False)
class Latents:
    """A map: of training and test samples, with what is known about them."""

    mu: NDArray[np.float32]
    """Shape (num_samples, latent_dim)."""
    log_variance: NDArray[np.float32]
    """Same shape."""
    label: NDArray[np.int16]
    """Shape (num_samples,)."""
    is_test: NDArray[np.bool_]
    """Shape (num_samples,)."""


def scatter(z: NDArray[np.float32], label: NDArray[np.int16]) -> tuple[float, float]:
    """Return the scatter of latents (num_samples, latent_dim) within and between classes.

    Within: mean over classes of the mean squared distance to the class's mean. Between: mean over
    classes of the squared distance of the class's mean to the mean of these means.
    """
    classes = np.unique(label)
    means = np.stack([z[label == k].mean(0) for k in classes])  # (K, latent_dim)
    within = [
        np.square(z[label == k] - mean).sum(1).mean()
        for k, mean in zip(classes, means, strict=True)
    ]
    between = np.square(means - means.mean(0)).sum(1).mean()
    return float(np.mean(within)), float(between)


def neighbour_accuracy(
    z: NDArray[np.float32], label: NDArray[np.int16], is_test: NDArray[np.bool_]
) -> float:
    """Return how often the 15 nearest training samples tell a test sample's class."""
    vote = KNeighborsClassifier(NUM_NEIGHBOURS).fit(z[~is_test], label[~is_test])
    return float(vote.score(z[is_test], label[is_test]))


def separation(latents: Latents, accuracy: float) -> Separation:
    """Measure a map on its test samples."""
    is_test = latents.is_test
    mu, log_variance, label = latents.mu[is_test], latents.log_variance[is_test], latents.label
    within, between = scatter(mu, label[is_test])
    width = spread(mu)
    is_blob = width < LEAST_SPREAD
    return Separation(
        silhouette=math.nan if is_blob else float(silhouette_score(mu, label[is_test])),
        fisher=math.nan if is_blob else between / within,
        relative_within=math.nan if is_blob else math.sqrt(within / (within + between)),
        knn15=neighbour_accuracy(latents.mu, label, is_test),
        spread=width,
        sigma=float(np.exp(0.5 * log_variance).mean()),
        active_units=float(count_active_units(mu, log_variance)),
        accuracy=accuracy,
    )


def displacements(maps: list[NDArray[np.float32]]) -> list[float]:
    """Return how far the mean sample went from each map to the next, in radii of the last map."""
    radius = spread(maps[-1])
    return [
        float(np.linalg.norm(after - before, axis=1).mean()) / radius
        for before, after in pairwise(maps)
    ]


def mean_between(values: list[float], epochs: tuple[int, ...]) -> list[float]:
    """Return the mean of per-epoch values in each stretch up to one of `epochs`, ascending."""
    starts = (0, *epochs)
    return [float(np.mean(values[a:b])) for a, b in zip(starts, epochs, strict=False)]
