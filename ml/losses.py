"""The loss of Kath et al., eq. 1: reconstruction + beta_KL KL + beta_classifier CE, on z.

The reconstruction is *summed* over pixels and averaged over the minibatch, as the KL term is summed
over latent dimensions: every beta is relative to that reduction.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.model import LatentModel
from ml.records import RunConfig


@dataclass(frozen=True)
class LossTerms:
    """The terms of one minibatch, each a scalar tensor, unweighted but for `total`."""

    total: Tensor
    """What the optimizer descends: reconstruction + beta_kl kl + beta_classifier classification."""
    reconstruction: Tensor
    """Bernoulli negative log likelihood in nats, summed over pixels, mean over samples."""
    kl: Tensor
    """KL of q(z given x) from N(0, 1) in nats, summed over dimensions, mean over samples."""
    classification: Tensor
    """Cross entropy in nats, mean over the annotated samples; 0 when there is none."""

    def stacked(self) -> Tensor:
        """Return the detached terms in the order of the fields, shape (4,)."""
        terms = (self.total, self.reconstruction, self.kl, self.classification)
        return torch.stack([term.detach() for term in terms])


def reconstruction_loss(logits: Tensor, x: Tensor) -> Tensor:
    """Return -log p(x given z) for pixels in [0, 1] and image logits, both (B, C, H, W)."""
    return F.binary_cross_entropy_with_logits(logits, x, reduction="sum") / len(x)


def kl_per_dimension(mu: Tensor, log_variance: Tensor) -> Tensor:
    """Return KL(q(z given x) from N(0, 1)) per sample and dimension, shape (B, latent_dim).

    Kingma and Welling 2014, appendix B.
    """
    return 0.5 * (mu.square() + log_variance.exp() - 1 - log_variance)


def mask_logits(logits: Tensor, is_active: Tensor) -> Tensor:
    """Return class logits (B, K) where classes outside `is_active`, shape (K,), cannot win."""
    return logits.masked_fill(~is_active, float("-inf"))


def classification_loss(logits: Tensor, annotation: Tensor, is_active: Tensor) -> Tensor:
    """Return the cross entropy over the annotated samples of a minibatch.

    Args:
        logits: Class logits, shape (B, K).
        annotation: class_index, NO_CLASS or UNSURE, shape (B,), int64; negative is left out.
        is_active: Classes that have an annotation, shape (K,), bool; others take no part.

    Returns:
        A scalar; 0 when nothing in the minibatch is annotated.
    """
    annotated = (annotation >= 0).nonzero().squeeze(1)  # (num_annotated,)
    if annotated.numel() == 0:
        return logits.new_zeros(())
    return F.cross_entropy(mask_logits(logits[annotated], is_active), annotation[annotated])


def annotate_vae_loss(
    model: LatentModel,
    x: Tensor,
    annotation: Tensor,
    is_active: Tensor,
    noise: Tensor,
    config: RunConfig,
) -> LossTerms:
    """Return the terms of Kath et al., eq. 1, for one minibatch.

    Args:
        model: The network.
        x: Images in [0, 1], shape (B, C, H, W).
        annotation: class_index, NO_CLASS or UNSURE, shape (B,), int64.
        is_active: Classes that have an annotation, shape (K,), bool.
        noise: Standard normal draws for z = mu + sigma noise, shape (B, latent_dim).
        config: Where beta_kl and beta_classifier come from.
    """
    mu, log_variance = model.encode(x)
    z = mu + (0.5 * log_variance).exp() * noise  # (B, latent_dim)
    reconstruction = reconstruction_loss(model.decode(z), x)
    kl = kl_per_dimension(mu, log_variance).sum() / len(x)
    classification = classification_loss(model.classify(z), annotation, is_active)
    total = reconstruction + config.beta_kl * kl + config.beta_classifier * classification
    return LossTerms(total, reconstruction, kl, classification)
