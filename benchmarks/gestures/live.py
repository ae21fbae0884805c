"""Contenders whose network learns after every gesture, as the product does it."""

import dataclasses
import time
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.gestures.course import Course, CourseLog, accuracy_of
from benchmarks.gestures.hand import Hand, HandMaker, Naming, View
from benchmarks.gestures.scene import Scene, config_of, snapshots
from ml.knobs import defaults_of
from ml.networks.embedding import Embedding
from ml.networks.model import LatentModel
from ml.records import NO_CLASS, Snapshot
from ml.samples.training_set import TrainingSet, to_pixels
from ml.seeding import derive_seed

FEWER_BITS: Final = 32
"""A config's seed is at most 2^53; derived seeds have 63 bits."""


@dataclass(eq=False)
class Loop:
    """A live loop between two gestures."""

    scene: Scene
    preset: str
    num_epochs: int
    """Epochs after each gesture."""
    seed: int
    samples: TrainingSet
    model: LatentModel
    snapshot: Snapshot
    num_gestures: int = 0

    @property
    def view(self) -> View:
        """What the hand sees."""
        return View(self.samples, self.snapshot, self.model, self.num_gestures)

    @property
    def train_annotation(self) -> NDArray[np.int16]:
        """Annotation of the samples that can be named, shape (num_train,)."""
        return self.samples.annotation[~self.samples.is_held_out]

    def accuracy(self) -> float:
        """Return the held-out accuracy."""
        is_held_out = self.samples.is_held_out
        return accuracy_of(self.snapshot.prediction[is_held_out], self.scene.test_label)

    def take(self, naming: Naming) -> None:
        """Give the class, and learn: one Update of the product; none after a rejection."""
        self.num_gestures += 1
        if naming.is_rejection:
            return
        self.samples = named(self.samples, naming)
        seed = derive_seed(self.seed, self.num_gestures) >> FEWER_BITS
        config = config_of(self.preset, self.num_epochs, seed)
        model = self.scene.model_of(config, self.snapshot.checkpoint)
        *_, self.snapshot = snapshots(model, self.samples, config)
        self.model = model


def named(samples: TrainingSet, naming: Naming) -> TrainingSet:
    """Return the samples with the gesture's class, and with what it refused.

    Raises:
        ValueError: when a held-out sample would be named or refused.
    """
    if samples.is_held_out[np.concatenate([naming.ids, naming.refused])].any():
        raise ValueError("A gesture speaks of held-out samples.")
    annotation = samples.annotation.copy()
    annotation[naming.ids] = naming.class_index
    refused = samples.refused
    if len(naming.refused):
        shape = (samples.num_samples, max(1, samples.num_classes))
        refused = np.zeros(shape, bool) if refused is None else refused.copy()
        refused[naming.refused, naming.class_index] = True
    return dataclasses.replace(samples, annotation=annotation, refused=refused)


def first_snapshot(model: LatentModel, samples: TrainingSet, checkpoint: bytes) -> Snapshot:
    """Return what a pretrained network shows; it predicts nothing yet."""
    embedding = Embedding(model, to_pixels(samples.images))
    for _ in embedding.chunks():
        pass
    n = samples.num_samples
    nothing = np.full(n, NO_CLASS, np.int16)
    doubt = np.ones(n, np.float32)
    return Snapshot(0, embedding.mu, nothing, 0 * doubt, doubt, {}, checkpoint)


def begin(scene: Scene, preset: str, num_epochs: int | None, seed: int) -> Loop:
    """Return a loop before its first gesture, on the set's one pretraining of the preset."""
    epochs = num_epochs or int(defaults_of(preset)["num_epochs"])
    checkpoint = scene.pretrained(preset)
    samples = scene.data.training_set(has_labels=False)
    model = scene.model_of(config_of(preset, epochs, seed), checkpoint)
    return Loop(
        scene, preset, epochs, seed, samples, model, first_snapshot(model, samples, checkpoint)
    )


def live_course(
    scene: Scene, preset: str, make_hand: HandMaker, num_epochs: int | None, seed: int
) -> Course:
    """Return the course of a live loop.

    Args:
        scene: The data set.
        preset: What learns.
        make_hand: Who gives the gestures.
        num_epochs: Epochs after each gesture; the preset's own when None.
        seed: Of the hand and of every Update.
    """
    loop = begin(scene, preset, num_epochs, seed)
    began = time.process_time()
    hand: Hand = make_hand(loop.samples, seed)
    log = CourseLog(scene.train_label)
    for _ in range(scene.plan.num_gestures):
        naming = hand.next_gesture(loop.view)
        if naming is None:
            break
        before = loop.snapshot.embedding
        loop.take(naming)
        log.note(loop.train_annotation, naming.num_looked, {"answer": loop.accuracy()})
        log.note_effort(naming.num_left_out, naming.is_rejection)
        untouched = loop.samples.taught < 0  # held-out points are on the map as well
        log.note_way(before[untouched], loop.snapshot.embedding[untouched])
    return log.course(time.process_time() - began)
