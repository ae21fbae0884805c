"""Adam as every preset uses it: one kernel for all weights, and ready to be replayed on a GPU."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor


def make_adam(
    groups: Iterable[dict[str, Any]], learning_rate: float, weight_decay: float = 0.0
) -> torch.optim.Adam:
    """Return Adam for groups of parameters, each with `params` and what else belongs to it.

    On CUDA the rate is a tensor of the group's own, which a recorded step reads anew each time.
    """
    groups = [{**group, "params": list(group["params"])} for group in groups]
    is_cuda = groups[0]["params"][0].is_cuda
    for group in groups:
        device = group["params"][0].device
        group["lr"] = torch.tensor(learning_rate, device=device) if is_cuda else learning_rate
    return torch.optim.Adam(
        groups, learning_rate, weight_decay=weight_decay, fused=True, capturable=is_cuda
    )


def set_rate(group: dict[str, Any], learning_rate: float) -> None:
    """Set the learning rate of one of an optimizer's groups."""
    if isinstance(group["lr"], Tensor):
        group["lr"].fill_(learning_rate)
    else:
        group["lr"] = learning_rate
