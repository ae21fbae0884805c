"""LatentModel: encoder to features h, latent z as (mu, log-variance), decoder and head on z.

    x (B, C, H, W) -> encoder -> h (B, 128) -> mu, log_variance (B, latent_dim)
                                               z = mu + sigma * noise -> decoder -> x
                                                                      -> head    -> class logits

A second branch from h to the map, a head on h and class magnets on z join here as further
submodules; nothing below assumes that these five are the only ones.
"""

import math
from itertools import pairwise
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from ml.device import exactly
from ml.errors import InvalidInputError
from ml.records import RunConfig
from ml.seeding import derive_seed, initialise

FEATURE_DIM: Final = 128
"""Width of h."""
SMALLEST_MAP: Final = 7
"""The encoder halves an image until its longer side is at most this many pixels."""
FIRST_CHANNELS: Final = 16
LAST_CHANNELS: Final = 64
HEAD_WIDTH: Final = 10
"""Units of a hidden layer of the head (Kath et al., fig. 2a)."""
SEAT_GAIN: Final = 2.0
"""How sure a newly seated class is of its place, in log odds per squared map radius."""
LONGEST_SIDE: Final = 512
"""Largest height or width in pixels a network is built for."""


class Latent(NamedTuple):
    """What the encoder says about a minibatch: q(z given x) is normal with these moments."""

    mu: Tensor
    """Shape (B, latent_dim); this is what the map shows."""
    log_variance: Tensor
    """Shape (B, latent_dim)."""


def map_sizes(sample_shape: tuple[int, int, int]) -> list[tuple[int, int]]:
    """Return (height, width) before the first and after each stride-2 convolution."""
    _, height, width = sample_shape
    sizes = [(height, width)]
    while max(height, width) > SMALLEST_MAP and min(height, width) >= 4:
        height, width = height // 2, width // 2
        sizes.append((height, width))
    return sizes


def map_channels(sample_shape: tuple[int, int, int]) -> list[int]:
    """Return the channels of each map in `map_sizes`: 16, 32, 64, 64, ... after the image's own."""
    num_halvings = len(map_sizes(sample_shape)) - 1
    widths = [min(FIRST_CHANNELS * 2**i, LAST_CHANNELS) for i in range(num_halvings)]
    return [sample_shape[0], *widths]


def make_encoder(sample_shape: tuple[int, int, int]) -> nn.Sequential:
    """Return images (B, C, H, W) -> features (B, FEATURE_DIM)."""
    channels = map_channels(sample_shape)
    height, width = map_sizes(sample_shape)[-1]
    layers: list[nn.Module] = []
    for before, after in pairwise(channels):
        layers += [nn.Conv2d(before, after, 4, 2, 1), nn.ReLU()]
    flat = channels[-1] * height * width
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(flat, FEATURE_DIM), nn.ReLU())


class Crop(nn.Module):
    """Keeps the top left of images (B, C, H, W)."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.height, self.width = height, width

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, C, height, width)."""
        return x[:, :, : self.height, : self.width]


def make_decoder(sample_shape: tuple[int, int, int], latent_dim: int) -> nn.Sequential:
    """Return latents (B, latent_dim) -> image logits (B, C, H, W).

    Sub-pixel convolutions (Shi et al. 2016) undo two halvings at a time: on a CPU a step takes half
    the time it took with transposed ones.
    """
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


def make_head(latent_dim: int, num_classes: int, num_hidden_layers: int) -> nn.Sequential:
    """Return latents (B, latent_dim) -> class logits; without hidden layers it is logistic."""
    layers: list[nn.Module] = []
    width = latent_dim
    for _ in range(num_hidden_layers):
        layers += [nn.Linear(width, HEAD_WIDTH), nn.ReLU()]
        width = HEAD_WIDTH
    return nn.Sequential(*layers, nn.Linear(width, max(1, num_classes)))


