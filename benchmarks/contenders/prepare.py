"""Writes what the contenders' job needs: `... prepare FOLDER digits|7k`.

The network and its knobs are those of the default preset, which is what our own page teaches.
"""

import json
import sys
import time
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders.job import NUM_CLASSES
from benchmarks.images import Images, digits, mnist_7k
from ml.knobs import defaults_of
from ml.learning.pacing import FramePacer
from ml.networks.model import build_model
from ml.records import NO_CLASS, PRESETS, RunConfig, Snapshot
from ml.training import TrainingSet, train

PRETRAIN_EPOCHS: Final = 3
FINE_TUNE_EPOCHS: Final = {"digits": 15, "7k": 3}
"""Long enough to be polled, short enough to be repeated; only the first motion is measured."""
SETS: Final = {"digits": digits, "7k": mnist_7k}


def config_of(num_epochs: int) -> RunConfig:
    """Return what a project nobody turned a knob of is trained with."""
    preset = PRESETS[0]
    values = {"preset": preset, **defaults_of(preset), "num_epochs": num_epochs}
    return RunConfig.from_json(values)


def annotation_of(images: Images) -> NDArray[np.int16]:
    """Return class 0 for the zeros and 1 for the ones, shape (num_samples,): two lassos."""
    return np.where(images.label < NUM_CLASSES, images.label, NO_CLASS).astype(np.int16)


def pretrain(samples: TrainingSet) -> Snapshot:
    """Train a fresh network without annotations and return its last snapshot."""
    config = config_of(PRETRAIN_EPOCHS)
    model = build_model(config, samples.sample_shape, NUM_CLASSES)
    events = train(model, samples, config, FramePacer(time.monotonic, max_share=0.0))
    return [event for event in events if isinstance(event, Snapshot)][-1]


def prepare(folder: Path, name: str) -> None:
    """Write samples, annotations, the parent checkpoint and its points into `folder`."""
    images = SETS[name]()
    annotation = annotation_of(images)
    nothing = np.full_like(annotation, NO_CLASS)
    samples = TrainingSet(images.images, nothing, images.is_held_out, nothing, NUM_CLASSES)
    parent = pretrain(samples)
    np.savez(folder / "samples.npz", images=images.images, annotation=annotation,
             is_held_out=images.is_held_out, embedding=parent.embedding)  # fmt: skip
    (folder / "parent.safetensors").write_bytes(parent.checkpoint)
    config = config_of(FINE_TUNE_EPOCHS[name])
    (folder / "config.json").write_text(json.dumps(config.to_json()))


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), sys.argv[2])
