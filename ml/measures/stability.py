"""Whether a map stays recognisable: how far a run carries the samples nobody touched."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.measures.metrics import draw, spread
from ml.networks.embedding import chunk_size, scale_pixels
from ml.networks.model import LatentModel
from ml.samples.training_set import TrainingSet

MOST_FOLLOWED: Final = 600
"""Samples whose place is noted: more would delay the first motion."""
LEAST_FOLLOWED: Final = 50
"""The same where single samples are large."""


@dataclass(frozen=True, eq=False)
class StartingMap:
    """Where some samples that the run leaves alone were before its first step."""

    ids: NDArray[np.int64]
    """Samples neither annotated nor moved, held-out ones among them, ascending, at least 3."""
    mu: NDArray[np.float32]
    """Their places, shape (len(ids), latent_dim), float32."""

    @classmethod
    def of(cls, mu: NDArray[np.float32], samples: TrainingSet) -> "StartingMap | None":
        """Return it from the places of all samples, None where a run touches nearly every one.

        Args:
            mu: Places, shape (num_samples, latent_dim).
            samples: What people said about them.
        """
        ids = draw_untouched(samples, MOST_FOLLOWED)
        return cls(ids, mu[ids]) if len(ids) > 2 else None

    def without(self, ids: NDArray[np.int64]) -> "StartingMap | None":
        """Return it for the samples that are not in `ids`, None where fewer than 3 are left."""
        is_kept = ~np.isin(self.ids, ids)
        return StartingMap(self.ids[is_kept], self.mu[is_kept]) if is_kept.sum() > 2 else None

    def displacement(self, mu: NDArray[np.float32]) -> float | None:
        """Return how far these samples are from where they were, a mean in radii of that map.

        The map is first laid on the earlier one by the similarity that fits best (turn, mirror,
        scale and shift: Schönemann and Carroll 1970), for a map that turns as a whole is still
        recognised. None where the earlier map was a single point.

        Args:
            mu: The map now, shape (num_samples, latent_dim).
        """
        radius = spread(self.mu)
        if radius == 0:
            return None
        there = self.mu - self.mu.mean(axis=0, dtype=np.float64)  # (n, latent_dim)
        here = mu[self.ids] - mu[self.ids].mean(axis=0, dtype=np.float64)
        laid = here @ similarity(here, there)
        return float(np.linalg.norm(laid - there, axis=1).mean() / radius)


def similarity(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the turn times scale, (latent_dim, latent_dim), that lays centred places on others."""
    u, strength, vt = np.linalg.svd(here.T @ there)
    scale = strength.sum() / max(float(np.square(here).sum()), np.finfo(np.float64).tiny)
    turn: NDArray[np.float64] = u @ vt * scale
    return turn


def draw_untouched(samples: TrainingSet, most: int) -> NDArray[np.int64]:
    """Return at most so many samples that are neither annotated nor moved, ascending."""
    is_untouched = samples.taught < 0
    is_untouched[samples.moved_ids] = False
    return draw(np.flatnonzero(is_untouched), most)


@torch.no_grad()
def note_starting_map(
    model: LatentModel, pixels: Tensor, samples: TrainingSet
) -> StartingMap | None:
    """Return the map a run starts from, None where it has no parent or touches every sample.

    To be called before anything of the model is changed; it costs 15 to 25 ms for 28x28. Where all
    places are known anyway, `StartingMap.of` costs nothing.

    Args:
        model: With its parent's weights.
        pixels: All samples as `Learner.pixels` holds them.
        samples: What people said about them.
    """
    if not model.has_parent:
        return None
    size = chunk_size(model.sample_shape, model.device)
    ids = draw_untouched(samples, min(MOST_FOLLOWED, max(LEAST_FOLLOWED, size)))
    if len(ids) < 3:
        return None
    chunks = torch.split(torch.from_numpy(ids).to(pixels.device), size)
    mu = torch.cat([model.encode(scale_pixels(pixels[chunk])).mu for chunk in chunks])
    return StartingMap(ids, mu.cpu().numpy())
