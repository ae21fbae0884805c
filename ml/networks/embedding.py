"""Where all samples are in the latent space, a chunk at a time so that nobody waits long."""

import math
from collections.abc import Generator, Iterator
from typing import Final

import numpy as np
import torch
from torch import Tensor

from ml.errors import DivergedError
from ml.networks.model import LatentModel
from ml.networks.networks import FEATURE_DIM, SampleShape

VALUES_PER_CHUNK: Final = {"cpu": 1_600_000, "cuda": 16_000_000}
"""Values embedded at once: 2,041 images of 28x28 take 15 to 50 ms on two cores. On a GPU, ten times
as many are done sooner; with few large images in a minibatch it would wait for launches."""


def chunk_size(sample_shape: SampleShape, device: torch.device) -> int:
    """Return how many samples one chunk of embedding holds, at least 1."""
    return max(1, VALUES_PER_CHUNK[device.type] // math.prod(sample_shape))


def scale_pixels(pixels: Tensor) -> Tensor:
    """Return uint8 pixels as float32 in [0, 1], same shape; vectors stay as they are."""
    return pixels if pixels.is_floating_point() else pixels.float().div_(255)


@torch.no_grad()
def ask_features(model: LatentModel, pixels: Tensor) -> Generator[None, None, Tensor]:
    """Return features of all samples, shape (num_samples, FEATURE_DIM), pausing between chunks.

    They are those of an `Embedding` to the bit: it asks for as many at once.

    Args:
        model: The network.
        pixels: Images or vectors as `Learner.pixels` holds them.
    """
    h = torch.empty((len(pixels), FEATURE_DIM), device=pixels.device)
    size = chunk_size(model.sample_shape, pixels.device)
    for start in range(0, len(pixels), size):
        if start:
            yield
        chunk = slice(start, start + size)
        h[chunk] = model.features(scale_pixels(pixels[chunk]))
    return h


class Embedding:
    """The latents of all samples while they are being computed."""

    def __init__(self, model: LatentModel, pixels: Tensor, h: Tensor | None = None) -> None:
        """Start an empty embedding.

        Args:
            model: The network.
            pixels: Images or vectors as `Learner.pixels` holds them.
            h: Features where they are known, shape (num_samples, FEATURE_DIM): what is left to do
                takes milliseconds.
        """
        num_samples = len(pixels)
        self._model = model
        self._pixels = pixels
        self._has_features = h is not None
        shape = (FEATURE_DIM,) if self._has_features else model.sample_shape
        self._size = chunk_size(shape, pixels.device)
        self.h = torch.empty((num_samples, FEATURE_DIM), device=pixels.device) if h is None else h
        """Features, shape (num_samples, FEATURE_DIM), on the model's device."""
        self.num_done = 0
        """Samples embedded so far."""
        self.mu = np.empty((num_samples, model.latent_dim), np.float32)
        """Means of q(z given x), shape (num_samples, latent_dim); this is what the map shows."""
        self.log_variance = np.empty_like(self.mu)
        """Log-variances of q(z given x), shape (num_samples, latent_dim)."""

    def read(self, ids: Tensor) -> Tensor:
        """Return features of samples as the map reads them, shape (len(ids), FEATURE_DIM)."""
        return self._model.direction(self.h[ids.to(self.h.device)])

    @property
    def is_complete(self) -> bool:
        """Whether every sample has its place."""
        return self.num_done == len(self._pixels)

    @torch.no_grad()
    def advance(self) -> None:
        """Embed the next chunk.

        Raises:
            DivergedError: when the network gives places that are not finite.
        """
        chunk = slice(self.num_done, self.num_done + self._size)
        if not self._has_features:
            self.h[chunk] = self._model.features(scale_pixels(self._pixels[chunk]))
        latent = self._model.locate(self.h[chunk])
        self.mu[chunk] = latent.mu.cpu().numpy()
        self.log_variance[chunk] = latent.log_variance.cpu().numpy()
        if not np.isfinite(self.mu[chunk]).all():
            raise DivergedError
        self.num_done = min(self.num_done + self._size, len(self._pixels))

    def chunks(self) -> Iterator[None]:
        """Embed what is left, pausing between chunks."""
        while not self.is_complete:
            self.advance()
            if not self.is_complete:
                yield
