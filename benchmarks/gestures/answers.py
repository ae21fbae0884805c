"""What a few annotations say about held-out samples, by classifiers that stand beside the map."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from benchmarks.gestures.network import Lesson, believed, fresh_network, teach
from ml.graph.neighbours import Neighbours
from ml.graph.spreading import FeatureGraph, as_said
from ml.records import NO_CLASS
from ml.samples.training_set import to_pixels

Beliefs = NDArray[np.float32]
"""Class probabilities of the held-out samples, shape (num_test, K)."""
Answer = Callable[[NDArray[np.int16]], Mapping[str, Beliefs]]
"""From the annotation of the samples that can be named, (num_train,), to beliefs by head."""
NUM_NEAREST: Final = 15
MAP_NEAREST: Final = 5
"""Neighbours on the map that vote: in a mixed place a lasso holds but a few samples."""
MOST_ROUNDS: Final = 500


def unit(h: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return features of length 1, shape (num_samples, FEATURE_DIM)."""
    found: NDArray[np.float32] = F.normalize(torch.from_numpy(h), dim=1).numpy()
    return found


def standardised(h: NDArray[np.float32], is_test: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return features of mean 0 and variance 1 over the samples that can be named, same shape.

    A logistic regression with the usual penalty is worth .01 more on them than on unit features.
    """
    known = h[~is_test]
    found: NDArray[np.float32] = (h - known.mean(0)) / np.maximum(known.std(0), np.float32(1e-6))
    return found


def knn_answer(z: NDArray[np.float32], is_test: NDArray[np.bool_], num_classes: int) -> Answer:
    """Answer by the nearest named samples on a map (num_samples, 2)."""

    def answer(annotation: NDArray[np.int16]) -> Mapping[str, Beliefs]:
        named = annotation >= 0
        count = min(MAP_NEAREST, int(named.sum()))
        vote = KNeighborsClassifier(count, weights="distance")
        vote.fit(z[~is_test][named], annotation[named])
        found = np.zeros((int(is_test.sum()), num_classes), np.float32)
        found[:, vote.classes_] = vote.predict_proba(z[is_test])
        return {"knn": found}

    return answer


def cnn_answer(
    images: NDArray[np.uint8], is_test: NDArray[np.bool_], num_classes: int, lesson: Lesson
) -> Answer:
    """Answer by a network from scratch, trained on what is named and on nothing else."""
    x = to_pixels(images)
    held_out = torch.from_numpy(is_test)

    def answer(annotation: NDArray[np.int16]) -> Mapping[str, Beliefs]:
        label = torch.from_numpy(annotation).long()
        network = fresh_network(tuple(x.shape[1:]), num_classes, lesson.seed)
        teach(network, x[~held_out][label >= 0], label[label >= 0], lesson)
        beliefs = believed(network, x[held_out])
        beliefs[:, np.setdiff1d(np.arange(num_classes), annotation)] = 0
        return {"cnn": beliefs}

    return answer


def linear_beliefs(
    h: NDArray[np.float32], label: NDArray[np.int16], asked: NDArray[np.float32], num_classes: int
) -> Beliefs:
    """Return what a logistic regression believes.

    Args:
        h: Standardised features it learns from, shape (num_named, FEATURE_DIM).
        label: Their classes, shape (num_named,).
        asked: Those of others, shape (num_test, FEATURE_DIM).
        num_classes: Classes of the set, K.
    """
    found = np.zeros((len(asked), num_classes), np.float32)
    classes = np.unique(label)
    if len(classes) == 1:  # nothing to tell apart
        found[:, classes[0]] = 1
        return found
    head = LogisticRegression(max_iter=MOST_ROUNDS).fit(h, label)
    found[:, head.classes_] = head.predict_proba(asked)
    return found


def feature_answer(h: NDArray[np.float32], is_test: NDArray[np.bool_], num_classes: int) -> Answer:
    """Answer by label spreading and by logistic regression on features, and by their mean.

    Held-out samples take no part in the graph; they ask those of its samples that are near.
    """
    x, scaled = torch.from_numpy(unit(h)), standardised(h, is_test)
    graph = graph_of(x, torch.from_numpy(~is_test))

    def answer(annotation: NDArray[np.int16]) -> Mapping[str, Beliefs]:
        known_of_all = np.full(len(x), NO_CLASS, np.int16)
        known_of_all[~is_test] = annotation
        said = as_said(torch.from_numpy(known_of_all).long(), num_classes)
        spread: Beliefs = graph.spread(said).numpy()[is_test]
        named = annotation >= 0
        known, asked = scaled[~is_test][named], scaled[is_test]
        linear = linear_beliefs(known, annotation[named], asked, num_classes)
        mean: Beliefs = (spread + linear) / np.float32(2)
        return {"spreading": spread, "logistic": linear, "mean": mean}

    return answer


def graph_of(x: torch.Tensor, in_graph: torch.Tensor) -> FeatureGraph:
    """Return the graph of unit features (num_samples, FEATURE_DIM); the others only listen."""
    found = Neighbours(x, NUM_NEAREST, in_graph.nonzero().squeeze(1))
    for _ in found.chunks():
        pass
    return FeatureGraph.of(found.ids, found.squared, in_graph)
