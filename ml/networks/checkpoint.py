"""Weights and optimizer state as bytes: safetensors with JSON metadata, never a pickle.

Weights are named `model.<parameter>`. The optimizer's state is twice as large and goes out of use
soon, so it is bytes of its own (`ml/networks/moments.py`), whose sha256 the metadata say. Until
version 0.1 it was among the weights, as `optimizer.<part>.<parameter>`, Adam's as `adam.`.
Everything is checked before it is used: a checkpoint is untrusted input.
"""

import hashlib
import json
import re
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from ml.errors import BadCheckpointError, DivergedError, ModelMismatchError
from ml.networks.columns import UNBOUNDED
from ml.networks.model import LatentModel
from ml.networks.networks import SampleShape
from ml.records import RunConfig

FORMAT_VERSION: Final = 1
LARGEST_HEADER: Final = 1 << 20
"""Bytes; ours are a few thousand, and a header is parsed as JSON."""
UNITS: Final = ("model.input_scale", "model.input_reach")
"""Numbers of a network of vectors that are above 0."""
SHA256: Final = re.compile("[0-9a-f]{64}")
COUNTERS: Final = ("epoch", "num_steps", "num_restarts", "num_classes")


@dataclass(frozen=True)
class Progress:
    """How far a run is; with the weights and the optimizer it is all that a resume needs."""

    epoch: int = 0
    """Epochs done."""
    num_steps: int = 0
    """Optimizer updates since the weights were last drawn."""
    num_restarts: int = 0
    """Times the weights were drawn anew because no latent unit was active."""
    has_parent: bool = False
    """Whether the run started from another run's weights; decides warm-up and restarts."""
    is_dead: bool = False
    """Whether no latent unit is active, so that weights are drawn anew before the next epoch."""


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A checkpoint read back and checked."""

    sample_shape: SampleShape
    """(channels, height, width) or (dimensions,) the network was built for."""
    num_classes: int
    """Classes its head knows."""
    progress: Progress
    """Where the run stood."""
    weights: Mapping[str, Tensor]
    """By parameter name."""
    moments: Mapping[str, Tensor]
    """The optimizer's state by `<part>.<parameter>`; empty until `with_moments` brings it."""
    moments_sha256: str | None = None
    """Of the bytes of that state; None where there is none, or it is here already."""


def pack_checkpoint(model: LatentModel, config: RunConfig, progress: Progress) -> bytes:
    """Return the bytes of a model alone, as `pack_epoch` does."""
    return pack_epoch(model, config, progress, {})[0]


def pack_epoch(
    model: LatentModel, config: RunConfig, progress: Progress, moments: Mapping[str, Tensor]
) -> tuple[bytes, bytes]:
    """Return the bytes of a model, and those of the optimizer's state that a resume needs.

    The first say the sha256 of the second, which are empty where there is no state.

    Raises:
        DivergedError: when a tensor is not finite: nothing could go on from it.
    """
    tensors = {f"model.{name}": weight for name, weight in model.state_dict().items()}
    fetched = fetch(tensors | {f"optimizer.{name}": part for name, part in moments.items()})
    state = save(strip(fetched, "optimizer.")) if moments else b""
    meta = {
        "format_version": FORMAT_VERSION,
        "sample_shape": list(model.sample_shape),
        "num_classes": model.num_classes,
        "config": config.to_json(),
        **asdict(progress),
        "moments": hashlib.sha256(state).hexdigest() if state else None,
    }
    return save({name: fetched[name] for name in tensors}, {"lodemap": json.dumps(meta)}), state


