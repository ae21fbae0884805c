"""The decoder of a checkpoint in NumPy, so that the web process can ask it without torch.

It has the layers that `make_decoder` (ml/networks/networks.py) puts together and gives the same
numbers. A checkpoint is untrusted input: whatever does not fit is refused.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ml.cores import slices
from ml.errors import BadCheckpointError
from ml.networks.plain_encoder import columns_of

PREFIX: Final = "model.decoder."
DECODING: Final = frozenset({"annotate-vae"})
"""Presets whose network has a decoder."""
VALUES_AT_ONCE: Final = 4_000_000
"""Inputs of a convolution that are laid out at once: 16 MB."""

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class PlainDecoder:
    """What a network draws at places of its map."""

    layers: tuple[tuple[Array, Array], ...]
    """Weight and bias of each layer: full ones (out, in), then 3x3 convolutions (out, in, 3, 3)."""
    sample_shape: tuple[int, ...]
    """(channels, height, width) of the pictures, or (dimensions,) of the vectors it gives."""

    @classmethod
    def read(cls, tensors: Mapping[str, Array], sample_shape: Sequence[int]) -> Self:
        """Take the decoder out of a checkpoint's tensors, by their names.

        Raises:
            BadCheckpointError: when there is none, or it draws something else.
        """
        numbers = {name[len(PREFIX) :].split(".")[0] for name in tensors if name.startswith(PREFIX)}
        try:
            layers = tuple(
                (tensors[f"{PREFIX}{i}.weight"], tensors[f"{PREFIX}{i}.bias"])
                for i in sorted(map(int, numbers))
            )
            if len(sample_shape) == 1:
                layers = in_own_unit(layers, *columns_of(tensors, tuple(sample_shape)))
            if any(bias.shape != weight.shape[:1] for weight, bias in layers):
                raise ValueError("a bias has another length than its layer")
            decoder = cls(layers, tuple(sample_shape))
            drawn = decoder.decode(np.zeros((1, layers[0][0].shape[1]), np.float32))
        except (KeyError, ValueError, IndexError, ArithmeticError) as error:
            raise BadCheckpointError(f"The checkpoint's decoder does not fit: {error}.") from None
        if drawn.shape[1:] != decoder.sample_shape:
            raise BadCheckpointError("The checkpoint's decoder draws samples of another shape.")
        return decoder

    def decode(self, z: Array) -> Array:
        """Return what is at places (n, latent_dim): logits (n, C, H, W), or vectors (n, D).

        Raises:
            BadCheckpointError: it reads places of a map with more axes, or fewer.
            ValueError: when the layers do not fit each other.
        """
        if z.shape[1] != self.layers[0][0].shape[1]:
            raise BadCheckpointError("The checkpoint's decoder reads places of another map.")
        x = z
        for nth, (weight, bias) in enumerate(self.layers):
            x = np.maximum(x, 0) if nth else x
            if weight.ndim == 2:
                x = x @ weight.T + bias
                continue
            x = x if x.ndim == 4 else self._unflattened(x)
            x = shuffled(convolved(x, weight, bias), self._channels_after(nth))
        if len(self.sample_shape) == 1:
            return x
        _, height, width = self.sample_shape
        x = x if x.ndim == 4 else self._unflattened(x)
        return x[:, :, :height, :width]

    def _channels_after(self, nth: int) -> int:
        """Return how many channels leave convolution `nth`."""
        rest = self.layers[nth + 1 :]
        return int(rest[0][0].shape[1]) if rest else self.sample_shape[0]

    def _unflattened(self, x: Array) -> Array:
        """Return flat maps as small images, as many times halved as the convolutions undo."""
        channels, height, width = self.sample_shape
        factor = 1
        convolutions = [(i, w) for i, (w, _) in enumerate(self.layers) if w.ndim == 4]
        for nth, weight in convolutions:
            factor *= math.isqrt(weight.shape[0] // self._channels_after(nth))
        inside = convolutions[0][1].shape[1] if convolutions else channels
        return x.reshape(len(x), inside, -(-height // factor), -(-width // factor))


def convolved(x: Array, weight: Array, bias: Array) -> Array:
    """Return a 3x3 convolution with one pixel of zeros around.

    Args:
        x: Images, shape (n, I, H, W).
        weight: Shape (O, I, 3, 3).
        bias: Shape (O,).
    """
    n, _, height, width = x.shape
    flat = weight.reshape(len(weight), -1)  # (O, I * 9)
    out = np.empty((n, len(weight), height, width), np.float32)
    for part in slices(n, VALUES_AT_ONCE // (flat.shape[1] * height * width)):
        padded = np.pad(x[part], ((0, 0), (0, 0), (1, 1), (1, 1)))
        seen = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
        rows = seen.transpose(0, 2, 3, 1, 4, 5).reshape(-1, flat.shape[1])  # (b * H * W, I * 9)
        drawn = (rows @ flat.T + bias).reshape(-1, height, width, len(weight))
        out[part] = drawn.transpose(0, 3, 1, 2)
    return out


def shuffled(x: Array, channels: int) -> Array:
    """Return maps (n, channels * r * r, H, W) as (n, channels, H * r, W * r) (Shi et al. 2016)."""
    n, inside, height, width = x.shape
    r = math.isqrt(inside // channels)
    parts = x.reshape(n, channels, r, r, height, width)
    return parts.transpose(0, 1, 4, 2, 5, 3).reshape(n, channels, height * r, width * r)


def in_own_unit(
    layers: tuple[tuple[Array, Array], ...], shift: Array, scale: Array
) -> tuple[tuple[Array, Array], ...]:
    """Return layers whose last gives vectors in the units of the data set (`LatentModel.scaled`).

    Args:
        layers: Weight and bias of each.
        shift: Of each column, shape (dimensions,), or (1,) of all at once.
        scale: Likewise.
    """
    weight, bias = layers[-1]
    return (*layers[:-1], (weight * scale[:, None], bias * scale + shift))
