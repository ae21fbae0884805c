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


def be_repeatable() -> None:
    """Let a GPU choose only ways that give equal seeds equal maps."""
    torch.backends.cudnn.deterministic = True


def gains_by_bfloat16(device: torch.device) -> bool:
    """Return whether steps are quicker in bfloat16: where a processor multiplies it itself.

    On a GPU they are not: networks of this size wait for launches, and conversions are launches
    too. Convolutions are in TF32 there, as is PyTorch's default (docs/benchmarks.md, cuda).
    """
    if device.type != "cpu":
        return False
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def training_manner(device: torch.device) -> str:
    """Return what the rounding of training steps depends on, e.g. "GPU" or "CPU, bfloat16"."""
    if device.type != "cpu":
        return "GPU"
    return f"CPU, {'bfloat16' if gains_by_bfloat16(device) else 'float32'}"


def training_precision(device: torch.device) -> AbstractContextManager[object]:
    """Return the context of a training step: large products in bfloat16 where that is faster.

    Weights, their updates and the latents stay in float32 (`exactly`).
    """
    return torch.autocast(device.type, torch.bfloat16, enabled=gains_by_bfloat16(device))


def exactly(device: torch.device) -> AbstractContextManager[object]:
    """Return a context of plain float32, whatever surrounds it.

    Inputs must be float32 already. For what is drawn: bfloat16 has three digits, a map needs more.
    """
    return torch.autocast(device.type, enabled=False)
