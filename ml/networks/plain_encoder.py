"""The encoder and the head of a checkpoint in NumPy, so that the web process can ask them.

They have the layers that `ml/networks/networks.py` puts together and give the same numbers (a test
holds them to the network's own). A checkpoint is untrusted input: whatever does not fit is refused.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ml.cores import side_by_side, slices
from ml.errors import BadCheckpointError

ENCODER: Final = "model.encoder."
HEAD: Final = "model.head."
SIGNED: Final = frozenset({"lodemap"})
"""Presets whose features may be below 0; all others end with a rectifier."""
HEAD_ON_PLACES: Final = frozenset({"annotate-vae"})
"""Presets whose head reads places on the map; all others' reads features."""
FEATURE_LENGTH: Final = 5.0
"""Length that directions of features are given, so that a head of small weights can be sure."""
VALUES_AT_ONCE: Final = 500_000
"""Inputs of a convolution that are laid out at once: 2 MB. 8 MB took a fifth longer."""

Array = NDArray[np.float32]
Layer = tuple[Array, Array]


@dataclass(frozen=True, eq=False)
class PlainEncoder:
    """From samples to features h."""

    layers: tuple[Layer, ...]
    """Weight and bias: convolutions (out, in, k, k), then full layers (out, in)."""
    sample_shape: tuple[int, ...]
    """(channels, height, width) of pictures, or (dimensions,) of vectors."""
    is_signed: bool
    """Whether the last layer is left as it is."""
    shift: Array
    """What is taken from vectors, shape (dimensions,) or (1,)."""
    scale: Array
    """What they are divided by then, likewise."""
    reach: float
    """Root mean square to which longer ones are shortened then."""

    @classmethod
    def read(cls, tensors: Mapping[str, Array], sample_shape: tuple[int, ...], preset: str) -> Self:
        """Take the encoder out of a checkpoint's tensors, by their names.

        Raises:
            BadCheckpointError: when there is none, or it reads other samples.
        """
        try:
            layers, columns = layers_of(tensors, ENCODER), columns_of(tensors, sample_shape)
            encoder = cls(layers, sample_shape, preset in SIGNED, *columns, reach_of(tensors))
            encoder.encode(np.zeros((1, *sample_shape), np.float32))
        except (KeyError, ValueError, IndexError, ArithmeticError) as error:
            raise BadCheckpointError(f"The checkpoint's encoder does not fit: {error}.") from None
        return encoder

    @property
    def width(self) -> int:
        """How many features it gives."""
        return len(self.layers[-1][1])

    def encode(self, x: Array) -> Array:
        """Return features (n, width) of pictures in [0, 1] (n, C, H, W) or vectors (n, D).

        Raises:
            ValueError: when the layers do not fit each other or the samples.
        """
        x = shortened((x - self.shift) / self.scale, self.reach) if x.ndim == 2 else x
        last = len(self.layers) - 1
        for nth, (weight, bias) in enumerate(self.layers):
            if weight.ndim == 4:
                x = convolved(x, weight, bias)
            else:
                x = x.reshape(len(x), -1) @ weight.T + bias
            if nth < last or not self.is_signed:
                np.maximum(x, 0, out=x)
        return x

    def encode_all(self, samples: NDArray[np.generic], pause: Callable[[], None]) -> Array:
        """Return features of all samples, calling `pause` between chunks.

        Args:
            samples: uint8 (num_samples, C, H, W), or float32 (num_samples, D).
            pause: May raise to give the cores to somebody else.
        """
        h = np.empty((len(samples), self.width), np.float32)

        def encode(rows: slice) -> None:
            x = np.asarray(samples[rows], np.float32)
            h[rows] = self.encode(x / np.float32(255) if samples.ndim == 4 else x)

        at_once = VALUES_AT_ONCE // (4 * math.prod(self.sample_shape))
        side_by_side(encode, slices(len(samples), at_once), pause)
        return h


def columns_of(tensors: Mapping[str, Array], sample_shape: tuple[int, ...]) -> tuple[Array, Array]:
    """Return the shift and the scale of vectors, each shape (dimensions,), or (1,) of all at once.

    Raises:
        ValueError: when they are of other vectors, or a scale is not above 0.
    """
    shift = tensors.get("model.input_shift", np.zeros(1, np.float32))
    scale = tensors.get("model.input_scale", np.ones(1, np.float32))
    if any(each.shape not in ((1,), sample_shape) for each in (shift, scale)):
        raise ValueError("the units of its vectors are of others")
    if not (np.isfinite(shift).all() and np.isfinite(scale).all() and (scale > 0).all()):
        raise ValueError("the unit of its vectors is not above 0")
    return shift, scale


