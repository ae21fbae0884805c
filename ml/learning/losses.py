"""The loss terms presets are made of, each a function of tensors.

Sources: Kath et al. (eq. 1), Wei et al. (formula 1), Böhm et al. 2023 (t-SimCNE), Chen et al. 2020
(SimCLR).
"""

from typing import Final

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from numpy.typing import NDArray
from torch import Tensor

from ml.networks.networks import mask_logits

MAGNET_SHARPNESS: Final = 3.0
"""Power of the Cauchy kernel by which magnets tell classes."""
MAGNET_RADIUS: Final = 0.35
"""Width of that kernel in map radii."""
CONTRAST_TEMPERATURE: Final = 0.2
"""Of `info_nce`."""


def reconstruction_loss(decoded: Tensor, x: Tensor) -> Tensor:
    """Return -log p(x given z) in nats, summed over values and averaged over samples.

    Args:
        decoded: Image logits (B, C, H, W) of Bernoulli pixels in [0, 1]; or the means (B, D) of
            normal vectors of unit variance, for which the constant is left out.
        x: Samples of the same shape.
    """
    if x.ndim == 2:
        return 0.5 * (decoded - x).square().sum() / len(x)
    return F.binary_cross_entropy_with_logits(decoded, x, reduction="sum") / len(x)


def kl_per_dimension(mu: Tensor, log_variance: Tensor) -> Tensor:
    """Return KL(q(z given x) from N(0, 1)) per sample and dimension, shape (B, latent_dim).

    Kingma and Welling 2014, appendix B.
    """
    return 0.5 * (mu.square() + log_variance.exp() - 1 - log_variance)


@torch.no_grad()
def class_probabilities(logits: Tensor, is_active: Tensor) -> NDArray[np.float32]:
    """Return probabilities (B, K), 0 for inactive classes; at least one must be active."""
    found: NDArray[np.float32] = mask_logits(logits, is_active).softmax(1).cpu().numpy()
    return found


def classification_loss(
    logits: Tensor, annotation: Tensor, is_active: Tensor, num_annotated: Tensor | None = None
) -> Tensor:
    """Return the cross entropy over the annotated samples of a minibatch.

    Args:
        logits: Class logits, shape (B, K).
        annotation: class_index, NO_CLASS or UNSURE, shape (B,), int64; negative is left out.
        is_active: Classes that have an annotation, shape (K,), bool; others take no part.
        num_annotated: How many the sum is divided by, where that is not as many as there are.

    Returns:
        A scalar; 0 when nothing in the minibatch is annotated.
    """
    annotated = (annotation >= 0).nonzero().squeeze(1)  # (num_annotated,)
    if annotated.numel() == 0:
        return logits.new_zeros(())
    mean = F.cross_entropy(mask_logits(logits[annotated], is_active), annotation[annotated])
    return mean if num_annotated is None else mean * (len(annotated) / num_annotated)


def displacement_loss(z: Tensor, target: Tensor) -> Tensor:
    """Return the mean distance of moved samples from their targets (Wei et al., formula 1).

    Args:
        z: Latents, shape (num_moved, latent_dim).
        target: Where somebody dropped them, same shape.

    Returns:
        A scalar in map units; 0 when nothing was moved.
    """
    if len(z) == 0:
        return z.new_zeros(())
    # the gradient of a norm is not defined at 0, where a sample has arrived
    return (z - target).square().sum(1).add(1e-12).sqrt().mean()


def anchor_loss(z: Tensor, home: Tensor, radius: Tensor) -> Tensor:
    """Return the mean squared distance from earlier places in map radii; 0 for no sample.

    Args:
        z: Latents of samples nobody touched, shape (B, latent_dim).
        home: Where they were before the run, same shape.
        radius: RMS radius of the map before the run, a scalar.
    """
    if len(z) == 0:
        return z.new_zeros(())
    return ((z - home) / radius).square().sum(1).mean()


def magnet_logits(z: Tensor, magnets: Tensor, radius: Tensor) -> Tensor:
    """Return class logits (B, K) of latents by a heavy-tailed kernel around each magnet.

    logit_c = -3 log(1 + |z - m_c|^2 / (0.35 radius)^2): unlike a linear head it pulls samples to a
    place, not outwards without end.

    Args:
        z: Latents, shape (B, latent_dim).
        magnets: Places of the classes, shape (K, latent_dim).
        radius: RMS radius of the map, a scalar.
    """
    squared = (z[:, None] - magnets).square().sum(2)  # (B, K)
    return -MAGNET_SHARPNESS * torch.log1p(squared / (MAGNET_RADIUS * radius).square())


def pair_targets(num_pairs: int, device: torch.device) -> Tensor:
    """Return the partner of each of 2B rows whose halves belong together, shape (2B,)."""
    return torch.arange(2 * num_pairs, device=device).roll(num_pairs)


def without_self(similarity: Tensor) -> Tensor:
    """Return similarities (2B, 2B) in which no row can choose itself."""
    itself = torch.eye(len(similarity), dtype=torch.bool, device=similarity.device)
    return similarity.masked_fill(itself, float("-inf"))


def info_nce(first: Tensor, second: Tensor, is_alike: Tensor | None = None) -> Tensor:
    """Return the contrast of pairs by cosine (Chen et al. 2020, eq. 1), a scalar in nats.

    Args:
        first: One view of each sample in the pretext space, shape (B, CONTRAST_DIM).
        second: The other view, same shape.
        is_alike: Rows that need not be told from each other, shape (2B, 2B), bool; partners are.
    """
    p = F.normalize(torch.cat([first, second]), dim=1)  # (2B, CONTRAST_DIM)
    similarity = without_self(p @ p.T / CONTRAST_TEMPERATURE)
    partner = pair_targets(len(first), p.device)
    if is_alike is not None:
        is_alike = is_alike.scatter(1, partner[:, None], False)
        similarity = similarity.masked_fill(is_alike, float("-inf"))
    return F.cross_entropy(similarity, partner)


def cauchy_info_nce(first: Tensor, second: Tensor, is_pair: Tensor | None = None) -> Tensor:
    """Return the contrast of pairs by distance on the map (Böhm et al. 2023), in nats.

    The similarity is 1 / (1 + d^2), as in t-SNE: what belongs together lies together. Each first is
    told from the seconds of all the other pairs.

    Args:
        first: Latents of one of each pair, shape (B, latent_dim).
        second: Latents of the other, same shape.
        is_pair: Which pairs take part at all, shape (B,), bool; 0 where none does.
    """
    # differences, not |a|^2 - 2ab + |b|^2: on a wide map that cancels, and the error is rewarded
    squared = (first[:, None] - second).square().sum(2)  # (B, B)
    if is_pair is None:
        everyone = (1 / (1 + squared)).sum(1).log()  # (B,)
        return (torch.log1p(squared.diagonal()) + everyone).mean()
    takes_part = is_pair.to(squared.dtype)
    # a row that takes no part counts itself, so that its logarithm exists
    itself = torch.diag(1 - takes_part)
    everyone = ((takes_part + itself) / (1 + squared)).sum(1).log()
    rows = torch.log1p(squared.diagonal()) + everyone
    return (rows * takes_part).sum() / takes_part.sum().clamp_min(1)
