"""Force: how the loss would move each sample on the map, pull and push told apart.

The cross entropy of a sample of class y, with logits l and probabilities p, moves its place z by

    - w dCE/dz = w (1 - p_y) dl_y/dz  -  w sum over k != y of p_k dl_k/dz
                        pull                           push

and a target t adds its own gradient, -w_t (z - t) / |z - t|, to the pull. Each sample counts as if
it were alone: nothing is divided by how many share a minibatch.

Where the head reads features h instead, the force is the motion of z that a step of h against the
loss would cause: the Jacobian of the projection branch times -dloss/dh, split the same way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.networks.networks import mask_logits

TINY: Final = 1e-12
"""Added to squared distances, as in `displacement_loss`: a sample that arrived feels nothing."""


@dataclass(frozen=True)
class Ties:
    """What a preset's loss ties the place of a sample to."""

    logits: Callable[[Tensor], Tensor]
    """Class logits (B, K) of what the head reads."""
    weight: float = 0.0
    """Of the cross entropy in the loss."""
    target_weight: float = 0.0
    """Of a moved sample's distance from its target, per map unit."""
    locate: Callable[[Tensor], Tensor] | None = None
    """Places (B, latent_dim) of features (B, FEATURE_DIM), where the head reads those; None where
    it reads the places."""
    leaves_moved: bool = False
    """Whether the cross entropy does not hear of samples with a target."""


class Force(NamedTuple):
    """On a chunk of samples, in loss per map unit; on features, in map units per unit step."""

    pull: Tensor
    """Towards the own class and the target, shape (B, latent_dim)."""
    push: Tensor
    """Away from the other classes, same shape."""


def force(ties: Ties, x: Tensor, class_index: Tensor, target: Tensor, is_active: Tensor) -> Force:
    """Return the force on samples; 0 for one without class and target.

    No weight, gradient buffer or random state is touched.

    Args:
        ties: What the loss ties them to.
        x: What the head reads: places (B, latent_dim), or features (B, FEATURE_DIM).
        class_index: Annotated, else predicted class, negative for none, shape (B,), int64.
        target: Where samples were moved to, shape (B, latent_dim), NaN where they were not.
        is_active: Classes that have an annotation, shape (K,), bool; others take no part.
    """
    has_target = target.isfinite().all(1)  # (B,)
    is_heard = class_index >= 0
    if ties.leaves_moved:
        is_heard &= ~has_target
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        z = x if ties.locate is None else ties.locate(x)
        logits = ties.logits(x)
    shares = shares_of(logits.detach(), class_index, is_heard, is_active)
    towards, away = (ties.weight * gradient(logits, x, share) for share in shares)
    home = ties.target_weight * homewards(z.detach(), target, has_target)
    if ties.locate is None:
        return Force(towards + home, away)
    rows = jacobian(z, x)  # (latent_dim, B, FEATURE_DIM)
    towards = towards + torch.einsum("dbf,bd->bf", rows, home)
    return Force(*(torch.einsum("dbf,bf->bd", rows, part) for part in (towards, away)))


def shares_of(
    logits: Tensor, class_index: Tensor, is_heard: Tensor, is_active: Tensor
) -> tuple[Tensor, Tensor]:
    """Return -dCE/dlogits of the own class and of its competitors, both (B, K).

    Args:
        logits: Class logits, shape (B, K).
        class_index: Own class, shape (B,), int64; what it is where not heard does not matter.
        is_heard: Samples with a cross entropy, shape (B,), bool; others have shares of 0.
        is_active: Classes that take part, shape (K,), bool.
    """
    # with no active class every p is NaN, and so is NaN x 0
    p = mask_logits(logits, is_active).softmax(1).masked_fill(~is_heard[:, None], 0)
    own = F.one_hot(class_index.clamp_min(0), logits.shape[1]) * is_heard[:, None]
    return own * (1 - p), -p * (1 - own)


def gradient(values: Tensor, x: Tensor, weights: Tensor) -> Tensor:
    """Return d(sum of weights * values)/dx, shape of x; the graph is kept for the next."""
    (found,) = torch.autograd.grad(values, x, weights, retain_graph=True)
    return found


def jacobian(z: Tensor, x: Tensor) -> Tensor:
    """Return dz/dx of each sample, shape (latent_dim, B, D).

    Row by row in reverse: for two or three rows as cheap as forward mode, whose first use loads
    PyTorch's compiler, more than a second.
    """
    axes = torch.eye(z.shape[1], device=z.device)
    return torch.stack([gradient(z, x, axis.expand_as(z)) for axis in axes])


def homewards(z: Tensor, target: Tensor, has_target: Tensor) -> Tensor:
    """Return -d|z - t|/dz, length 1 or 0, shape (B, latent_dim); 0 without a target."""
    way = torch.where(has_target[:, None], target - z, 0)
    return way * (way.square().sum(1, keepdim=True) + TINY).rsqrt()
