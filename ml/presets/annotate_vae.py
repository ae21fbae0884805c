"""Kath et al.: a beta-VAE whose latents also tell the classes.

The reconstruction is *summed* over pixels and averaged over the minibatch, as the KL term is summed
over latent dimensions: every beta is relative to that reduction.
"""

import math
from collections.abc import Iterator
from typing import ClassVar, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.learning.class_places import taught_classes
from ml.learning.learner import Learner
from ml.learning.losses import (
    class_probabilities,
    classification_loss,
    kl_per_dimension,
    reconstruction_loss,
)
from ml.maps.force import Ties
from ml.networks.embedding import Embedding
from ml.networks.model import LatentModel, seat_new_classes
from ml.records import RunConfig
from ml.seeding import draw_some

SEATING_SAMPLES: Final = 512
"""Samples that tell where new classes and the map are; more would delay the first motion."""
LEAST_SEATING: Final = 8
"""Samples of each new class among them where there are so many classes."""
LEAST_STEPS: Final = 8
"""Updates in an epoch of a small data set: with two, 300 spoken digits were not told apart."""
LEAST_IN_BATCH: Final = 16
"""Samples that a minibatch is not made smaller than for that."""


class AnnotateVae(Learner):
    """Reconstruction + beta_KL KL + beta_classifier CE, on z (Kath et al., eq. 1).

    Ours on top: + w_dis mean distance of moved samples' means from their targets, as Wei et al.
    have it (formula 1). Without moved samples nothing is different.
    """

    TERMS: ClassVar[tuple[str, ...]] = (
        "loss", "reconstruction", "kl", "classification", "displacement",
    )  # fmt: skip
    _minibatch: Tensor | None = None

    @property
    def steps_per_epoch(self) -> int:
        """Updates in one epoch; a small data set gets smaller minibatches, so that it learns."""
        least = min(LEAST_STEPS, math.ceil(len(self.ids) / LEAST_IN_BATCH))
        return max(super().steps_per_epoch, least)

    def prepare(self) -> Iterator[None]:
        """Seat classes named for the first time where their samples are (`seat_new_classes`)."""
        yield from super().prepare()
        if self.model.has_parent:
            self._seat()

    @torch.no_grad()
    def _seat(self) -> None:
        untaught = torch.from_numpy(~taught_classes(self.model)).to(self.model.device)
        new = (untaught & self.is_active).nonzero().squeeze(1).tolist()
        if not new:
            return
        most = max(LEAST_SEATING, SEATING_SAMPLES // len(new))
        of_class = [(self.taught == k).nonzero().squeeze(1) for k in new]
        named = torch.cat([draw_some(ids, most) for ids in of_class])  # (num_named,)
        trained = draw_some(self.ids, SEATING_SAMPLES).to(self.model.device)
        z = self.model.encode(self.samples_at(named)).mu
        mu = self.model.encode(self.samples_at(trained)).mu
        seat_new_classes(self.model, mu, z, self.taught[named])

    def ties(self) -> Ties:
        """Return the head on z; places are the means, to which training adds noise."""
        return Ties(self.model.head, self.config.beta_classifier, self.config.w_dis)

    def step(self, ids: Tensor) -> None:
        """Do one optimizer update on the minibatch of samples `ids`, shape (B,)."""
        self._minibatch = ids
        super().step(ids)

    def _num_annotated(self, part: Tensor) -> Tensor | None:
        """Return the annotated samples of the minibatch, reckoned down to a part of it.

        Parts count by all their samples: by its own few, each name would weigh less. None where the
        part is the whole.
        """
        ids = self._minibatch
        if ids is None or len(ids) == len(part):
            return None
        return (self.taught[ids] >= 0).sum() * len(part) / len(ids)

    def losses(self, ids: Tensor, noise: torch.Generator) -> tuple[Tensor, ...]:
        """Return total, reconstruction, KL, cross entropy and displacement of a minibatch."""
        x = self.samples_at(ids)  # (B, C, H, W)
        shape = (len(ids), self.model.latent_dim)
        draws = torch.randn(shape, generator=noise, device=x.device)
        terms = annotate_vae_loss(
            self.model, x, self.taught[ids], self.is_active, draws, self.config,
            self._num_annotated(ids),
        )  # fmt: skip
        drawn = self.draw_targets(noise)
        pulled = torch.cat(drawn)
        if len(pulled) == 0:
            return *terms, x.new_zeros(())
        z = self.model.encode(self.samples_at(pulled)).mu  # (num_moved + num_carried, latent_dim)
        displacement = self.displacement(z, drawn)
        total, *rest = terms
        return total + self.config.w_dis * displacement, *rest, displacement

    def probabilities(self, embedding: Embedding) -> NDArray[np.float32]:
        """Return the head's opinion at the means, shape (num_samples, K)."""
        mu = torch.from_numpy(embedding.mu).to(self.model.device)
        return class_probabilities(self.model.classify(mu, mu), self.is_active)


def annotate_vae_loss(
    model: LatentModel,
    x: Tensor,
    annotation: Tensor,
    is_active: Tensor,
    draws: Tensor,
    config: RunConfig,
    num_annotated: Tensor | None = None,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return total, reconstruction, KL and cross entropy of one minibatch (Kath et al., eq. 1).

    Args:
        model: The network.
        x: Images in [0, 1], shape (B, C, H, W), or vectors (B, D).
        annotation: class_index, NO_CLASS or UNSURE, shape (B,), int64.
        is_active: Classes that have an annotation, shape (K,), bool.
        draws: Standard normal draws for z = mu + sigma draws, shape (B, latent_dim).
        config: Where beta_kl and beta_classifier come from.
        num_annotated: As in `classification_loss`.
    """
    h = model.features(x)  # (B, FEATURE_DIM)
    mu, log_variance = model.locate(h)
    z = mu + (0.5 * log_variance).exp() * draws  # (B, latent_dim)
    reconstruction = reconstruction_loss(model.decode(z), model.scaled(x))
    kl = kl_per_dimension(mu, log_variance).sum() / len(x)
    logits = model.classify(h, z)
    classification = classification_loss(logits, annotation, is_active, num_annotated)
    total = reconstruction + config.beta_kl * kl + config.beta_classifier * classification
    return total, reconstruction, kl, classification
