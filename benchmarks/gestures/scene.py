"""One data set as `gestures` uses it: its split, its pretrained networks and its static maps."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.gestures.keep import Keep, code_digest, digest
from benchmarks.gestures.layout import umap_layout
from benchmarks.gestures.plan import Plan, SetPlan
from benchmarks.labelled import LabelledSet, read_labelled, standard_path
from ml.graph.neighbours import comparable
from ml.knobs import defaults_of
from ml.learning.pacing import FramePacer
from ml.networks.checkpoint import load_weights, unpack_checkpoint
from ml.networks.embedding import Embedding
from ml.networks.model import LatentModel, build_model
from ml.records import PRESETS, PRETRAIN_EPOCHS, RunConfig, Snapshot
from ml.samples.training_set import TrainingSet, to_pixels
from ml.training import train

SPLIT_SEED: Final = 0
PRETRAIN_SEED: Final = 0
FEATURES: Final = "lodemap"
"""Preset whose pretrained features the control and the ceiling stand on."""
PRETRAINERS: Final = {"annotate-vae": ("annotate_vae",), "lodemap": ("contrast", "unfold")}
"""Modules of `ml.presets` that a pretraining runs, by preset; absent ones do not count."""
USUAL_EPOCHS: Final = 60
"""Of a pretraining of features by recipe C (docs/learning.md)."""


def config_of(preset: str, num_epochs: int, seed: int) -> RunConfig:
    """Return the config of a run with the knobs as nobody turned them.

    The network of `lodemap` can be pretrained before it can be chosen as a preset.
    """
    values = {**defaults_of(preset), "preset": preset, "num_epochs": num_epochs, "seed": seed}
    return RunConfig.from_json(values) if preset in PRESETS else RunConfig.recall(values)


def snapshots(model: LatentModel, samples: TrainingSet, config: RunConfig) -> Iterator[Snapshot]:
    """Train as the product does, without frames, and yield the snapshots."""
    for event in train(model, samples, config, FramePacer(time.monotonic, max_share=0.0)):
        if isinstance(event, Snapshot):
            yield event


@dataclass(frozen=True, eq=False)
class Scene:
    """A split, and what is made once for all contenders and seeds."""

    name: str
    data: LabelledSet
    plan: Plan
    keep: Keep

    @property
    def identity(self) -> list[object]:
        """What decides every result on this set besides the contender."""
        images, label = self.data.images, self.data.label
        return [self.name, digest(images.tobytes(), label.tobytes(), self.data.is_test.tobytes())]

    @property
    def num_classes(self) -> int:
        """Classes of the set, K."""
        return len(self.data.class_names)

    @property
    def train_label(self) -> NDArray[np.int16]:
        """Classes of the samples that can be named, shape (num_train,)."""
        return self.data.label[~self.data.is_test]

    @property
    def test_label(self) -> NDArray[np.int16]:
        """Classes of the held-out samples, shape (num_test,)."""
        return self.data.label[self.data.is_test]

    def model_of(self, config: RunConfig, checkpoint: bytes | None = None) -> LatentModel:
        """Return a network for this set, with the weights of a checkpoint where one is given."""
        shape = self.data.training_set(has_labels=False).sample_shape
        model = build_model(config, shape, self.num_classes)
        if checkpoint is not None:
            load_weights(model, unpack_checkpoint(checkpoint))
        return model

    def pretrained(self, preset: str) -> bytes:
        """Return the checkpoint after a pretraining without labels: one a set and preset."""
        epochs = self.plan.pretrain_epochs or PRETRAIN_EPOCHS.get(preset, USUAL_EPOCHS)
        config = config_of(preset, epochs, PRETRAIN_SEED)

        def make() -> bytes:
            samples = self.data.training_set(has_labels=False)
            *_, last = snapshots(self.model_of(config), samples, config)
            return last.checkpoint

        # only what pretrains: what a gesture does later must not discard it
        names = PRETRAINERS.get(preset, ("contrast",))
        code = code_digest(
            *(f"ml.presets.{each}" for each in names), "ml.networks.model", "ml.training"
        )
        mark = digest(self.identity, preset, epochs, code)
        return self.keep.checkpoint(f"pretrained-{preset}-{mark}", make)

    def features(self) -> NDArray[np.float32]:
        """Return the pretrained features of all samples, shape (num_samples, FEATURE_DIM)."""
        model = self.model_of(config_of(FEATURES, 1, PRETRAIN_SEED), self.pretrained(FEATURES))
        embedding = Embedding(model, to_pixels(self.data.images))
        for _ in embedding.chunks():
            pass
        found: NDArray[np.float32] = embedding.h.numpy()
        return found

    def pixel_map(self) -> NDArray[np.float32]:
        """Return the UMAP of the pixels, shape (num_samples, 2)."""
        x = comparable(to_pixels(self.data.images)).numpy()
        mark = digest(self.identity, code_digest("benchmarks.gestures.layout"))
        is_test = self.data.is_test
        return self.keep.array(f"pixels-{mark}", lambda: umap_layout(x, is_test, "euclidean"))

    def feature_map(self) -> NDArray[np.float32]:
        """Return the UMAP of the pretrained features, shape (num_samples, 2)."""
        # the checkpoint is kept; its features differ in the last bit with the number of threads
        mark = digest(self.pretrained(FEATURES), code_digest("benchmarks.gestures.layout"))
        is_test = self.data.is_test
        return self.keep.array(
            f"features-{mark}", lambda: umap_layout(self.features(), is_test, "cosine")
        )


def scene_of(each: SetPlan, plan: Plan, folder: Path) -> Scene:
    """Return the scene of a data set.

    Raises:
        MissingPartError: when the data set is missing or lacks an array.
    """
    path = Path(each.file_name) if each.file_name.endswith(".npz") else Path()
    data = read_labelled(path if path.exists() else standard_path(each.file_name))
    data = data.subset(each.num_train, each.num_test, SPLIT_SEED)
    return Scene(each.name, data, plan, Keep(folder / each.name))
