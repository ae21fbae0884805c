"""A drop that names a sample is heard: the smallest change of the linear head that flips it.

A head fitted to thousands of names hardly hears one more. So after the fit it is edited, as Meng et
al. edit a layer of a language model (MEMIT, 2023, equation 14):

    dW = R K^T (C + K K^T)^-1

K are the features of the dropped samples, R by how much their logits fall short, C the second
moment of all features: what is said of the others changes as little as it can.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn

from ml.networks.networks import mask_logits

MOST_ROUNDS: Final = 12
"""Edits at most; two or three do, unless like samples were dropped on different classes."""
LEAD: Final = 0.05
"""By how much of a share a dropped sample's class should be ahead of any other."""
MOST_SURE: Final = 0.99
"""Largest share that is asked of the head for one class."""
ROWS_AT_ONCE: Final = 65_536
"""Samples whose second moment is taken between two pauses."""
RIDGE: Final = 1e-6
"""Added to the second moment, of its mean diagonal: features may be fewer than they seem."""


@dataclass(frozen=True, eq=False)
class Drops:
    """Samples that somebody dropped at their class."""

    ids: Tensor
    """Ascending, shape (num_dropped,), int64."""
    class_index: Tensor
    """What each drop named its sample, shape (num_dropped,), int64."""

    @classmethod
    def of(cls, moved: Tensor, taught: Tensor) -> "Drops":
        """Return those of some moved samples that are named.

        Args:
            moved: Samples with a target, ascending, shape (num_moved,), int64.
            taught: class_index or negative of every sample, shape (num_samples,), int64.
        """
        ids = moved[taught[moved] >= 0]
        return cls(ids, taught[ids])

    def shortfall(self, logits: Tensor, spread: Tensor) -> Tensor:
        """Return by how much logits must change so that head and spreading believe the drops.

        All shapes are (num_dropped, K); rows of 0 for drops that are believed. The class of the
        drop rises by as much as the others fall, each by its part in them.

        Args:
            logits: What the head says, masked.
            spread: What the neighbours say, rows sum to 1.
        """
        own = self.class_index[:, None]
        share = logits.softmax(1)
        rest = share.scatter(1, own, 0)
        rival = ((spread + share) / 2).scatter(1, own, -1).max(1, keepdim=True)
        is_heard = (spread + share).gather(1, own) / 2 > rival.values
        # even where all that is left of the head's belief were the rival's
        ahead = spread.gather(1, rival.indices) - spread.gather(1, own) + LEAD
        wanted = ((1 + ahead) / 2).clamp(0.5, MOST_SURE).logit()
        missing = (wanted - share.gather(1, own).logit(eps=1e-7)).clamp_min(0) / 2
        change = -missing * rest / rest.sum(1, keepdim=True).clamp_min(1e-12)
        return change.scatter(1, own, missing) * ~is_heard


@torch.no_grad()
def heed(
    drops: Drops, head: nn.Sequential, h: Tensor, ids: Tensor, spread: Tensor, is_active: Tensor
) -> Iterator[None]:
    """Edit a head until the mean of its shares and the neighbours' believes the drops, with pauses.

    Nothing is done where they are believed already. Where drops contradict each other it ends with
    the best compromise.

    Args:
        drops: What is to be believed.
        head: A fitted head of one linear layer; its weights change in place.
        h: Features as it reads them, shape (num_samples, FEATURE_DIM).
        ids: Samples whose answers are held, shape (num_held,), int64.
        spread: What the neighbours say, shape (num_samples, K), rows sum to 1.
        is_active: Classes that may be believed, shape (K,), bool.
    """
    said, keys = spread[drops.ids], with_one(h[drops.ids])  # (num_dropped, FEATURE_DIM + 1)
    pull: Tensor | None = None
    for _ in range(MOST_ROUNDS):
        change = drops.shortfall(mask_logits(head(h[drops.ids]), is_active), said)
        if not bool(change.any()):
            return
        if pull is None:
            moment = yield from second_moment(h, ids)
            pull = pull_of(keys, moment)
        edit = (pull @ change).T  # (K, FEATURE_DIM + 1)
        for parameter, part in zip(head.parameters(), (edit[:, :-1], edit[:, -1]), strict=True):
            parameter.add_(part)
        yield


def pull_of(keys: Tensor, moment: Tensor) -> Tensor:
    """Return (C + K K^T)^-1 K of equation 14, shape (FEATURE_DIM + 1, num_dropped).

    All drops together weigh as much as all samples together. It is solved in float64 on the CPU.

    Args:
        keys: Features of the dropped samples, and 1, shape (num_dropped, FEATURE_DIM + 1).
        moment: The mean outer product of all samples' features, and 1, of that side, float64.
    """
    k, c = keys.cpu().double(), moment.cpu()
    ridge = RIDGE * c.diagonal().mean() * torch.eye(len(c), dtype=torch.float64)
    factor = torch.linalg.cholesky(k.T @ k + len(k) * (c + ridge))
    return torch.cholesky_solve(k.T, factor).to(keys)


def second_moment(h: Tensor, ids: Tensor) -> Generator[None, None, Tensor]:
    """Yield between chunks and return the mean outer product of features and 1, both sides.

    It is float64: of few samples it has no full rank, and what float32 rounds outweighs the ridge.
    """
    num_features = h.shape[1] + 1
    moment = h.new_zeros(num_features, num_features, dtype=torch.float64)
    for chunk in torch.split(ids.to(h.device), ROWS_AT_ONCE):
        keys = with_one(h[chunk]).double()
        moment += keys.T @ keys
        yield
    return moment / len(ids)


def with_one(h: Tensor) -> Tensor:
    """Return features, shape (n, FEATURE_DIM), with a column of 1 for the bias."""
    return torch.cat([h, h.new_ones(len(h), 1)], 1)
