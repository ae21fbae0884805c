"""Samples that lie together, and one that stands for each cluster: k-means by Lloyd's rounds.

Centres begin as k-means++ has it (Arthur and Vassilvitskii 2007, section 2.2). Everything is drawn
from a generator of the caller's, so equal seeds give equal clusters on one device.
"""

from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

MOST_FITTED: Final = 10_000
"""Samples that decide the centres; all others only join the nearest."""
MOST_ROUNDS: Final = 25


@torch.no_grad()
def find_centres(x: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Return centres of k-means, shape (num_centres, D): `count`, or one a distinct sample.

    Args:
        x: Vectors, float32, shape (num_samples, D), at least one.
        count: Centres wanted, at least one.
        generator: On the CPU; decides where the centres begin.
    """
    x = x[torch.randperm(len(x), generator=generator)[:MOST_FITTED].to(x.device)]
    centres = first_centres(x, count, generator)
    before = None
    for _ in range(MOST_ROUNDS):
        index = nearest_centre(x, centres)
        if before is not None and index.equal(before):
            break
        centres, before = mean_of_each(x, index, centres), index
    return centres


def first_centres(x: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Return distinct samples far from each other, shape (at most count, D).

    Each is drawn with a probability in proportion to its squared distance from the nearest so far.
    """
    chosen = [0]  # x comes in random order
    squared = (x - x[0]).square().sum(1)  # (num_samples,)
    while len(chosen) < min(count, len(x)) and bool(squared.any()):
        mass = squared.double().cumsum(0)
        share = torch.rand((), generator=generator, dtype=torch.float64).to(x.device)
        # the first whose mass lies above: never one at distance 0, which adds no mass
        drawn = int(torch.searchsorted(mass, share * mass[-1], right=True))
        chosen.append(min(drawn, int(squared.nonzero()[-1])))
        squared = torch.minimum(squared, (x - x[chosen[-1]]).square().sum(1))
    return x[chosen]


def mean_of_each(x: Tensor, index: Tensor, centres: Tensor) -> Tensor:
    """Return the mean of each cluster, shape (num_centres, D); an empty one keeps its centre."""
    belongs = F.one_hot(index, len(centres)).to(x.dtype)  # (num_samples, num_centres)
    sizes = belongs.sum(0)[:, None]
    return torch.where(sizes > 0, belongs.T @ x / sizes.clamp_min(1), centres)


@torch.no_grad()
def nearest_centre(x: Tensor, centres: Tensor) -> Tensor:
    """Return the index of each sample's nearest centre, shape (num_samples,), int64."""
    return (centres.square().sum(1) - 2 * x @ centres.T).argmin(1)


@torch.no_grad()
def representatives(x: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Return the rows nearest to `count` centres, those of large clusters first, int64.

    Args:
        x: Vectors, float32, shape (num_samples, D), at least one.
        count: Rows wanted; fewer where so many are not distinct.
        generator: On the CPU.
    """
    centres = find_centres(x, count, generator)
    index = nearest_centre(x, centres)  # (num_samples,)
    squared = centres.square().sum(1) - 2 * x @ centres.T  # (num_samples, num_centres)
    squared[F.one_hot(index, len(centres)) == 0] = torch.inf  # nobody stands for a foreign cluster
    sizes = torch.bincount(index, minlength=len(centres))
    by_size = sizes.argsort(descending=True, stable=True)[: int((sizes > 0).sum())]
    return squared.argmin(0)[by_size]