def reach_of(tensors: Mapping[str, Array]) -> float:
    """Return how long a vector may be before it is shortened, in units.

    Raises:
        ValueError: when it is not above 0.
    """
    reach = float(tensors.get("model.input_reach", np.full(1, np.finfo(np.float32).max)).min())
    if not reach > 0:
        raise ValueError("the length that its vectors may have is not above 0")
    return reach


def shortened(x: Array, reach: float) -> Array:
    """Return vectors (n, D) as `ml.networks.columns.shortened` does."""
    largest = np.maximum(np.abs(x).max(axis=1, keepdims=True), 1)
    length = largest * np.sqrt(np.square(x / largest).mean(axis=1, keepdims=True))
    found: Array = x * (reach / np.maximum(length, reach)).astype(np.float32)
    return found


def layers_of(tensors: Mapping[str, Array], prefix: str) -> tuple[Layer, ...]:
    """Return weight and bias of each layer under a prefix, in order.

    Raises:
        KeyError: when a bias is missing.
        ValueError: when there is none, or a bias has another length than its layer.
    """
    numbers = {name[len(prefix) :].split(".")[0] for name in tensors if name.startswith(prefix)}
    layers = tuple(
        (tensors[f"{prefix}{i}.weight"], tensors[f"{prefix}{i}.bias"])
        for i in sorted(map(int, numbers))
    )
    if not layers or any(bias.shape != weight.shape[:1] for weight, bias in layers):
        raise ValueError("a layer is missing, or a bias has another length than its layer")
    return layers


def convolved(x: Array, weight: Array, bias: Array) -> Array:
    """Return a convolution with one pixel of zeros around: 4x4 in steps of two, 3x3 of one.

    Args:
        x: Images, shape (n, I, H, W).
        weight: Shape (O, I, k, k).
        bias: Shape (O,).

    Raises:
        ValueError: when it reads other channels.
    """
    kernel = weight.shape[2]
    step = 2 if kernel == 4 else 1
    flat = weight.transpose(0, 2, 3, 1).reshape(len(weight), -1)  # (O, k * k * I)
    height, width = (1 + (side + 2 - kernel) // step for side in x.shape[2:])
    out = np.empty((len(x), len(weight), height, width), np.float32)
    for rows in slices(len(x), VALUES_AT_ONCE // max(1, flat.shape[1] * height * width)):
        padded = np.pad(x[rows].transpose(0, 2, 3, 1), ((0, 0), (1, 1), (1, 1), (0, 0)))
        seen = np.lib.stride_tricks.sliding_window_view(padded, (kernel, kernel), axis=(1, 2))
        seen = seen[:, ::step, ::step].transpose(0, 1, 2, 4, 5, 3)  # (b, H, W, k, k, I)
        drawn = seen.reshape(-1, flat.shape[1]) @ flat.T + bias
        out[rows] = drawn.reshape(-1, height, width, len(weight)).transpose(0, 3, 1, 2)
    return out


def linear_belief(tensors: Mapping[str, Array], read: Array, is_active: NDArray[np.bool_]) -> Array:
    """Return what the head of a checkpoint believes, shape (n, K), rows sum to 1.

    Args:
        tensors: Of the checkpoint.
        read: What it reads: places (n, latent_dim) or features (n, width).
        is_active: Classes that may be believed, shape (K,), at least one; all others have 0.

    Raises:
        BadCheckpointError: when there is no head, or it reads something else.
    """
    try:
        x = read
        layers = layers_of(tensors, HEAD)
        for nth, (weight, bias) in enumerate(layers):
            x = (np.maximum(x, 0) if nth else x) @ weight.T + bias
        known = is_active.copy()
        known[x.shape[1] :] = False  # classes made after this network learned
        logits = np.full((len(x), len(is_active)), -np.inf, np.float32)
        shared = min(x.shape[1], len(is_active))
        logits[:, :shared] = np.where(known[:shared], x[:, :shared], -np.inf)
    except (KeyError, ValueError, IndexError) as error:
        raise BadCheckpointError(f"The checkpoint's head does not fit: {error}.") from None
    if not known.any():
        return np.zeros_like(logits)
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    belief: Array = chances / chances.sum(axis=1, keepdims=True)
    return belief
