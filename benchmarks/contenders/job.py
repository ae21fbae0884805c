"""The job every contender does: fine-tune the same network from the same checkpoint.

Nothing here imports torch before the job begins: that is how the documentation of both contenders
shows heavy imports. The points are yielded whenever our own worker would show them, so that a
contender never waits for more than it must.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.records import NO_CLASS, Frame, RunConfig, Snapshot

NUM_CLASSES = 2


def embeddings(folder: Path) -> Iterator[NDArray[np.float32]]:
    """Fine-tune and yield the points, shape (num_samples, 2)."""
    from ml.learning.pacing import FramePacer
    from ml.networks.checkpoint import load_weights, unpack_checkpoint
    from ml.networks.model import build_model
    from ml.training import TrainingSet, train

    config = RunConfig.from_json(json.loads((folder / "config.json").read_text()))
    with np.load(folder / "samples.npz", allow_pickle=False) as stored:
        annotation = stored["annotation"]
        samples = TrainingSet(
            stored["images"], annotation, stored["is_held_out"],
            np.full_like(annotation, NO_CLASS), NUM_CLASSES,
        )  # fmt: skip
    model = build_model(config, samples.sample_shape, NUM_CLASSES)
    load_weights(model, unpack_checkpoint((folder / "parent.safetensors").read_bytes()))
    for event in train(model, samples, config, FramePacer(time.monotonic)):
        if isinstance(event, Frame | Snapshot):
            yield event.embedding


def start_embedding(folder: Path) -> NDArray[np.float32]:
    """Return the points before the job, shape (num_samples, 2)."""
    with np.load(folder / "samples.npz", allow_pickle=False) as stored:
        return np.asarray(stored["embedding"])
