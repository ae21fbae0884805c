"""The classifier of Wei et al.: trained with labels, its map taught by principal components."""

import copy
import dataclasses
import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.driving import embedded, epochs_of, predicted, train_quietly
from benchmarks.labelled import LabelledSet
from benchmarks.moves import Moves, Picture, accuracy
from benchmarks.separation import neighbour_accuracy
from benchmarks.wei_branch import teach_branch
from benchmarks.wei_steady import Steady
from ml.learning.learner import Learner
from ml.maps.principal import principal_map
from ml.networks.model import LatentModel, build_model
from ml.networks.networks import make_wei_encoder
from ml.presets.refine_projection import RefineProjection
from ml.records import NO_CLASS, RunConfig
from ml.samples.training_set import TrainingSet
from ml.seeding import initialise

BATCH_SIZE: Final = 64
"""The paper does not say; at 128 seven layers stay at chance for nine epochs, at 64 for five."""
RATE: Final = 0.04
SETTLING_RATE: Final = 0.005
BEGUN: Final = 0.95
"""Part of a blind guess's loss, log(num_classes), below which learning has begun."""
LONGEST_WAIT: Final = 15
"""Epochs at chance after which learning counts as begun."""
LONGEST_HALF: Final = 30
"""Epochs a network is given to half learn: one small one in five stays at chance for 18."""
SMALL_CHANNELS: Final = (4, 8, 8, 8)
"""Of the small network: a quarter of the convolutions of the large one."""
Loss = Literal["control", "paper", "ours"]


@dataclass(frozen=True, eq=False)
class Base:
    """A trained network, its map, and the data."""

    model: LatentModel
    picture: Picture
    data: LabelledSet
    seed: int

    @property
    def accuracy(self) -> float:
        """Test accuracy in points of a hundred."""
        data = self.data
        return accuracy(self.picture.prediction[data.is_test], data.label[data.is_test])


@dataclass(frozen=True)
class Branch:
    """How well the projection branch learned the principal map, and what that map is worth."""

    r_squared: float
    """Share of the principal map's test scatter that the branch reproduces."""
    knn_branch: float
    """Accuracy of 15 neighbours on the branch's map, in points."""
    knn_pca: float
    """The same on the principal map itself."""
    knn_features: float
    """The same on the features."""


def config_of(seed: int, rate: float, num_epochs: int) -> RunConfig:
    """Return the paper's settings with a learning rate."""
    return RunConfig(
        preset="refine-projection", num_epochs=num_epochs, learning_rate=rate,
        batch_size=BATCH_SIZE, seed=seed,
    )  # fmt: skip


def fresh_network(samples: TrainingSet, seed: int, *, is_small: bool) -> LatentModel:
    """Return an untrained network of the paper's, or one with a quarter of its convolutions."""
    model = build_model(config_of(seed, RATE, 1), samples.sample_shape, samples.num_classes)
    if is_small:
        model.encoder = make_wei_encoder(samples.sample_shape, SMALL_CHANNELS)
        initialise(model.encoder, seed, 1)
    return model


def train_base(data: LabelledSet, seed: int, epochs: tuple[int, int]) -> tuple[Base, Branch]:
    """Train with labels at .04 and then at .005, and teach the branch the principal map.

    The epochs at .04 count from the first that did better than a blind guess: when that is, is a
    matter of the seed, and the paper trains until the result is stable.
    """
    samples = data.training_set()
    model = fresh_network(samples, seed, is_small=False)
    num_learning, num_settling = epochs
    config = config_of(seed, RATE, LONGEST_WAIT + num_learning)
    learner = RefineProjection(model, samples, config)
    num_left = num_learning
    for epoch in epochs_of(learner, config.num_epochs):
        has_begun = loss_of(learner) < BEGUN * math.log(samples.num_classes)
        num_left -= has_begun or epoch > LONGEST_WAIT
        if num_left == 0:
            break
    config = config_of(seed, SETTLING_RATE, num_settling)
    train_quietly(RefineProjection(model, samples, config), num_settling)
    return with_map(model, data, seed)


def loss_of(learner: Learner) -> float:
    """Return the mean cross entropy of the epoch just done."""
    return (learner.mean_losses() or {})["classification"]


def train_until(data: LabelledSet, seed: int, loss: float, *, is_small: bool) -> Base:
    """Train at .04 until the training loss is below so many nats; 30 epochs at most."""
    samples = data.training_set()
    model = fresh_network(samples, seed, is_small=is_small)
    learner = RefineProjection(model, samples, config_of(seed, RATE, LONGEST_HALF))
    for _ in epochs_of(learner, LONGEST_HALF):
        if loss_of(learner) < loss:
            break
    return with_map(model, data, seed)[0]


def with_map(model: LatentModel, data: LabelledSet, seed: int) -> tuple[Base, Branch]:
    """Teach the branch the principal map of the features, of s.d. 1 along an axis on average."""
    learner = RefineProjection(model, data.training_set(), config_of(seed, RATE, 1))
    before = embedded(learner)
    layout = principal_map(before.h, torch.from_numpy(before.mu), learner.ids)
    layout *= math.sqrt(model.latent_dim)  # an RMS radius of 1 is less along each axis
    for _ in teach_branch(model, before.h, layout, learner.ids, seed):
        pass
    taught = embedded(learner)
    base = Base(model, Picture(taught.mu, predicted(learner, taught)), data, seed)
    return base, judge_branch(base, layout.numpy(), before.h.numpy())


def judge_branch(base: Base, layout: NDArray[np.float32], h: NDArray[np.float32]) -> Branch:
    """Compare the branch's map with the principal map and the features on test samples."""
    data = base.data
    said, true = base.picture.z[data.is_test], layout[data.is_test]
    missed = np.square(said - true).sum() / np.square(true - true.mean(0)).sum()
    knn = [100 * neighbour_accuracy(x, data.label, data.is_test)
           for x in (base.picture.z, layout, h)]  # fmt: skip
    return Branch(float(1 - missed), *knn)


def lesson(base: Base, moves: Moves, loss: Loss) -> TrainingSet:
    """Return what a fine-tuning learns from: moved test points are held out no more.

    Ours takes a drop as a label too; the paper's loss knows the moved points' places only.
    """
    data, label = base.data, base.data.label
    annotation = np.where(data.is_test, NO_CLASS, label).astype(np.int16)
    is_held_out = data.is_test.copy()
    target = np.full((len(label), base.model.latent_dim), np.nan, np.float32)
    if loss != "control":
        is_held_out[moves.ids] = False
        target[moves.ids] = moves.target
    if loss == "ours":
        annotation[moves.ids] = label[moves.ids]
    return TrainingSet(
        data.images, annotation, is_held_out, label, len(data.class_names), target=target
    )


def fine_tuner(base: Base, moves: Moves, loss: Loss, rate: float) -> Learner:
    """Return a learner that goes on from a copy of the base network."""
    # w_dis is the paper's; ours may pull harder, because it holds what it does not pull
    config = config_of(base.seed + 1000, rate, 30)
    samples = lesson(base, moves, loss)
    model = copy.deepcopy(base.model)
    if loss == "ours":
        return Steady(model, samples, dataclasses.replace(config, w_dis=1.0))
    return RefineProjection(model, samples, config)


def picture_of(learner: Learner) -> Picture:
    """Return the map and the predictions as they are now."""
    now = embedded(learner)
    return Picture(now.mu, predicted(learner, now))
