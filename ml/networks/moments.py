"""An optimizer's state by the names of a model's parameters, out of it and back in.

As bytes it is safetensors named `<part>.<parameter>`; parts are count, first and second of Adam,
momentum of SGD.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor, nn

from ml.errors import BadCheckpointError
from ml.networks.checkpoint import Checkpoint, read_tensors


def moments_of(
    model: nn.Module, optimizer: torch.optim.Optimizer, names: Mapping[str, str]
) -> dict[str, Tensor]:
    """Return the state by `<part>.<parameter>`; parameters that took no step yet have none.

    Args:
        model: Whose parameters are trained.
        optimizer: What trains them.
        names: What each part is called in a checkpoint, and what the optimizer calls it.
    """
    return {
        f"{ours}.{name}": optimizer.state[parameter][theirs]
        for name, parameter in model.named_parameters()
        if parameter in optimizer.state
        for ours, theirs in names.items()
    }


def with_moments(checkpoint: Checkpoint, data: bytes) -> Checkpoint:
    """Return a checkpoint with the optimizer's state that was packed with it.

    Raises:
        BadCheckpointError: when these are not the bytes that were.
    """
    if hashlib.sha256(data).hexdigest() != checkpoint.moments_sha256:
        raise BadCheckpointError(
            f"The optimizer's state of {len(data)} bytes is not the checkpoint's; resume from an "
            "earlier one."
        )
    return replace(checkpoint, moments=read_tensors(data), moments_sha256=None)


def load_moments(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    moments: Mapping[str, Tensor],
    names: Mapping[str, str],
    seldom: tuple[str, ...],
) -> None:
    """Give an optimizer the state that `moments_of` returned.

    Args:
        model: Whose parameters are trained.
        optimizer: What trains them.
        moments: By `<part>.<parameter>`.
        names: As in `moments_of`.
        seldom: Beginnings of the names of parameters that may have no state yet.

    Raises:
        BadCheckpointError: when the state of a layer is missing or of another shape.
    """
    for name, parameter in model.named_parameters():
        state = {theirs: moments.get(f"{ours}.{name}") for ours, theirs in names.items()}
        if all(tensor is None for tensor in state.values()) and name.startswith(seldom):
            continue
        shapes = [() if theirs == "step" else parameter.shape for theirs in state]
        fits = [t is not None and t.shape == s for t, s in zip(state.values(), shapes, strict=True)]
        if not all(fits):
            raise BadCheckpointError(
                f"The checkpoint's optimizer state of layer {name} is missing or of another "
                "shape; resume from an earlier one."
            )
        optimizer.state[parameter] = {
            theirs: laid_out(tensor, parameter)
            for theirs, tensor in state.items()
            if tensor is not None
        }


def laid_out(tensor: Tensor, parameter: nn.Parameter) -> Tensor:
    """Return a copy where the parameter is; one of its shape in its order of memory, too."""
    if tensor.shape != parameter.shape:
        return tensor.to(parameter.device, copy=True)
    return torch.empty_like(parameter, requires_grad=False).copy_(tensor)
