"""Six kinds of small images, and a network of the default preset that was pretrained on them."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ml.networks.checkpoint import Checkpoint, load_weights
from ml.networks.model import LatentModel, build_model
from ml.records import RunConfig, Snapshot
from ml.samples.training_set import TrainingSet
from tests.ml.scenes import run, snapshots

NUM_KINDS = 6
NUM_SAMPLES = 300
KIND = (np.arange(NUM_SAMPLES) % NUM_KINDS).astype(np.int16)
PRETRAINING = RunConfig(preset="lodemap", num_epochs=24, learning_rate=7e-4)
CONFIG = dataclasses.replace(PRETRAINING, num_epochs=4, w_dis=1.0)
MOVED = [1, 7, 13]


def stripes(annotated: Sequence[int] = (), per_class: int = 8) -> TrainingSet:
    """Six kinds of 8x8 images, a bright row or column in another third; every fifth held out."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 90, (NUM_SAMPLES, 1, 8, 8))
    for k in range(3):
        images[k == KIND, :, :, 2 * k + 1] += 160
        images[k + 3 == KIND, :, 2 * k + 1, :] += 160
    is_held_out = np.arange(NUM_SAMPLES) % 5 == 0
    annotation = np.full(NUM_SAMPLES, -1, np.int16)
    for k in annotated:
        annotation[np.flatnonzero((k == KIND) & ~is_held_out)[:per_class]] = k
    return TrainingSet(images.astype(np.uint8), annotation, is_held_out, KIND, NUM_KINDS)


def child(parent: Checkpoint) -> LatentModel:
    """Return a network with the weights of a checkpoint."""
    model = build_model(CONFIG, (1, 8, 8), NUM_KINDS)
    load_weights(model, parent)
    return model


def tuned(parent: Checkpoint, samples: TrainingSet, **knobs: Any) -> list[Snapshot]:
    """Return the snapshots of an Update, the settings but for some knobs those of `CONFIG`."""
    return snapshots(run(child(parent), samples, dataclasses.replace(CONFIG, **knobs)))


def home(parent: Checkpoint) -> NDArray[np.float32]:
    """Return where a network has the samples, shape (num_samples, 2)."""
    with torch.no_grad():
        x = torch.from_numpy(np.asarray(stripes().images)).float() / 255
        places: NDArray[np.float32] = child(parent).encode(x).mu.numpy()
        return places


def radius(z: NDArray[np.float32]) -> float:
    """Return the root mean square distance from the middle of a map."""
    return float(np.sqrt(np.square(z - z.mean(0)).sum(1).mean()))
