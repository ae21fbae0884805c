"""The networks a model is put together from: encoders, decoders, heads, branches.

Encoders give features h of `FEATURE_DIM` for images (B, C, H, W) or vectors (B, D).
"""

import math
from itertools import pairwise
from typing import Final

from torch import Tensor, nn

from ml.errors import InvalidInputError

FEATURE_DIM: Final = 128
"""Width of h."""
SMALLEST_MAP: Final = 7
"""The encoder halves an image until its longer side is at most this many pixels."""
FIRST_CHANNELS: Final = 16
LAST_CHANNELS: Final = 64
WEI_CHANNELS: Final = (16, 32, 32, 32)
"""Channels of the four convolutions of `make_wei_encoder`; Wei et al. do not state theirs."""
VECTOR_WIDTH: Final = 256
"""Hidden units between a vector and its features."""
HEAD_WIDTH: Final = 10
"""Units of a hidden layer of the head (Kath et al., fig. 2a)."""
LONGEST_SIDE: Final = 512
"""Largest height or width in pixels a network is built for."""
LONGEST_VECTOR: Final = 4096
"""Most dimensions of a vector a network is built for."""

SampleShape = tuple[int, ...]
"""(channels, height, width) of an image, or (dimensions,) of a vector."""


def check_shape(sample_shape: SampleShape) -> None:
    """Refuse shapes no network is built for.

    Raises:
        InvalidInputError: when the shape is neither 1 or 3 channels of 1 to 512 pixels each way
            nor a vector of 1 to 4,096 numbers.
    """
    if len(sample_shape) == 1 and 1 <= sample_shape[0] <= LONGEST_VECTOR:
        return
    is_image = len(sample_shape) == 3 and sample_shape[0] in (1, 3)
    if not is_image or not all(1 <= side <= LONGEST_SIDE for side in sample_shape[1:]):
        raise InvalidInputError(
            f"Samples are {'x'.join(map(str, sample_shape))}; use 1 or 3 channels and 1 to "
            f"{LONGEST_SIDE} pixels each way, or vectors of 1 to {LONGEST_VECTOR} numbers."
        )


def map_sizes(sample_shape: SampleShape) -> list[tuple[int, int]]:
    """Return (height, width) before the first and after each stride-2 convolution."""
    _, height, width = sample_shape
    sizes = [(height, width)]
    while max(height, width) > SMALLEST_MAP and min(height, width) >= 4:
        height, width = height // 2, width // 2
        sizes.append((height, width))
    return sizes


def map_channels(sample_shape: SampleShape) -> list[int]:
    """Return the channels of each map in `map_sizes`: 16, 32, 64, 64, ... after the image's own."""
    num_halvings = len(map_sizes(sample_shape)) - 1
    widths = [min(FIRST_CHANNELS * 2**i, LAST_CHANNELS) for i in range(num_halvings)]
    return [sample_shape[0], *widths]


def make_encoder(sample_shape: SampleShape) -> nn.Sequential:
    """Return samples -> features (B, FEATURE_DIM), none below 0."""
    return nn.Sequential(*make_signed_encoder(sample_shape), nn.ReLU())


def make_signed_encoder(sample_shape: SampleShape) -> nn.Sequential:
    """Return samples -> features (B, FEATURE_DIM) of either sign.

    Contrast left a third of rectified features at 0 for every sample (docs/learning.md).
    """
    if len(sample_shape) == 1:
        return make_vector_encoder(sample_shape[0])
    channels = map_channels(sample_shape)
    height, width = map_sizes(sample_shape)[-1]
    layers: list[nn.Module] = []
    for before, after in pairwise(channels):
        layers += [nn.Conv2d(before, after, 4, 2, 1), nn.ReLU()]
    flat = channels[-1] * height * width
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(flat, FEATURE_DIM))


def make_vector_encoder(num_dimensions: int) -> nn.Sequential:
    """Return vectors (B, num_dimensions) -> features (B, FEATURE_DIM) of either sign."""
    first = nn.Linear(num_dimensions, VECTOR_WIDTH)
    return nn.Sequential(first, nn.ReLU(), nn.Linear(VECTOR_WIDTH, FEATURE_DIM))


