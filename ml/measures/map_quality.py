"""How faithful and how clear a map is, measured on a fixed draw of its samples.

The same samples are drawn for each snapshot, so that figures of two epochs differ by what the
network did and by nothing else. Their number bounds the cost: 12 ms of one core for 7,000 samples,
18 ms for 100,000, and twice that where the machine is busy.
"""

import math
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from ml.measures.metrics import LEAST_KNOWN, draw, spread
from ml.measures.stability import StartingMap
from ml.networks.embedding import Embedding
from ml.samples.training_set import TrainingSet

NUM_NEIGHBOURS: Final = 15
MOST_MEASURED: Final = 600
"""Samples whose distances to each other are compared, and samples that ask who is near them."""
MOST_ASKED: Final = 2000
"""Samples of known class among which the nearest are looked for."""
LEAST_EXTENT: Final = 1e-6
"""Spread, as a part of the largest coordinate, below which places differ by rounding."""
NAMES: Final = ("knn_agreement", "trustworthiness", "silhouette")


def map_metrics(
    samples: TrainingSet,
    embedding: Embedding,
    prediction: NDArray[np.int16],
    start: StartingMap | None,
) -> dict[str, float | None]:
    """Measure the map of a complete embedding.

    Args:
        samples: Whose known classes tell what belongs together.
        embedding: The map, and the features it was made from.
        prediction: class_index or NO_CLASS of each sample, shape (num_samples,).
        start: The map the run goes on from, if any.

    Returns:
        `displacement_untouched`, and `knn_agreement`, `trustworthiness` and `silhouette`, each None
        where it would mislead; these three also where the map is a single point, for there rounding
        alone tells who is near.
    """
    moved = {"displacement_untouched": start.displacement(embedding.mu) if start else None}
    if spread(embedding.mu) < LEAST_EXTENT * max(1.0, float(np.abs(embedding.mu).max())):
        return dict.fromkeys(NAMES) | moved
    return moved | clarity(samples, embedding, prediction)


def clarity(
    samples: TrainingSet, embedding: Embedding, prediction: NDArray[np.int16]
) -> dict[str, float | None]:
    """Return the figures of a map that has some extent; arguments as of `map_metrics`."""
    ids = draw(np.arange(len(embedding.mu)), MOST_MEASURED)
    on_map = distances(embedding.mu[ids], embedding.mu[ids])  # (n, n)
    h = embedding.read(torch.from_numpy(ids)).float().cpu()
    on_features = torch.cdist(h - h.mean(0), h - h.mean(0)).numpy()
    return {
        "knn_agreement": knn_agreement(embedding.mu, samples.truth, samples.is_held_out),
        "trustworthiness": trustworthiness(on_map, on_features),
        "silhouette": silhouette(on_map, prediction[ids]),
    }


def distances(x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the distance of each of `x` (n, latent_dim) from each of `y` (m, latent_dim)."""
    # it works by products, which in single precision are wrong for twins far from the origin
    apart = torch.cdist(torch.from_numpy(x).double(), torch.from_numpy(y).double())
    found: NDArray[np.float32] = apart.float().numpy()
    return found


def nearest(apart: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Return which `count` are nearest to each, in no order, of distances (n, m), count < m."""
    return np.argpartition(apart, count, axis=1)[:, :count]


def knn_agreement(
    mu: NDArray[np.float32], truth: NDArray[np.int16], is_held_out: NDArray[np.bool_]
) -> float | None:
    """Return how many of the 15 samples nearest to a held-out one are of its class, 0 to 1.

    Only samples of known class count; those that ask are held out, for a class weight draws the
    others together whatever they look like.

    Args:
        mu: Shape (num_samples, latent_dim).
        truth: class_index or -1, shape (num_samples,).
        is_held_out: Shape (num_samples,).

    Returns:
        None with fewer than 20 held-out samples of known class, or with fewer than two classes.
    """
    known = np.flatnonzero(truth >= 0)
    asking = known[is_held_out[known]]
    if len(asking) < LEAST_KNOWN or (truth[known] == truth[known[0]]).all():
        return None
    asking, asked = draw(asking, MOST_MEASURED), draw(known, MOST_ASKED)
    apart = distances(mu[asking], mu[asked])
    apart[asking[:, None] == asked] = math.inf  # nobody is its own neighbour
    near = asked[nearest(apart, min(NUM_NEIGHBOURS, len(asked) - 1))]
    return float((truth[near] == truth[asking][:, None]).mean())


def trustworthiness(on_map: NDArray[np.float32], on_features: NDArray[np.float32]) -> float | None:
    """Return how far the map's neighbours are neighbours by their features, 0 to 1.

        1 - 2 / (n k (2n - 3k - 1))  sum over i, and over its k nearest j on the map,
                                     of max(0, r(i, j) - k)

    r is the rank of j among the neighbours of i by features (Venna and Kaski 2001, eq. 1).

    Args:
        on_map: Distances on the map, shape (n, n).
        on_features: Distances of the features, same shape.

    Returns:
        None with fewer than 5 samples: there is no neighbour to be wrong about.
    """
    n = len(on_map)
    k = min(NUM_NEIGHBOURS, (n - 1) // 2)
    if k < 2:
        return None
    near = nearest(without_self(on_map), k)  # (n, k)
    apart = without_self(on_features)
    ranked = torch.from_numpy(np.sort(apart, axis=1))
    found = torch.from_numpy(np.take_along_axis(apart, near, axis=1))
    rank = torch.searchsorted(ranked, found).numpy() + 1  # (n, k)
    too_far = float(np.maximum(rank - k, 0).sum())
    return 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * too_far


def without_self(apart: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return distances (n, n) in which nobody is near itself."""
    other = apart.copy()
    np.fill_diagonal(other, math.inf)
    return other


def silhouette(on_map: NDArray[np.float32], class_index: NDArray[np.int16]) -> float | None:
    """Return how much nearer samples are to their own class than to the next, -1 to 1.

    The mean of (b - a) / max(a, b), where a is a sample's mean distance from the others of its
    class and b that from the nearest other class; 0 for the only one of its class (Rousseeuw 1987).

    Args:
        on_map: Distances, shape (n, n).
        class_index: Class of each sample, negative for none, shape (n,).

    Returns:
        None with fewer than two classes.
    """
    member = np.flatnonzero(class_index >= 0)
    classes, own = np.unique(class_index[member], return_inverse=True)
    if len(classes) < 2:
        return None
    rows = np.arange(len(member))
    belongs = np.zeros((len(member), len(classes)), np.float32)
    belongs[rows, own] = 1
    count = belongs.sum(0)  # (K,)
    total = on_map[np.ix_(member, member)] @ belongs  # (n, K)
    inside = total[rows, own] / np.maximum(count[own] - 1, 1)  # (n,)
    mean = total / count
    mean[rows, own] = math.inf
    outside = mean.min(axis=1)
    score = (outside - inside) / np.maximum(np.maximum(outside, inside), 1e-12)
    return float(np.where(count[own] > 1, score, 0).mean())
