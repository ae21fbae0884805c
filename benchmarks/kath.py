"""Kath et al., figure 2: what head, time and weights do to a map, on a few thousand of MNIST.

Every run is the product's own, preset annotate-vae: `ml.training.train`, or its learner
driven without snapshots where only the end is looked at, which gives the same network (tested).
"""

import dataclasses
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.driving import embedded, epochs_of, predicted, train_quietly
from benchmarks.labelled import LabelledSet
from benchmarks.separation import (
    Latents,
    Separation,
    displacements,
    mean_between,
    separation,
)
from ml.learning.pacing import FramePacer
from ml.networks.checkpoint import load_weights, unpack_checkpoint
from ml.networks.embedding import Embedding
from ml.networks.model import LatentModel, build_model
from ml.presets.annotate_vae import AnnotateVae
from ml.records import RunConfig, Snapshot
from ml.samples.training_set import TrainingSet, to_pixels
from ml.training import train

NUM_TRAIN: Final = 2500
NUM_TEST: Final = 2000
STOPS: Final = (5, 15, 30, 50)
"""Epochs at which figure 2b looks."""
VARIANTS: Final = {
    "logistic": (3.0, 100.0, 0),
    "mlp": (3.0, 100.0, 2),
    "kl3_c1": (3.0, 1.0, 0),
    "kl3_c10": (3.0, 10.0, 0),
    "kl1_c1": (1.0, 1.0, 0),
    "kl1_c100": (1.0, 100.0, 0),
    "kl30_c100": (30.0, 100.0, 0),
    "kl30_c1": (30.0, 1.0, 0),
    "kl300_c1": (300.0, 1.0, 0),
}
"""beta_kl, beta_classifier and hidden layers of the head, by name."""
QUICK_VARIANTS: Final = ("logistic", "mlp", "kl3_c1")
LONG: Final = "long"
"""The variant `logistic` trained to the last stop; its maps at the stops are long_5 and so on."""


@dataclass(frozen=True)
class Plan:
    """How much is trained."""

    num_pretraining: int = 20
    """Epochs without labels."""
    num_epochs: int = 30
    """Epochs of each variant."""
    variants: tuple[str, ...] = tuple(VARIANTS)
    stops: tuple[int, ...] = STOPS
    """Empty where the long run is left out."""


QUICK_PLAN: Final = Plan(14, 8, QUICK_VARIANTS, ())


@dataclass(frozen=True, eq=False)
class KathRun:
    """What one seed gave."""

    separations: dict[str, Separation]
    """By variant; `none` is the map before a head."""
    maps: dict[str, NDArray[np.float32]]
    """Latents of all samples, shape (num_samples, 2), by variant; stops are long_5 and so on."""
    label: NDArray[np.int16]
    """Shape (num_samples,)."""
    displacement: list[float]
    """Radii a sample goes in an epoch, a mean for each stretch up to a stop."""
    displacement_constant: list[float]
    """The same at a learning rate that does not fall, as the paper has it."""
    num_restarts: float
    """Times the guard drew fresh weights while pretraining."""


@dataclass(frozen=True, eq=False)
class Stage:
    """One seed's data and the network that every variant goes on from."""

    data: LabelledSet
    samples: TrainingSet
    first: Snapshot
    """The end of the pretraining."""
    config: RunConfig

    def model(self, config: RunConfig) -> LatentModel:
        """Return the pretrained network with a head of the given kind."""
        model = build_model(config, self.samples.sample_shape, self.samples.num_classes)
        load_weights(model, unpack_checkpoint(self.first.checkpoint))
        return model

    def variant(self, name: str, num_epochs: int) -> RunConfig:
        """Return the configuration of a variant."""
        beta_kl, beta_classifier, num_hidden_layers = VARIANTS[name]
        return dataclasses.replace(
            self.config, num_epochs=num_epochs, beta_kl=beta_kl,
            beta_classifier=beta_classifier, num_hidden_layers=num_hidden_layers,
        )  # fmt: skip


