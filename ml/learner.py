"""One network, its optimizer and the samples it learns from: what happens in a single step."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import torch
from torch import Tensor

from ml.checkpoint import Checkpoint, Progress, load_weights
from ml.device import training_precision
from ml.embedding import scale_pixels
from ml.errors import BadCheckpointError
from ml.losses import annotate_vae_loss
from ml.model import LatentModel, restart_weights, seat_new_classes
from ml.records import RunConfig
from ml.seeding import make_generator
from ml.training_set import TrainingSet, to_pixels

FRESH_WARM_UP_STEPS: Final = 200
"""Without it, one seed in three collapsed at Adam's 5e-3 (docs/learning.md)."""
PARENT_WARM_UP_STEPS: Final = 20
"""Fine-tuning starts from good weights: enough for Adam to learn its scales, and soon in motion."""
LEAST_RATE: Final = 0.1
"""Part of the learning rate left at the end of a cosine fall, so that the map comes to rest."""
SEATING_SAMPLES: Final = 512
"""Samples that tell where a class and the map are; more would delay the first motion."""
MOMENTS: Final = {"count": "step", "first": "exp_avg", "second": "exp_avg_sq"}
"""Our names for the parts of Adam's state."""
LARGEST_GRADIENT: Final = 100.0
"""Norm at which gradients are clipped."""


def spread_evenly(is_annotated: Tensor, generator: torch.Generator) -> Tensor:
    """Return a random order, shape (n,), in which annotated samples come at even distances.

    Each minibatch then holds its share of them, so that few annotations pull in every step rather
    than in some.
    """
    keys = torch.empty(len(is_annotated), dtype=torch.float64)
    for group in (is_annotated, ~is_annotated):
        count = int(group.sum())
        places = torch.randperm(count, generator=generator).double()
        jitter = torch.rand(count, generator=generator, dtype=torch.float64)
        keys[group] = (places + jitter) / max(1, count)
    return keys.argsort()


def sample_evenly(ids: Tensor, most: int) -> Tensor:
    """Return at most `most` of `ids`, shape (n,), at even distances."""
    return ids[:: math.ceil(len(ids) / most)]


