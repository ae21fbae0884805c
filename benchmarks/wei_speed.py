"""Wei et al.'s claim that guidance makes a network learn faster, and a small one match a large one.

Networks that have half learned (training loss below half of a blind guess's) are guided by 30 moves
and go on, beside themselves without moves.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.driving import epochs_of
from benchmarks.intervals import Estimate, estimate, paired
from benchmarks.labelled import LabelledSet
from benchmarks.moves import accuracy, draw_moves
from benchmarks.wei import MOST_SAMPLES
from benchmarks.wei_network import RATE, fine_tuner, picture_of, train_until

NUM_MOVES: Final = 30
NUM_EPOCHS: Final = 8
HALF_LEARNED: Final = 0.5
"""Of the loss of a blind guess, log(num_classes)."""
TARGET_SHARE: Final = 0.97
"""The accuracy to reach, of the large network's best without moves."""
SIZES: Final = ("small", "large")


@dataclass(frozen=True)
class Course:
    """Accuracy on never-moved test samples, in points, at the start and after each epoch."""

    plain: tuple[float, ...]
    guided: tuple[float, ...]
    num_weights: int


@dataclass(frozen=True, eq=False)
class SpeedRun:
    """What one seed gave, by size."""

    courses: dict[str, Course]


def course(data: LabelledSet, seed: int, size: str) -> Course:
    """Half train a network, guide a copy of it by moves, and let both go on."""
    loss = HALF_LEARNED * math.log(len(data.class_names))
    base = train_until(data, seed, loss, is_small=size == "small")
    moves = draw_moves(base.picture, data.label, data.is_test, NUM_MOVES, seed)
    is_rest = data.is_test.copy()
    is_rest[moves.ids] = False
    label = data.label[is_rest]
    courses = []
    for kind in ("control", "paper"):
        learner = fine_tuner(base, moves, kind, RATE)
        courses.append((
            accuracy(base.picture.prediction[is_rest], label),
            *(accuracy(picture_of(learner).prediction[is_rest], label)
              for _ in epochs_of(learner, NUM_EPOCHS)),
        ))  # fmt: skip
    num_weights = sum(p.numel() for p in base.model.encoder.parameters())
    return Course(courses[0], courses[1], num_weights)


def run_speed(data: LabelledSet, seed: int) -> SpeedRun:
    """Return the courses of both sizes."""
    data = data.subset(MOST_SAMPLES, MOST_SAMPLES, seed)
    return SpeedRun({size: course(data, seed, size) for size in SIZES})


def epochs_to(accuracies: tuple[float, ...], target: float) -> float:
    """Return the first epoch with the target accuracy, one more than there are where none has."""
    reached = [epoch for epoch, value in enumerate(accuracies) if value >= target]
    return float(reached[0] if reached else len(accuracies))


def speed_estimates(runs: list[SpeedRun]) -> dict[str, Estimate]:
    """Return the figures of the part by key."""
    targets = [TARGET_SHARE * max(run.courses["large"].plain) for run in runs]
    found: dict[str, Estimate] = {"wei_speed_target": estimate(targets)}
    ends: dict[str, list[float]] = {}
    for size in SIZES:
        sides = {
            kind: [getattr(run.courses[size], kind) for run in runs] for kind in ("plain", "guided")
        }
        epochs = {
            kind: [epochs_to(c, t) for c, t in zip(courses, targets, strict=True)]
            for kind, courses in sides.items()
        }
        for kind, values in epochs.items():
            found[f"wei_epochs_to_target_{size}_{kind}"] = estimate(values)
            # the mean of three epochs: a single one at this rate is off by points
            ends[f"{size}_{kind}"] = [float(np.mean(c[-3:])) for c in sides[kind]]
        found[f"wei_epochs_saved_{size}"] = paired(epochs["plain"], epochs["guided"])
        areas = {kind: [float(np.mean(c[1:])) for c in cs] for kind, cs in sides.items()}
        found[f"wei_guidance_gain_{size}"] = paired(areas["guided"], areas["plain"])
    for kind in ("plain", "guided"):
        key = f"wei_small_{kind}_minus_large_plain"
        found[key] = paired(ends[f"small_{kind}"], ends["large_plain"])
    for size in SIZES:
        weights = [float(run.courses[size].num_weights) for run in runs]
        found[f"wei_num_weights_{size}"] = estimate(weights)
    return found
