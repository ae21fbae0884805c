"""Small data the tests of this folder share: blobs that a network tells apart in a second."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.learning.pacing import FramePacer
from ml.networks.checkpoint import Checkpoint, unpack_checkpoint
from ml.networks.model import LatentModel
from ml.networks.moments import with_moments
from ml.records import Frame, RunConfig, Snapshot, Step
from ml.samples.training_set import TrainingSet
from ml.training import train

CONFIG = RunConfig("annotate-vae", num_epochs=3, batch_size=32)


def quiet_pacer() -> FramePacer:
    """A pacer that never lets a frame out."""
    return FramePacer(time.monotonic, max_share=0.0)


def blobs(num_samples: int = 120, annotated: Sequence[int] = ()) -> TrainingSet:
    """Three kinds of 8x8 images, bright in another third, every fifth held out.

    The first twenty samples that are not held out of each class in `annotated` are annotated.
    """
    rng = np.random.default_rng(0)
    kind = np.arange(num_samples) % 3
    images = rng.integers(0, 60, (num_samples, 1, 8, 8))
    for k in range(3):
        images[kind == k, :, :, 2 * k : 2 * k + 3] += 180
    is_held_out = np.arange(num_samples) % 5 == 0
    annotation: NDArray[np.int16] = np.full(num_samples, -1, np.int16)
    for k in annotated:
        annotation[np.flatnonzero((kind == k) & ~is_held_out)[:20]] = k
    truth = np.where(np.isin(kind, annotated), kind, -1).astype(np.int16)
    return TrainingSet(images.astype(np.uint8), annotation, is_held_out, truth, 3)


def run(
    model: LatentModel,
    samples: TrainingSet,
    config: RunConfig = CONFIG,
    pacer: FramePacer | None = None,
    resume: Checkpoint | None = None,
) -> list[Step | Frame | Snapshot]:
    """Train to the end and return everything that was yielded."""
    return list(train(model, samples, config, pacer or quiet_pacer(), resume))


def snapshots(events: Sequence[Step | Frame | Snapshot]) -> list[Snapshot]:
    return [event for event in events if isinstance(event, Snapshot)]


def resumable(snapshot: Snapshot) -> Checkpoint:
    """A snapshot as its own run goes on from it."""
    checkpoint = unpack_checkpoint(snapshot.checkpoint)
    return with_moments(checkpoint, snapshot.moments) if snapshot.moments else checkpoint


def figure(snapshot: Snapshot, name: str) -> float:
    """A metric that must not be withheld."""
    value = snapshot.metrics[name]
    assert value is not None, name
    return value
