"""Driving a learner without snapshots, for what the benchmarks train beyond the product's runs."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ml.learning.learner import Learner
from ml.networks.embedding import Embedding


def epochs_of(learner: Learner, num_epochs: int) -> Iterator[int]:
    """Train as `ml.training.train` would; yield the number of each epoch done."""
    for _ in learner.prepare():
        pass
    for epoch in range(1, num_epochs + 1):
        for _ in learner.run_epoch(epoch):
            pass
        learner.end_epoch(epoch)
        yield epoch


def train_quietly(learner: Learner, num_epochs: int) -> None:
    """Train to the end."""
    for _ in epochs_of(learner, num_epochs):
        pass


def embedded(learner: Learner) -> Embedding:
    """Return the complete embedding of all samples as the network is now."""
    embedding = learner.embed()
    for _ in embedding.chunks():
        pass
    return embedding


def predicted(learner: Learner, embedding: Embedding) -> NDArray[np.int16]:
    """Return the predicted class_index of each sample, shape (num_samples,)."""
    found: NDArray[np.int16] = learner.probabilities(embedding).argmax(1).astype(np.int16)
    return found
