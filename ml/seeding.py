"""Random numbers that depend on names, never on the process: no global generator is touched."""

import math
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

MOST_IN_STEP: Final = 256
"""Samples of one kind, such as moved ones, that take part in a step of training."""


def derive_seed(*parts: int) -> int:
    """Return a 63-bit seed that is well mixed from non-negative integers such as (seed, epoch)."""
    state = np.random.SeedSequence(parts).generate_state(1, np.uint64)
    return int(state[0]) >> 1


def make_generator(*parts: int, device: torch.device | str = "cpu") -> torch.Generator:
    """Return a generator on `device` that starts from `derive_seed(*parts)`."""
    return torch.Generator(device=device).manual_seed(derive_seed(*parts))


def draw_some(ids: Tensor, most: int) -> Tensor:
    """Return at most `most` of `ids`, shape (n,), in their order; equal arguments, equal draws.

    At even distances, classes that take turns would be drawn by turns or not at all.
    """
    if len(ids) <= most:
        return ids
    order = torch.randperm(len(ids), generator=make_generator(len(ids), most))
    return ids[order[:most].sort().values.to(ids.device)]


def draw_most(ids: Tensor, generator: torch.Generator) -> Tensor:
    """Return all of some samples, shape (n,), or `MOST_IN_STEP` draws: who is in a step."""
    if len(ids) <= MOST_IN_STEP:
        return ids
    return ids[torch.randint(len(ids), (MOST_IN_STEP,), generator=generator, device=ids.device)]


@torch.no_grad()
def initialise(model: nn.Module, *parts: int) -> None:
    """Draw all weights anew as PyTorch's defaults do, but from a generator of our own.

    Weights are drawn on the CPU and copied, so that one seed starts from equal weights on every
    device. Uniform in ±1/sqrt(fan_in): He et al. 2015, with the a=sqrt(5) of torch.nn.Linear.
    """
    generator = make_generator(*parts)
    for layer in model.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            bound = 1 / math.sqrt(layer.weight[0].numel())
            for parameter in layer.parameters(recurse=False):
                fresh = torch.empty(parameter.shape).uniform_(-bound, bound, generator=generator)
                parameter.copy_(fresh)
