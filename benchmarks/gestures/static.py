"""Contenders whose map stands still: lassos on a UMAP, and what is learned from their samples."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.annotator import Annotator
from benchmarks.gestures.answers import (
    Answer,
    cnn_answer,
    feature_answer,
    knn_answer,
    linear_beliefs,
    standardised,
)
from benchmarks.gestures.course import Course, CourseLog, accuracy_of
from benchmarks.gestures.network import Lesson, believed, headed, teach
from benchmarks.gestures.scene import FEATURES, PRETRAIN_SEED, Scene, config_of
from ml.records import NO_CLASS
from ml.samples.training_set import to_pixels

CNN_RATE: Final = 2e-3
CEILING_RATE: Final = 1e-3


def lassos(
    z: NDArray[np.float32], truth: NDArray[np.int16], seed: int
) -> Iterator[tuple[NDArray[np.int16], int]]:
    """Yield the annotation after each lasso on a map that stands still, and the thumbnails it took.

    Args:
        z: The map of the samples that can be named, shape (num_train, 2).
        truth: Their classes, shape (num_train,).
        seed: Of the annotator.
    """
    hand = Annotator(truth, seed)
    annotation: NDArray[np.int16] = np.full(len(truth), NO_CLASS, np.int16)
    while (lasso := hand.lasso(z, annotation)) is not None:
        annotation[lasso.ids] = lasso.class_index
        yield annotation, lasso.num_looked


def static_course(
    scene: Scene,
    z: NDArray[np.float32],
    answer: Answer,
    seed: int,
    asks_at: Callable[[int], bool] = lambda _: True,
) -> Course:
    """Return the course of lassos on a map that stands still.

    Args:
        scene: The data set.
        z: The map of all samples, shape (num_samples, 2).
        answer: What is learned from the annotation.
        seed: Of the annotator.
        asks_at: Gestures after which it is learned; others have no accuracy.
    """
    began = time.process_time()
    log, heads = CourseLog(scene.train_label), ["answer"]
    hand = lassos(z[~scene.data.is_test], scene.train_label, seed)
    gestures = range(1, scene.plan.num_gestures + 1)
    rows: list[Mapping[str, float]] = []
    for gesture, (annotation, num_looked) in zip(gestures, hand, strict=False):
        found = answer(annotation) if asks_at(gesture) else {}
        accuracy = {
            head: accuracy_of(beliefs.argmax(1).astype(np.int16), scene.test_label)
            for head, beliefs in found.items()
        }
        rows.append(accuracy)
        heads = list(accuracy) or heads
        log.note(annotation, num_looked, {})
    course = log.course(time.process_time() - began)
    for head in heads:
        course.accuracy[head] = [row.get(head, float("nan")) for row in rows]
    return course


def pixels_knn(scene: Scene, seed: int) -> Course:
    """Lassos on the UMAP of pixels; neighbours on that map."""
    z = scene.pixel_map()
    return static_course(scene, z, knn_answer(z, scene.data.is_test, scene.num_classes), seed)


def pixels_cnn(scene: Scene, seed: int) -> Course:
    """The same lassos; a network from scratch, at the checkpoints only."""
    lesson = Lesson(scene.plan.cnn_steps, CNN_RATE, seed=seed)
    answer = cnn_answer(scene.data.images, scene.data.is_test, scene.num_classes, lesson)
    return static_course(scene, scene.pixel_map(), answer, seed, scene.plan.asks_at)


def control(scene: Scene, seed: int) -> Course:
    """Lassos on the UMAP of pretrained features; classifiers on those features."""
    answer = feature_answer(scene.features(), scene.data.is_test, scene.num_classes)
    return static_course(scene, scene.feature_map(), answer, seed)


def ceiling(scene: Scene, seed: int) -> Course:
    """Every label: the pretrained network fine-tuned, and a linear head on its features."""
    began = time.process_time()
    is_test = scene.data.is_test
    h = standardised(scene.features(), is_test)
    beliefs = linear_beliefs(h[~is_test], scene.train_label, h[is_test], scene.num_classes)
    model = scene.model_of(config_of(FEATURES, 1, PRETRAIN_SEED), scene.pretrained(FEATURES))
    network = headed(model.encoder, scene.num_classes, seed)
    x = to_pixels(scene.data.images)
    label = torch.from_numpy(scene.train_label).long()
    held_out = torch.from_numpy(is_test)
    lesson = Lesson(scene.plan.ceiling_steps, CEILING_RATE, seed=seed)
    teach(network, x[~held_out], label, lesson)
    found = {"fine_tuned": believed(network, x[held_out]), "linear": beliefs}
    truth = scene.test_label
    accuracy = {
        head: [accuracy_of(each.argmax(1).astype(np.int16), truth)] for head, each in found.items()
    }
    return Course(accuracy, cpu_s=time.process_time() - began)
