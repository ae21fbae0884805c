"""Pictures from all over a predicted class, with strangers among them (docs/learning.md, 5).

A stranger is a sample that was refused elsewhere and is believed to belong here.
"""

from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.clusters import representatives
from ml.coverage import Known

NUM_AT_FIRST: Final = 6
"""Thumbnails that are shown at once."""
NUM_IN_ALL: Final = 18
"""Thumbnails that are shown where the first do not look alike."""
STRANGER_EVERY: Final = 3
"""Each third place is a stranger's while there are any: six of 18, and two of the first six."""
LEAST_BELIEF: Final = 0.4
"""A stranger is shown where it is believed to belong with more than this."""


def believed(known: Known) -> Tensor:
    """Return beliefs with refused classes struck out, shape (num_samples, K).

    Rows sum to 1; to 0 where nothing is believed or all was refused.
    """
    left = known.belief.masked_fill(known.refused, 0)
    total = left.sum(1, keepdim=True)
    return left / total.clamp_min(torch.finfo(left.dtype).tiny)


def doubts(belief: Tensor, is_open: Tensor) -> Tensor:
    """Return the doubt of each class, summed over the open samples predicted as it, shape (K,).

    The doubt of a sample is 1 minus its largest belief. A class nobody is predicted as has -1.

    Args:
        belief: From `believed`, shape (num_samples, K).
        is_open: Samples that wait for a class, shape (num_samples,), bool.
    """
    if belief.shape[1] == 0:
        return belief.new_zeros(0)
    sure, predicted = belief[is_open].max(1)  # each (num_open,)
    is_predicted = F.one_hot(predicted, belief.shape[1]) * (sure > 0)[:, None]  # (num_open, K)
    doubt = (is_predicted * (1 - sure)[:, None]).sum(0)
    return torch.where(is_predicted.any(0), doubt, -1.0)


def find_strangers(belief: Tensor, is_open: Tensor, refused: Tensor, class_index: int) -> Tensor:
    """Return the ids of at most six strangers, the most believed first, int64.

    Args:
        belief: In the class, shape (num_samples,).
        is_open: Samples that wait for a class, shape (num_samples,), bool.
        refused: Somebody said *not this class*, shape (num_samples, K), bool.
        class_index: The class they may belong to.
    """
    is_stranger = is_open & refused.any(1) & ~refused[:, class_index] & (belief > LEAST_BELIEF)
    ids = is_stranger.nonzero().squeeze(1)
    by_belief = belief[ids].argsort(descending=True, stable=True)
    return ids[by_belief[: NUM_IN_ALL // STRANGER_EVERY]]


def arrange(
    h: Tensor,
    is_member: Tensor,
    strangers: Tensor,
    is_shown: Tensor,
    generator: torch.Generator,
) -> Tensor:
    """Return the ids of at most 18 thumbnails in the order they are shown, int64.

    The first places go to the representatives of six clusters, so that six show the whole class;
    the next to those of 18. Samples that a suggestion showed in vain come last.

    Args:
        h: Unit features, float32, shape (num_samples, FEATURE_DIM).
        is_member: Samples of the predicted class, shape (num_samples,), bool.
        strangers: Ids that get every third place, shape (num_strangers,), int64.
        is_shown: Samples that were shown before, shape (num_samples,), bool.
        generator: On the CPU.
    """
    is_own = is_member.clone()
    is_own[strangers] = False
    is_fresh = is_own & ~is_shown
    ids = (is_fresh if bool(is_fresh.any()) else is_own).nonzero().squeeze(1)
    own = spread_out(h[ids], generator)
    return interleave(ids[own].tolist(), strangers.tolist(), h.device)


def spread_out(x: Tensor, generator: torch.Generator) -> Tensor:
    """Return rows of x, shape (num_samples, D), those that represent the most first, int64."""
    if len(x) == 0:
        return torch.zeros(0, dtype=torch.int64, device=x.device)
    few, many = (representatives(x, count, generator) for count in (NUM_AT_FIRST, NUM_IN_ALL))
    others = torch.randperm(len(x), generator=generator).to(x.device)
    rows = torch.cat([few, many, others]).tolist()
    return torch.tensor(list(dict.fromkeys(rows))[:NUM_IN_ALL], device=x.device)


def interleave(own: list[int], strangers: list[int], device: torch.device) -> Tensor:
    """Return at most 18 ids, each third a stranger's while there are any; the rest follow."""
    shown: list[int] = []
    while len(shown) < NUM_IN_ALL and (own or strangers):
        is_strangers_place = len(shown) % STRANGER_EVERY == STRANGER_EVERY - 1
        source = strangers if strangers and (is_strangers_place or not own) else own
        shown.append(source.pop(0))
    return torch.tensor(shown, dtype=torch.int64, device=device)
