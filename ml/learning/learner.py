"""One network, its optimizer and the samples it learns from: what every preset shares."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import ClassVar, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.device import training_precision
from ml.learning.class_places import carry_classes
from ml.learning.losses import class_probabilities, displacement_loss
from ml.learning.optimizers import make_adam, set_rate
from ml.learning.order import draw_with, most_per_epoch, spread_evenly
from ml.learning.rates import falling
from ml.learning.replay import ReplayedStep
from ml.learning.sharing import ALONE, Share
from ml.maps.force import Ties
from ml.measures.stability import StartingMap, note_starting_map
from ml.networks.checkpoint import Checkpoint, Progress, load_weights
from ml.networks.embedding import Embedding, scale_pixels
from ml.networks.model import LatentModel, restart_weights
from ml.networks.moments import load_moments, moments_of
from ml.records import RunConfig
from ml.samples.training_set import TrainingSet, to_pixels
from ml.seeding import draw_most, draw_some, make_generator

FRESH_WARM_UP_STEPS: Final = 200
"""Without it, one seed in three collapsed at Adam's 5e-3 (docs/learning.md)."""
PARENT_WARM_UP_STEPS: Final = 20
"""Fine-tuning starts from good weights: enough for Adam to learn its scales, and soon in motion."""
MOMENTS: Final = {"count": "step", "first": "exp_avg", "second": "exp_avg_sq"}
"""Our names for the parts of Adam's state."""
MOST_MEASURED: Final = 10_000
"""Vectors that tell their unit."""
LARGEST_GRADIENT: Final = 100.0
"""Norm at which gradients are clipped."""


