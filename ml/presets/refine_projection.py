"""Wei et al.: a classifier whose map is refined by moving points.

    loss = w_cls CE + w_dis mean distance of the moved points from their targets    (formula 1)

by SGD with momentum, for one to three epochs. Moved points are in every minibatch: ten among
thousands would otherwise be met twice in an epoch.
"""

import math
from collections.abc import Mapping
from typing import ClassVar, Final

import torch
from torch import Tensor

from ml.learning.learner import Learner
from ml.learning.losses import classification_loss
from ml.maps.force import Ties

MOMENTUM: Final = 0.9
"""Wei et al., section 3."""


class RefineProjection(Learner):
    """w_cls CE on h + w_dis L2 of moved points on z (Wei et al., formula 1)."""

    TERMS: ClassVar[tuple[str, ...]] = ("loss", "classification", "displacement")
    STATE: ClassVar[Mapping[str, str]] = {"momentum": "momentum_buffer"}
    SELDOM: ClassVar[tuple[str, ...]] = ("head.", "mu.", "contrast.", "encoder.")

    def make_optimizer(self) -> torch.optim.Optimizer:
        """Return SGD with momentum, as the paper has it."""
        return torch.optim.SGD(
            self.model.parameters(), self.config.learning_rate, momentum=MOMENTUM, foreach=True
        )

    def rate(self) -> float:
        """Return the learning rate: constant, as the paper has it."""
        return self.config.learning_rate

    def order(self, generator: torch.Generator) -> Tensor:
        """Return annotated samples, over and over, for as long as a pass over all would take.

        The loss hears no others. With every sample annotated, as in the paper, each comes once.
        """
        annotated = self.ids[self.taught.cpu()[self.ids] >= 0]  # (num_annotated,)
        if len(annotated) == 0:
            return super().order(generator)
        shape = (math.ceil(self.num_per_epoch / len(annotated)), len(annotated))
        rounds = torch.rand(shape, generator=generator, dtype=torch.float64).argsort(1)
        return annotated[rounds.flatten()[: self.num_per_epoch]]

    def ties(self) -> Ties:
        """Return the head on h, and the branch that carries a step of h to the map."""
        config = self.config
        return Ties(self.model.head, config.w_cls, config.w_dis, lambda h: self.model.locate(h).mu)

    def losses(self, ids: Tensor, noise: torch.Generator) -> tuple[Tensor, ...]:
        """Return total, cross entropy and distance of a minibatch."""
        model, config = self.model, self.config
        drawn = self.draw_targets(noise)
        h = model.features(self.samples_at(torch.cat([ids, *drawn])))
        z = model.locate(h).mu  # (B + num_moved + num_carried, latent_dim)
        own = slice(len(ids))
        logits = model.classify(h[own], z[own])
        classification = classification_loss(logits, self.taught[ids], self.is_active)
        displacement = self.displacement(z[len(ids) :], drawn)
        total = config.w_cls * classification + config.w_dis * displacement
        return total, classification, displacement