def make_wei_encoder(
    sample_shape: SampleShape, channels: tuple[int, ...] = WEI_CHANNELS
) -> nn.Sequential:
    """Return samples -> features (B, FEATURE_DIM): four convolutions and two full layers.

    The third full layer is the head, which makes the network of Wei et al., section 3. Convolutions
    halve the image while it is larger than `SMALLEST_MAP`. Vectors have no convolutions.

    Args:
        sample_shape: What it reads.
        channels: Of each convolution; fewer make the paper's small network.
    """
    if len(sample_shape) == 1:
        return make_encoder(sample_shape)
    sizes = map_sizes(sample_shape)
    height, width = sizes[min(len(sizes) - 1, len(channels))]
    layers: list[nn.Module] = []
    for i, (before, after) in enumerate(pairwise((sample_shape[0], *channels))):
        is_halving = i < len(sizes) - 1
        kernel = (4, 2, 1) if is_halving else (3, 1, 1)
        layers += [nn.Conv2d(before, after, *kernel), nn.ReLU()]
    flat = channels[-1] * height * width
    full = [nn.Linear(flat, FEATURE_DIM), nn.ReLU(), nn.Linear(FEATURE_DIM, FEATURE_DIM), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), *full)


class Crop(nn.Module):
    """Keeps the top left of images (B, C, H, W)."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.height, self.width = height, width

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, C, height, width)."""
        return x[:, :, : self.height, : self.width]


def make_decoder(sample_shape: SampleShape, latent_dim: int) -> nn.Sequential:
    """Return latents (B, latent_dim) -> image logits (B, C, H, W), or vectors (B, D).

    Sub-pixel convolutions (Shi et al. 2016) undo two halvings at a time: on a CPU a step takes half
    the time it took with transposed ones.
    """
    if len(sample_shape) == 1:
        widths = (latent_dim, FEATURE_DIM, VECTOR_WIDTH)
        hidden = [m for a, b in pairwise(widths) for m in (nn.Linear(a, b), nn.ReLU())]
        return nn.Sequential(*hidden, nn.Linear(VECTOR_WIDTH, sample_shape[0]))
    num_halvings = len(map_sizes(sample_shape)) - 1
    factors = [2] * (num_halvings % 2) + [4] * (num_halvings // 2)
    height, width = (math.ceil(side / 2**num_halvings) for side in sample_shape[1:])
    inside = map_channels(sample_shape)[-1]
    layers: list[nn.Module] = [
        nn.Linear(latent_dim, FEATURE_DIM),
        nn.ReLU(),
        nn.Linear(FEATURE_DIM, inside * height * width),
        nn.Unflatten(1, (inside, height, width)),
    ]
    for i, factor in enumerate(factors):
        outside = sample_shape[0] if i == len(factors) - 1 else FIRST_CHANNELS
        shuffle = nn.PixelShuffle(factor)
        layers += [nn.ReLU(), nn.Conv2d(inside, outside * factor**2, 3, 1, 1), shuffle]
        inside = outside
    return nn.Sequential(*layers, Crop(sample_shape[1], sample_shape[2]))


def make_head(width: int, num_classes: int, num_hidden_layers: int) -> nn.Sequential:
    """Return inputs (B, width) -> class logits; without hidden layers it is logistic."""
    layers: list[nn.Module] = []
    for _ in range(num_hidden_layers):
        layers += [nn.Linear(width, HEAD_WIDTH), nn.ReLU()]
        width = HEAD_WIDTH
    return nn.Sequential(*layers, nn.Linear(width, max(1, num_classes)))


def mask_logits(logits: Tensor, is_active: Tensor) -> Tensor:
    """Return class logits (B, K) where classes outside `is_active`, shape (K,), cannot win."""
    return logits.masked_fill(~is_active, float("-inf"))


def make_branch(latent_dim: int, widths: tuple[int, ...]) -> nn.Module:
    """Return features (B, FEATURE_DIM) -> places on the map (B, latent_dim).

    Args:
        latent_dim: Axes of the map.
        widths: Units of each hidden layer; none for a linear branch.
    """
    hidden = [m for a, b in pairwise((FEATURE_DIM, *widths)) for m in (nn.Linear(a, b), nn.ReLU())]
    last = nn.Linear(widths[-1] if widths else FEATURE_DIM, latent_dim)
    return nn.Sequential(*hidden, last) if hidden else last
