"""In which order an epoch meets its samples: annotated ones at even distances."""

import torch
from torch import Tensor


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
    """Return `count` random places, annotated ones first of all, shape (count,)."""
    keys = torch.rand(len(is_annotated), generator=generator)
    keys[is_annotated] -= 1.0
    return keys.argsort()[:count]