class LatentModel(nn.Module):
    """A convolutional beta-VAE with a class head on z (Kath et al., fig. 1b)."""

    def __init__(self, config: RunConfig, sample_shape: tuple[int, int, int], num_classes: int):
        super().__init__()
        self.sample_shape = sample_shape
        self.num_classes = num_classes
        self.latent_dim = config.latent_dim
        self.has_parent = False
        """Whether the weights came from an earlier run (set by `load_weights`)."""
        self.encoder = make_encoder(sample_shape)
        self.mu = nn.Linear(FEATURE_DIM, config.latent_dim)
        self.log_variance = nn.Linear(FEATURE_DIM, config.latent_dim)
        self.decoder = make_decoder(sample_shape, config.latent_dim)
        self.head = make_head(config.latent_dim, num_classes, config.num_hidden_layers)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.mu.weight.device

    def encode(self, x: Tensor) -> Latent:
        """Return q(z given x) for images in [0, 1], shape (B, C, H, W)."""
        h = self.encoder(x).float()  # (B, FEATURE_DIM)
        with exactly(x.device):
            # outside these bounds exp() under- or overflows long before it changes the map
            return Latent(self.mu(h), self.log_variance(h).clamp(-12, 8))

    def decode(self, z: Tensor) -> Tensor:
        """Return image logits (B, C, H, W) of latents (B, latent_dim)."""
        x: Tensor = self.decoder(z)
        return x.float()

    def classify(self, z: Tensor) -> Tensor:
        """Return class logits (B, max(1, num_classes)) of latents (B, latent_dim)."""
        with exactly(z.device):
            logits: Tensor = self.head(z)
            return logits


def check_shape(sample_shape: tuple[int, int, int]) -> None:
    """Refuse shapes no network is built for.

    Raises:
        InvalidInputError: when the shape is not 1 or 3 channels of 1 to 512 pixels each way.
    """
    channels, height, width = sample_shape
    if channels not in (1, 3) or not all(1 <= side <= LONGEST_SIDE for side in (height, width)):
        raise InvalidInputError(
            f"Samples are {channels}x{height}x{width}; use 1 or 3 channels and "
            f"1 to {LONGEST_SIDE} pixels each way."
        )


def build_model(
    config: RunConfig,
    sample_shape: tuple[int, int, int],
    num_classes: int,
    device: torch.device | str = "cpu",
) -> LatentModel:
    """Return a model with fresh weights, equal for equal `config.seed` on every device.

    Raises:
        InvalidInputError: when the shape or the number of classes cannot be built.
    """
    check_shape(sample_shape)
    if num_classes < 0:
        raise InvalidInputError(f"num_classes is {num_classes}; it cannot be negative.")
    # on "meta" no weights are drawn, so PyTorch's global generator stays where it was
    with torch.device("meta"):
        model = LatentModel(config, sample_shape, num_classes)
    model.to_empty(device=device)
    restart_weights(model, config.seed, 0)
    return model


@torch.no_grad()
def restart_weights(model: LatentModel, seed: int, num_restarts: int) -> None:
    """Draw all weights anew for the given restart; 0 gives those of `build_model`.

    A logistic head starts at zero: a row of zeros is a class that was never taught, which
    `seat_new_classes` may place.
    """
    initialise(model, *((derive_seed(seed, num_restarts),) if num_restarts else (seed,)))
    if len(model.head) == 1:
        for parameter in model.head.parameters():
            parameter.zero_()


@torch.no_grad()
def seat_new_classes(model: LatentModel, mu: Tensor, z: Tensor, class_index: Tensor) -> None:
    """Point the logistic head's untaught rows at where their samples already are.

    Rows start as the discriminant of normal classes of equal spread (Fisher 1936) in map units, so
    that a class is pushed outwards from its own place. Random rows turned the whole map by up to
    110 degrees and mixed the classes before separating them.

    Args:
        model: The network; heads with hidden layers are left alone.
        mu: Latents that stand for the whole map, shape (num_samples, latent_dim).
        z: Latents of annotated samples, shape (num_annotated, latent_dim).
        class_index: Their classes, shape (num_annotated,), int64.
    """
    last = model.head[-1]
    if len(model.head) > 1 or not isinstance(last, torch.nn.Linear):
        return
    middle = mu.mean(0)  # (latent_dim,)
    scale = (mu - middle).square().mean().sqrt().clamp_min(1e-6)
    for k in sorted(set(class_index.tolist())):
        if not bool(last.weight[k].any()):
            place = (z[class_index == k].mean(0) - middle) / scale  # (latent_dim,)
            last.weight[k] = SEAT_GAIN * place / scale
            last.bias[k] = -SEAT_GAIN * (place.square().sum() / 2 + place @ middle / scale)