class Learner:
    """The state that changes while a run trains."""

    def __init__(self, model: LatentModel, samples: TrainingSet, config: RunConfig) -> None:
        device = model.device
        self.model = model
        self.samples = samples
        self.config = config
        self.pixels = to_pixels(samples.images, device)
        """All images, shape (num_samples, C, H, W), uint8."""
        self.progress = Progress(has_parent=model.has_parent)
        self._ids = torch.from_numpy(samples.trained_ids)
        self._taught = torch.from_numpy(samples.taught).long()
        self._annotation = self._taught.to(device)
        self._is_active = torch.from_numpy(samples.is_active).to(device)
        self._optimizer = self._make_optimizer()
        self._sums = torch.zeros(4, device=device)
        self._num_summed = 0

    def _make_optimizer(self) -> torch.optim.Adam:
        return torch.optim.Adam(self.model.parameters(), self.config.learning_rate, fused=True)

    @property
    def steps_per_epoch(self) -> int:
        """Updates in one epoch."""
        return math.ceil(len(self._ids) / self.config.batch_size)

    @torch.no_grad()
    def seat_classes(self) -> None:
        """Seat classes named for the first time where their samples are (`seat_new_classes`)."""
        annotated = (self._taught >= 0).nonzero().squeeze(1)  # (num_annotated,)
        if len(annotated) == 0:
            return
        named = sample_evenly(annotated, SEATING_SAMPLES).to(self.model.device)
        trained = sample_evenly(self._ids, SEATING_SAMPLES).to(self.model.device)
        z = self.model.encode(scale_pixels(self.pixels[named])).mu
        mu = self.model.encode(scale_pixels(self.pixels[trained])).mu
        seat_new_classes(self.model, mu, z, self._annotation[named])

    def begin_epoch(self, epoch: int) -> tuple[tuple[Tensor, ...], torch.Generator]:
        """Return the minibatches of sample ids of an epoch, near-equal in size, and its noise.

        Both depend on the seed and the epoch alone, so that a resumed run meets the same ones.
        """
        seed, device = self.config.seed, self.model.device
        restarts = self.progress.num_restarts
        generator = make_generator(seed, restarts, epoch)
        order = spread_evenly(self._taught[self._ids] >= 0, generator)
        ids = self._ids[order].to(device)
        self._sums.zero_()
        self._num_summed = 0
        noise = make_generator(seed, restarts, epoch, 1, device=device)
        return ids.tensor_split(self.steps_per_epoch), noise

    def _rate(self) -> float:
        """Return the learning rate of the next step: it warms up, then glides to rest."""
        p = self.progress
        warm_up = PARENT_WARM_UP_STEPS if p.has_parent else FRESH_WARM_UP_STEPS
        done = p.epoch / self.config.num_epochs
        fall = LEAST_RATE + (1 - LEAST_RATE) * (1 + math.cos(math.pi * done)) / 2
        return self.config.learning_rate * min(1.0, (p.num_steps + 1) / warm_up) * fall

    def step(self, ids: Tensor, noise: torch.Generator) -> None:
        """Do one optimizer update on the minibatch of samples `ids`, shape (B,)."""
        self._optimizer.param_groups[0]["lr"] = self._rate()
        x = scale_pixels(self.pixels[ids])  # (B, C, H, W)
        shape = (len(ids), self.model.latent_dim)
        draws = torch.randn(shape, generator=noise, device=x.device)
        with training_precision(x.device):
            terms = annotate_vae_loss(
                self.model, x, self._annotation[ids], self._is_active, draws, self.config
            )
        self._optimizer.zero_grad(set_to_none=True)
        terms.total.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), LARGEST_GRADIENT)
        self._optimizer.step()
        self._sums += terms.stacked() * len(ids)
        self._num_summed += len(ids)
        self.progress = replace(self.progress, num_steps=self.progress.num_steps + 1)

    def end_epoch(self, epoch: int) -> None:
        """Note that `epoch` is done."""
        self.progress = replace(self.progress, epoch=epoch)

    def mean_losses(self) -> list[float] | None:
        """Return the epoch's mean terms in the order of `LossTerms`, None before the first step."""
        if self._num_summed == 0:
            return None
        means: list[float] = (self._sums / self._num_summed).tolist()
        return means

    def restart(self) -> None:
        """Draw fresh weights with the next derived seed; epochs already done stay counted."""
        num_restarts = self.progress.num_restarts + 1
        self.progress = replace(self.progress, num_steps=0, num_restarts=num_restarts)
        restart_weights(self.model, self.config.seed, num_restarts)
        self._optimizer = self._make_optimizer()

    def moments(self) -> dict[str, Tensor]:
        """Return Adam's state by `count.`, `first.` and `second.<parameter>`.

        Parameters count for themselves: the head takes no step in a minibatch without annotations.
        """
        return {
            f"{ours}.{name}": self._optimizer.state[parameter][theirs]
            for name, parameter in self.model.named_parameters()
            if parameter in self._optimizer.state
            for ours, theirs in MOMENTS.items()
        }

    def resume(self, checkpoint: Checkpoint) -> None:
        """Continue where `checkpoint` of the same run stands.

        Raises:
            ModelMismatchError: when it belongs to another architecture.
            BadCheckpointError: when Adam's moments do not fit.
        """
        load_weights(self.model, checkpoint)
        self.progress = checkpoint.progress
        if self.progress.num_steps:
            self._load_moments(checkpoint.moments)

    def _load_moments(self, moments: Mapping[str, Tensor]) -> None:
        for name, parameter in self.model.named_parameters():
            state = {theirs: moments.get(f"{ours}.{name}") for ours, theirs in MOMENTS.items()}
            is_absent = all(tensor is None for tensor in state.values())
            if is_absent and name.startswith("head."):
                continue  # the head takes no step before a minibatch holds an annotation
            shapes = [() if theirs == "step" else parameter.shape for theirs in state]
            fits = [
                t is not None and t.shape == s for t, s in zip(state.values(), shapes, strict=True)
            ]
            if not all(fits):
                raise BadCheckpointError(
                    f"The checkpoint's optimizer state of layer {name} is missing or of another "
                    "shape; resume from an earlier one."
                )
            self._optimizer.state[parameter] = {
                theirs: tensor.to(parameter.device, copy=True)
                for theirs, tensor in state.items()
                if tensor is not None
            }