class ConstantRate(AnnotateVae):
    """The preset at Adam's plain rate: ours glides to rest, which would calm any map."""

    def rate(self) -> float:
        """Return the learning rate of the next step."""
        warmth = min(1.0, (self.progress.num_steps + 1) / self.warm_up_steps)
        return self.config.learning_rate * warmth


def quiet() -> FramePacer:
    """Return a pacer that lets no frame out."""
    return FramePacer(time.monotonic, max_share=0.0)


def snapshots(model: LatentModel, samples: TrainingSet, config: RunConfig) -> Iterator[Snapshot]:
    """Train and yield each epoch's snapshot."""
    events = train(model, samples, config, quiet())
    return (event for event in events if isinstance(event, Snapshot))


def last(run: Iterator[Snapshot]) -> Snapshot:
    """Return a run's last snapshot."""
    *_, final = run
    return final


def pretrained(data: LabelledSet, plan: Plan, seed: int) -> tuple[Stage, LatentModel]:
    """Return the stage of a seed, and the network whose map has no head yet."""
    config = RunConfig(
        "annotate-vae", plan.num_pretraining, learning_rate=5e-3, beta_kl=1.0, seed=seed
    )
    unlabelled = data.training_set(has_labels=False)
    model = build_model(config, unlabelled.sample_shape, unlabelled.num_classes)
    first = last(snapshots(model, unlabelled, config))
    return Stage(data, data.training_set(), first, config), model


def latents_of(embedding: Embedding, data: LabelledSet) -> Latents:
    """Return the map of a complete embedding."""
    return Latents(embedding.mu, embedding.log_variance, data.label, data.is_test)


def end_of(stage: Stage, config: RunConfig) -> tuple[Latents, float]:
    """Return the map at the end of a run from the pretrained network, and its test accuracy."""
    learner = AnnotateVae(stage.model(config), stage.samples, config)
    train_quietly(learner, config.num_epochs)
    end = embedded(learner)
    is_right = predicted(learner, end) == stage.data.label
    return latents_of(end, stage.data), float(is_right[stage.data.is_test].mean())


def long_run(stage: Stage, stops: tuple[int, ...]) -> list[NDArray[np.float32]]:
    """Return the maps of `logistic` after 0, 1, 2, ... epochs up to the last stop."""
    config = stage.variant("logistic", stops[-1])
    run = snapshots(stage.model(config), stage.samples, config)
    return [stage.first.embedding, *(each.embedding for each in run)]


def constant_run(stage: Stage, stops: tuple[int, ...]) -> list[NDArray[np.float32]]:
    """Return the same maps at a constant learning rate."""
    config = stage.variant("logistic", stops[-1])
    learner = ConstantRate(stage.model(config), stage.samples, config)
    return [
        stage.first.embedding,
        *(embedded(learner).mu for _ in epochs_of(learner, config.num_epochs)),
    ]


def run_seed(data: LabelledSet, plan: Plan, seed: int) -> KathRun:
    """Train everything of one seed."""
    data = data.subset(NUM_TRAIN, NUM_TEST, seed)
    stage, model = pretrained(data, plan, seed)
    start = Embedding(model, to_pixels(data.images))
    for _ in start.chunks():
        pass
    separations = {"none": separation(latents_of(start, data), math.nan)}
    maps = {"none": stage.first.embedding}
    for name in plan.variants:
        end, accuracy = end_of(stage, stage.variant(name, plan.num_epochs))
        separations[name] = separation(end, accuracy)
        maps[name] = end.mu
    falling: list[float] = []
    constant: list[float] = []
    if plan.stops:
        path = long_run(stage, plan.stops)
        maps |= {f"{LONG}_{stop}": path[stop] for stop in plan.stops}
        falling = mean_between(displacements(path), plan.stops)
        constant = mean_between(displacements(constant_run(stage, plan.stops)), plan.stops)
    restarts = stage.first.metrics["restarts"] or 0.0
    return KathRun(separations, maps, data.label, falling, constant, restarts)
