"""A prototype on top of Wei et al.: a drop is a label and a target, and the rest is held.

No preset of the product is this one; `benchmarks.wei_product` puts those through the same moves.

    loss = w_cls CE + w_dis distance of the moved points from their targets    (Wei et al.)
         + 0.5 CE of the moved points, which their drop named
         + anchor and distillation of all others: their places and what was believed of them

Without the last line the pull on ten points moves the whole map along (docs/papers.md).
"""

from collections.abc import Iterator
from typing import ClassVar, Final

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.learning.learner import Learner
from ml.learning.losses import (
    anchor_loss,
    classification_loss,
    displacement_loss,
)
from ml.maps.principal import map_radius
from ml.networks.networks import mask_logits
from ml.presets.refine_projection import RefineProjection
from ml.seeding import draw_most

DROP_WEIGHT: Final = 0.5
"""Of the cross entropy of moved points, which is taken in every minibatch."""
ANCHOR_WEIGHT: Final = 1.0
DISTILLATION_WEIGHT: Final = 1.0


class Steady(RefineProjection):
    """Formula 1 with named drops, an anchor on places and distillation of beliefs."""

    TERMS: ClassVar[tuple[str, ...]] = (
        "loss", "classification", "displacement", "drop", "anchor", "distillation",
    )  # fmt: skip

    @torch.no_grad()
    def prepare(self) -> Iterator[None]:
        """Note where everything is and what is believed before the first step."""
        embedding = self.embed()
        yield from embedding.chunks()
        device = self.model.device
        self._home = torch.from_numpy(embedding.mu).to(device)  # (num_samples, latent_dim)
        self._radius = map_radius(self._home[self.ids.to(device)])
        logits = mask_logits(self.model.classify(embedding.h, self._home), self.is_active)
        self._believed = logits.softmax(1)  # (num_samples, K)

    def order(self, generator: torch.Generator) -> Tensor:
        """Return all samples: those nobody named are held in their places."""
        return Learner.order(self, generator)

    def losses(self, ids: Tensor, noise: torch.Generator) -> tuple[Tensor, ...]:
        """Return total, cross entropy, distance, drop, anchor and distillation of a minibatch."""
        model, config = self.model, self.config
        moved = draw_most(self.moved, noise)  # (num_moved,)
        rest = ids[~torch.isin(ids, self.moved)]  # (num_rest,)
        ids = torch.cat([rest, moved])
        h = model.features(self.samples_at(ids))
        z = model.locate(h).mu  # (num_rest + num_moved, latent_dim)
        logits = model.classify(h, z)
        num_rest = len(rest)
        classification = classification_loss(logits[:num_rest], self.taught[rest], self.is_active)
        displacement = displacement_loss(z[num_rest:], self.target[moved])
        drop = classification_loss(logits[num_rest:], self.taught[moved], self.is_active)
        anchor = anchor_loss(z[:num_rest], self._home[rest], self._radius)
        now = mask_logits(logits[:num_rest], self.is_active)
        distillation = distillation_loss(now, self._believed[rest])
        total = (
            config.w_cls * classification
            + config.w_dis * displacement
            + DROP_WEIGHT * drop
            + ANCHOR_WEIGHT * anchor
            + DISTILLATION_WEIGHT * distillation
        )
        return total, classification, displacement, drop, anchor, distillation


def distillation_loss(logits: Tensor, before: Tensor) -> Tensor:
    """Return KL(before from now) in nats, mean over samples (Hinton et al. 2015, section 2).

    Args:
        logits: Class logits now, shape (B, K), inactive classes masked.
        before: Probabilities before the run, shape (B, K).
    """
    # a class nobody named has log probability -inf and believed 0: its product is 0, not NaN
    now = F.log_softmax(logits, 1).masked_fill(before == 0, 0)
    return F.kl_div(now, before, reduction="batchmean")