@torch.no_grad()
def fetch(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return float32 tensors on the CPU, looked at and copied as one: each alone costs a wait.

    Raises:
        DivergedError: when one is not finite.
    """
    flat = torch.cat([tensor.flatten() for tensor in tensors.values()])
    if not bool(flat.isfinite().all()):
        raise DivergedError
    parts = torch.split(flat.cpu(), [tensor.numel() for tensor in tensors.values()])
    return {
        name: part.view(tensor.shape).clone()
        for (name, tensor), part in zip(tensors.items(), parts, strict=True)
    }


def read_metadata(data: bytes) -> dict[str, Any]:
    """Return our metadata from a checkpoint's header without touching its tensors.

    Raises:
        BadCheckpointError: when the header is missing, too long or not ours.
    """
    length = struct.unpack_from("<Q", data)[0] if len(data) >= 8 else 0
    if not 2 <= length <= min(LARGEST_HEADER, len(data) - 8):
        raise BadCheckpointError(
            f"The checkpoint of {len(data)} bytes is truncated or its header is false; "
            "use an earlier one."
        )
    try:
        meta = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["lodemap"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadCheckpointError("The checkpoint's header is not one of ours.") from error
    if not isinstance(meta, dict) or meta.get("format_version") != FORMAT_VERSION:
        raise BadCheckpointError(
            f"The checkpoint's format is not version {FORMAT_VERSION}; open it with a newer "
            "Lodemap."
        )
    return meta


def read_counters(meta: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, int]:
    """Return the named counts.

    Raises:
        BadCheckpointError: when one is missing or not a whole number from 0 to 2^31.
    """
    for name in names:
        value = meta.get(name)
        if type(value) is not int or not 0 <= value < 2**31:
            raise BadCheckpointError(f"The checkpoint's {name} is not a whole number.")
    return {name: meta[name] for name in names}


def read_shape(meta: Mapping[str, Any]) -> SampleShape:
    """Return sample_shape.

    Raises:
        BadCheckpointError: when it is not one or three whole numbers.
    """
    shape = meta.get("sample_shape")
    sides = shape if isinstance(shape, list) else []
    if len(sides) not in (1, 3) or any(type(n) is not int for n in sides):
        raise BadCheckpointError("The checkpoint's sample_shape is not one or three whole numbers.")
    return tuple(sides)


def read_sha256(meta: Mapping[str, Any]) -> str | None:
    """Return the sha256 of the optimizer's state.

    Raises:
        BadCheckpointError: when it is none.
    """
    sha256 = meta.get("moments")
    if sha256 is not None and not (isinstance(sha256, str) and SHA256.fullmatch(sha256)):
        raise BadCheckpointError("The checkpoint's moments are not told by a sha256.")
    return sha256


def read_tensors(data: bytes) -> dict[str, Tensor]:
    """Return every tensor by its full name.

    Raises:
        BadCheckpointError: when the bytes break the format or a tensor is not finite float32.
    """
    try:
        tensors = load(data)
    except (SafetensorError, ValueError, RuntimeError) as error:
        raise BadCheckpointError(
            f"The checkpoint of {len(data)} bytes is damaged; use an earlier one."
        ) from error
    for name, tensor in tensors.items():
        if tensor.dtype != torch.float32 or not bool(tensor.isfinite().all()):
            raise BadCheckpointError(f"Layer {name[:80]} of the checkpoint is not finite float32.")
    return tensors


def unpack_checkpoint(data: bytes) -> Checkpoint:
    """Read what `pack_checkpoint` wrote, without the optimizer's state beside it.

    Raises:
        BadCheckpointError: when the bytes are not a whole, honest checkpoint of this version.
    """
    meta = read_metadata(data)
    counts = read_counters(meta, COUNTERS)
    tensors = read_tensors(data)
    num_classes = counts.pop("num_classes")
    units = [tensors[name] for name in UNITS if name in tensors]
    if not all(bool((unit > 0).all()) for unit in units):
        raise BadCheckpointError("The checkpoint's unit of vectors is not above 0; use another.")
    return Checkpoint(
        sample_shape=read_shape(meta),
        num_classes=num_classes,
        progress=Progress(
            **counts,
            has_parent=meta.get("has_parent") is True,
            is_dead=meta.get("is_dead") is True,
        ),
        weights=strip(tensors, "model."),
        moments=strip(tensors, "optimizer.") or strip(tensors, "adam."),
        moments_sha256=read_sha256(meta),
    )


def strip(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Return the tensors whose name starts with `prefix`, without it."""
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


@torch.no_grad()
def load_weights(model: LatentModel, checkpoint: Checkpoint) -> None:
    """Copy a checkpoint's weights into `model`, which then counts as having a parent.

    The number of classes may differ: what belongs to classes both know is copied, the rest stays as
    `build_model` drew it. A head with other hidden layers stays fresh as a whole.

    Raises:
        ModelMismatchError: when a layer is missing, unknown or of another shape.
    """
    own, theirs = model.state_dict(), dict(checkpoint.weights)
    if model.input_shift is not None:
        theirs = with_columns(theirs, model.input_shift)
    if heads_differ(own, theirs):
        own, theirs = without_head(own), without_head(theirs)
    if wrong := sorted(set(own) ^ set(theirs)):
        raise ModelMismatchError(
            f"Layer {wrong[0][:80]} is only in one of model and checkpoint; "
            "they belong to different settings."
        )
    by_class = class_layers(own)
    rows = {name: shared_rows(own[name], theirs[name], name in by_class) for name in own}
    for name, mine in own.items():
        if mine[rows[name]].shape != theirs[name][rows[name]].shape:
            raise ModelMismatchError(
                f"Layer {name} is {tuple(mine.shape)} in the model but {tuple(theirs[name].shape)} "
                "in the checkpoint; they belong to different settings."
            )
    for name, mine in own.items():
        mine[rows[name]].copy_(theirs[name][rows[name]])
    model.has_parent = True


def with_columns(weights: Mapping[str, Tensor], like: Tensor) -> dict[str, Tensor]:
    """Return weights of a network of vectors with a shift and a scale of each column, as `like`.

    Until version 0.1 vectors were read as they are, then all in one unit, shape (1,), and always
    at their full length.
    """
    scale = weights.get("input_scale", torch.ones(1))
    scale = scale.expand_as(like) if scale.shape == (1,) else scale
    before = {"input_shift": torch.zeros_like(like), "input_reach": torch.tensor([UNBOUNDED])}
    return {**before, **weights, "input_scale": scale}


def head_layers(weights: Mapping[str, Tensor]) -> set[str]:
    """Return the names of the head's tensors."""
    return {name for name in weights if name.startswith("head.")}


def without_head(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return all tensors but the head's."""
    return {name: tensor for name, tensor in weights.items() if not name.startswith("head.")}


def heads_differ(own: Mapping[str, Tensor], theirs: Mapping[str, Tensor]) -> bool:
    """Return whether both have a head, with another number of hidden layers."""
    mine, other = head_layers(own), head_layers(theirs)
    return bool(other) and mine != other and (mine < other or other < mine)


def class_layers(weights: Mapping[str, Tensor]) -> set[str]:
    """Return the names of tensors with a row for each class: the head's last layer, the magnets."""
    head = sorted(head_layers(weights), key=lambda name: int(name.split(".")[1]))
    last = head[-1].rsplit(".", 1)[0] + "." if head else "magnets"
    return {name for name in weights if name == "magnets" or name.startswith(last)}


def shared_rows(mine: Tensor, theirs: Tensor, is_by_class: bool) -> slice:
    """Return the rows to copy: those of classes both know, else all."""
    has_rows = is_by_class and theirs.ndim == mine.ndim > 0
    return slice(min(len(mine), len(theirs))) if has_rows else slice(None)
