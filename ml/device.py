"""Which device a worker computes on."""

from typing import Final

import torch

from ml.errors import InvalidInputError

DEVICES: Final = ("auto", "cpu", "cuda")
"""What `--device` may say."""


def resolve_device(name: str) -> torch.device:
    """Return the device for `--device`: "auto" takes CUDA where it works, else the CPU.

    Raises:
        InvalidInputError: on an unknown name, or on "cuda" where there is none.
    """
    if name not in DEVICES:
        raise InvalidInputError(f"There is no device '{name[:40]}'; use auto, cpu or cuda.")
    has_cuda = torch.cuda.is_available()
    if name == "cuda" and not has_cuda:
        raise InvalidInputError(
            "The device is cuda, but PyTorch finds no CUDA device here; use --device cpu or auto."
        )
    return torch.device("cuda" if has_cuda and name != "cpu" else "cpu")
