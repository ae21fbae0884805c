"""Which device a worker computes on, and how exactly."""

from contextlib import AbstractContextManager
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


def has_bfloat16(device: torch.device) -> bool:
    """Return whether the device multiplies bfloat16 itself: emulated, it is slow."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def training_precision(device: torch.device) -> AbstractContextManager[object]:
    """Return the context of a training step: large products in bfloat16 where that is faster.

    Weights, their updates and the latents stay in float32 (`exactly`).
    """
    return torch.autocast(device.type, torch.bfloat16, enabled=has_bfloat16(device))


def exactly(device: torch.device) -> AbstractContextManager[object]:
    """Return a context of plain float32, whatever surrounds it.

    Inputs must be float32 already. For what is drawn: bfloat16 has three digits, a map needs more.
    """
    return torch.autocast(device.type, enabled=False)
