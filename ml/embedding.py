"""Where all samples are in the latent space, a chunk at a time so that nobody waits long."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.errors import DivergedError
from ml.model import LatentModel

VALUES_PER_CHUNK: Final = 1_600_000
"""Pixel values embedded at once: 2,041 images of 28x28 take 15 to 50 ms on two cores."""


def chunk_size(sample_shape: tuple[int, int, int]) -> int:
    """Return how many samples one chunk of embedding holds, at least 1."""
    channels, height, width = sample_shape
    return max(1, VALUES_PER_CHUNK // (channels * height * width))


def scale_pixels(pixels: Tensor) -> Tensor:
    """Return uint8 pixels as float32 in [0, 1], same shape."""
    return pixels.float().div_(255)


class Embedding:
    """The latents of all samples while they are being computed."""

    def __init__(self, model: LatentModel, pixels: Tensor) -> None:
        """Start an empty embedding of uint8 images, shape (num_samples, C, H, W)."""
        num_samples = len(pixels)
        self._model = model
        self._pixels = pixels
        self._size = chunk_size(model.sample_shape)
        self.num_done = 0
        """Samples embedded so far."""
        self.mu = np.empty((num_samples, model.latent_dim), np.float32)
        """Means of q(z given x), shape (num_samples, latent_dim); this is what the map shows."""
        self.log_variance = np.empty_like(self.mu)
        """Log-variances of q(z given x), shape (num_samples, latent_dim)."""

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
        latent = self._model.encode(scale_pixels(self._pixels[chunk]))
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


@torch.no_grad()
def class_probabilities(
    model: LatentModel, mu: NDArray[np.float32], is_active: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return the head's probabilities at `mu`, shape (num_samples, K); 0 for inactive classes.

    Args:
        model: The network.
        mu: Latents, shape (num_samples, latent_dim).
        is_active: Classes that may be predicted, shape (K,); at least one.
    """
    logits = model.classify(torch.from_numpy(mu).to(model.device)).cpu()  # (num_samples, K)
    hidden = torch.from_numpy(~is_active)
    probabilities: NDArray[np.float32] = logits.masked_fill(hidden, -torch.inf).softmax(1).numpy()
    return probabilities