class Learner(ABC):
    """The state that changes while a run trains; a preset says what it makes smaller and how."""

    TERMS: ClassVar[tuple[str, ...]]
    """Names of the loss terms, the total first."""
    STATE: ClassVar[Mapping[str, str]] = MOMENTS
    """Our names for the parts of the optimizer's state."""
    SELDOM: ClassVar[tuple[str, ...]] = ("head.",)
    """Parameters that may never have taken a step: those that need annotations."""
    IS_EVEN: ClassVar[bool] = False
    """Whether a step's work depends on nothing but how many samples it reads (`ReplayedStep`)."""

    def __init__(self, model: LatentModel, samples: TrainingSet, config: RunConfig) -> None:
        device = model.device
        self.model = model
        self.samples = samples
        self.config = config
        self.pixels = to_pixels(samples.images, device)
        """All samples: uint8 images (num_samples, C, H, W) or float32 vectors (num_samples, D)."""
        self.progress = Progress(has_parent=model.has_parent)
        self.ids = torch.from_numpy(samples.trained_ids)
        """Samples that are trained on, ascending, on the CPU."""
        self.taught = torch.from_numpy(samples.taught).long().to(device)
        """class_index or NO_CLASS of each sample, shape (num_samples,)."""
        self.is_active = torch.from_numpy(samples.is_active).to(device)
        """Classes with something to learn from, shape (max(1, num_classes),)."""
        self.moved = torch.from_numpy(samples.moved_ids).to(device)
        """Samples with a target, ascending, shape (num_moved,)."""
        self.target = torch.from_numpy(samples.targets(model.latent_dim)).to(device)
        """Where they belong, shape (num_samples, latent_dim), NaN for all others."""
        samples.places(model.latent_dim)  # refuses what does not fit
        self.carried = self.members = self.moved[:0]
        """Samples with a target by the place of their class, and all of such classes, ascending."""
        self.starting_map = self.note_start()
        """Where the run began; None without a parent."""
        self.share: Share = ALONE
        self.optimizer = self.make_optimizer()
        self._sums = torch.zeros(len(self.TERMS), device=device)
        self._num_summed = 0
        self._descend: Callable[[Tensor], None]

    @abstractmethod
    def losses(self, ids: Tensor, noise: torch.Generator) -> tuple[Tensor, ...]:
        """Return the terms of a minibatch in the order of TERMS, each a scalar.

        Args:
            ids: Samples of the minibatch, shape (B,).
            noise: Where random draws on the model's device come from.
        """

    def probabilities(self, embedding: Embedding) -> NDArray[np.float32]:
        """Return what the head says of each sample, shape (num_samples, K), 0 for inactive classes.

        Called only when some class is active.
        """
        z = torch.from_numpy(embedding.mu).to(self.model.device)
        return class_probabilities(self.model.classify(embedding.h, z), self.is_active)

    def ties(self) -> Ties | None:
        """Return what the loss ties places to; None where it knows neither class nor target."""
        return None

    def make_optimizer(self) -> torch.optim.Optimizer:
        """Return a fresh optimizer for all weights."""
        return make_adam([{"params": self.model.parameters()}], self.config.learning_rate)

    def prepare(self) -> Iterator[None]:
        """Get ready for the first step, pausing where a run may stop."""
        if self.model.has_parent and len(self.samples.placed_classes):
            embedding = self.embed()
            yield from embedding.chunks()
            self.carry(embedding)

    def note_start(self) -> StartingMap | None:
        """Return where the run begins, before anything of the model is changed."""
        return note_starting_map(self.model, self.pixels, self.samples)

    def measure(self) -> None:
        """Take the unit of vectors from those that are trained on, once, by a fresh network."""
        self.model.measure(self.samples_at(draw_some(self.ids, MOST_MEASURED)))

    def carry(self, embedding: Embedding) -> None:
        """Give targets to the samples of classes with a place, by where the run found them all."""
        found = carry_classes(self.model, self.samples, embedding, self.config.seed)
        device = self.model.device
        self.carried, self.members = (
            torch.from_numpy(ids).to(device) for ids in (found.ids, found.members)
        )
        targets = torch.from_numpy(found.targets).to(device)
        self.target = self.target.index_put((self.carried,), targets)
        if self.starting_map is not None:
            self.starting_map = self.starting_map.without(found.members)

    def draw_targets(self, noise: torch.Generator) -> tuple[Tensor, Tensor]:
        """Return moved samples, and carried ones, that take part in a step: at most 256 of each."""
        return draw_most(self.moved, noise), draw_most(self.carried, noise)

    def displacement(self, z: Tensor, drawn: tuple[Tensor, Tensor]) -> Tensor:
        """Return the mean distance of moved samples from their targets, plus that of carried ones.

        Two means: a single moved sample counts for as much as thousands that go with their class.

        Args:
            z: Where both are now, shape (num_moved + num_carried, latent_dim).
            drawn: From `draw_targets`.
        """
        moved, carried = drawn
        distance = displacement_loss(z[: len(moved)], self.target[moved])
        if len(carried) == 0:
            return distance
        return distance + displacement_loss(z[len(moved) :], self.target[carried])

    def tune(self, epoch: int) -> Iterator[None]:  # noqa: ARG002 (presets need it)
        """Get ready for an epoch, pausing where a run may stop."""
        yield from ()

    def conclude(self, embedding: Embedding) -> Iterator[None]:  # noqa: ARG002 (presets need it)
        """Get ready to say what is believed of an embedding, pausing where a run may stop."""
        yield from ()

    def embed(self) -> Embedding:
        """Return an embedding of all samples, still to be computed."""
        return Embedding(self.model, self.pixels)

    @property
    def steps_per_epoch(self) -> int:
        """Updates in one epoch."""
        return math.ceil(self.num_per_epoch / self.config.batch_size)

    @property
    def num_per_epoch(self) -> int:
        """Samples an epoch meets."""
        return min(len(self.ids), most_per_epoch(self.model.sample_shape, self.model.device))

    def run_epoch(self, epoch: int) -> Iterator[int]:
        """Train one epoch, yielding the updates done in it after each and where a run may stop."""
        for _ in self.tune(epoch):
            yield 0
        for done, ids in enumerate(self.begin_epoch(epoch), start=1):
            self.step(ids)
            yield done

    def begin_epoch(self, epoch: int) -> tuple[Tensor, ...]:
        """Return the minibatches of sample ids of an epoch, near-equal in size.

        They and the noise of their steps depend on the seed and the epoch alone, so that a resumed
        run meets the same ones.
        """
        seed, device = self.config.seed, self.model.device
        restarts = self.progress.num_restarts
        ids = self.order(make_generator(seed, restarts, epoch)).to(device)
        self._sums.zero_()
        self._num_summed = 0
        rank = (self.share.rank,) * (self.share.rank > 0)
        noise = make_generator(seed, restarts, epoch, 1, *rank, device=device)
        self._descend = partial(self._update, noise=noise)
        if self.IS_EVEN and self.share is ALONE:  # what is recorded may wait for nobody
            self._descend = ReplayedStep(self._descend, noise)
        return self.minibatches(ids)

    def minibatches(self, ids: Tensor) -> tuple[Tensor, ...]:
        """Return an epoch's order of samples, shape (n,), cut into minibatches."""
        return ids.tensor_split(self.steps_per_epoch)

    @property
    def warm_up_steps(self) -> int:
        """Steps until the learning rate is reached."""
        return PARENT_WARM_UP_STEPS if self.progress.has_parent else FRESH_WARM_UP_STEPS

    def order(self, generator: torch.Generator) -> Tensor:
        """Return the samples of an epoch as they are met, on the CPU, annotated ones spread."""
        is_taught = self.taught.cpu()[self.ids] >= 0
        ids = self.ids
        if len(ids) > self.num_per_epoch:
            chosen = draw_with(is_taught, self.num_per_epoch, generator)
            ids, is_taught = ids[chosen], is_taught[chosen]
        return ids[spread_evenly(is_taught, generator)]

    def rate(self) -> float:
        """Return the learning rate of the next step: it warms up, then glides to rest."""
        p = self.progress
        warm = min(1.0, (p.num_steps + 1) / self.warm_up_steps)
        return self.config.learning_rate * warm * falling(p.epoch / self.config.num_epochs)

    def samples_at(self, ids: Tensor | slice) -> Tensor:
        """Return samples as the network reads them, shape (B, C, H, W) or (B, D)."""
        return scale_pixels(self.pixels[ids])

    def step(self, ids: Tensor) -> None:
        """Do one optimizer update on the minibatch of samples `ids`, shape (B,)."""
        rate = self.rate()
        for group in self.optimizer.param_groups:
            set_rate(group, rate * group.get("speed", 1.0))
        self._descend(part := self.share.part(ids))
        self._num_summed += self.weight_of(part)
        self.progress = replace(self.progress, num_steps=self.progress.num_steps + 1)

    def _update(self, ids: Tensor, noise: torch.Generator) -> None:
        """Do what a step leaves to the device."""
        with training_precision(self.model.device):
            terms = self.losses(ids, noise)
        is_teaching = terms[0].requires_grad  # a minibatch may hold nothing that teaches
        if is_teaching:
            self.optimizer.zero_grad(set_to_none=True)
            terms[0].backward()  # type: ignore[no-untyped-call]
        weight = max(1, len(ids))  # a step that reads no sample counts alike everywhere
        if self.share.join(self.model.parameters(), weight, is_teaching=is_teaching):
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), LARGEST_GRADIENT)
            self.optimizer.step()
        self._sums += torch.stack([term.detach() for term in terms]) * self.weight_of(ids)

    def weight_of(self, ids: Tensor) -> int:
        """Return how much a step on the samples `ids` counts in the means of its epoch."""
        return len(ids)

    def end_epoch(self, epoch: int) -> None:
        """Note that `epoch` is done."""
        self.progress = replace(self.progress, epoch=epoch)

    @property
    def withheld_terms(self) -> tuple[str, ...]:
        """Terms that this epoch's steps did not take, or that would mislead beside the others'."""
        return ()

    def mean_losses(self) -> dict[str, float] | None:
        """Return the epoch's mean terms by name, None before the first step."""
        if self._num_summed == 0:
            return None
        means: list[float] = self.share.mean(self._sums, self._num_summed).tolist()
        return dict(zip(self.TERMS, means, strict=True))

    def restart(self) -> None:
        """Draw fresh weights with the next derived seed; epochs already done stay counted."""
        nth = self.progress.num_restarts + 1
        self.progress = replace(self.progress, num_steps=0, num_restarts=nth, is_dead=False)
        restart_weights(self.model, self.config.seed, nth)
        self.optimizer = self.make_optimizer()

    def moments(self) -> dict[str, Tensor]:
        """Return the optimizer's state by `<part>.<parameter>`.

        Parameters count for themselves: the head takes no step in a minibatch without annotations.
        """
        return moments_of(self.model, self.optimizer, self.STATE)

    def resume(self, checkpoint: Checkpoint) -> None:
        """Continue where `checkpoint` of the same run stands.

        Raises:
            ModelMismatchError: when it belongs to another architecture.
            BadCheckpointError: when the optimizer's state does not fit.
        """
        load_weights(self.model, checkpoint)
        self.progress = checkpoint.progress
        if self.progress.num_steps and self.progress.epoch < self.config.num_epochs:
            load_moments(self.model, self.optimizer, checkpoint.moments, self.STATE, self.SELDOM)
