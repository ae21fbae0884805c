"""Which samples an epoch meets, and in which order: annotated ones at even distances."""

import math
from typing import Final

import torch
from torch import Tensor

from ml.networks.networks import SampleShape

MOST_PER_EPOCH: Final = 50_000
"""Samples an epoch meets where there are more: a map of a million should be seen to move as well.
They are drawn anew each time, but for a pretraining by contrast, which looks for neighbours among
them and keeps its one draw."""
VALUES_PER_EPOCH: Final = {"cpu": 110_000_000, "cuda": 1_100_000_000}
"""Pixels or numbers an epoch meets: 4,000 images of 96 x 96 in colour, for two cores would be at
20,000 of them for minutes. What it meets differs from epoch to epoch."""


def most_per_epoch(sample_shape: SampleShape, device: torch.device) -> int:
    """Return how many samples of a shape an epoch meets at most."""
    return min(MOST_PER_EPOCH, max(1, VALUES_PER_EPOCH[device.type] // math.prod(sample_shape)))


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


def draw_with(is_annotated: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Return `count` random places, shape (count,): annotated ones, up to half, then others.

    Where thousands are annotated, whoever nobody named is still met.
    """
    order = torch.rand(len(is_annotated), generator=generator).argsort()
    annotated, others = order[is_annotated[order]], order[~is_annotated[order]]
    half = max(count // 2, count - len(others))
    chosen = annotated[:half]
    return torch.cat([chosen, others[: count - len(chosen)]])
