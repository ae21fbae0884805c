"""Who is nearest to whom, among many."""

import math
from collections.abc import Iterator
from typing import Final

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.networks.columns import middle_and_spread
from ml.seeding import draw_some

MOST_REFERENCES: Final = 20_000
"""Neighbours are looked for among so many samples at most: the cost stays linear in the rest."""
VALUES_PER_CHUNK: Final = {"cpu": 8_000_000, "cuda": 64_000_000}
"""Distances computed at once: on two cores, 32 MB take 30 to 80 ms."""
SAMPLES_AT_ONCE: Final = 4096
TINY: Final = torch.finfo(torch.float32).tiny
LONGEST_GREY: Final = 28
LONGEST_COLOR: Final = 14
"""Pixels each way that pictures are reduced to before they are compared."""


def comparable(samples: Tensor) -> Tensor:
    """Return samples as vectors whose distance means something, float32, shape (num_samples, D).

    Args:
        samples: uint8 images (num_samples, C, H, W), or float32 vectors (num_samples, D).
    """
    if samples.ndim == 2:
        middle, spread = middle_and_spread(samples)
        # a column that always holds the same number tells nobody apart
        return torch.where(spread > 0, (samples - middle) / spread.clamp_min(TINY), 0)
    longest = LONGEST_GREY if samples.shape[1] == 1 else LONGEST_COLOR
    sides = (min(samples.shape[2], longest), min(samples.shape[3], longest))
    parts = [
        F.adaptive_avg_pool2d(samples[i : i + SAMPLES_AT_ONCE].float().div_(255), sides)
        for i in range(0, len(samples), SAMPLES_AT_ONCE)
    ]
    return torch.cat(parts).flatten(1)


class Neighbours:
    """The nearest samples of each sample, while they are being found."""

    def __init__(
        self,
        x: Tensor,
        num_nearest: int,
        ids: Tensor | None = None,
        of: Tensor | None = None,
    ) -> None:
        """Start to look.

        Args:
            x: Vectors, float32, shape (num_samples, D).
            num_nearest: Neighbours wanted; fewer where there are not so many samples.
            ids: Samples that may be neighbours, ascending, on the CPU; all when None.
            of: Samples whose neighbours are wanted, on the CPU; those of others stay 0. All
                when None.
        """
        self._wanted = None if of is None else of.to(x.device)
        allowed = torch.arange(len(x)) if ids is None else ids
        self._references = draw_some(allowed, MOST_REFERENCES).to(x.device)  # (num_references,)
        self._x = x
        count = max(1, min(num_nearest, len(self._references) - 1))
        self.ids = torch.zeros((len(x), count), dtype=torch.int64, device=x.device)
        """Sample ids by rising distance, shape (num_samples, num_nearest)."""
        self.squared = torch.zeros((len(x), count), device=x.device)
        """Squared distances, same shape."""

    @torch.no_grad()
    def chunks(self) -> Iterator[None]:
        """Look, pausing between chunks."""
        size = max(1, VALUES_PER_CHUNK[self._x.device.type] // len(self._references))
        among = self._x[self._references]  # (num_references, D)
        norms = among.square().sum(1)
        place = torch.full((len(self._x),), -1, device=self._x.device)
        place[self._references] = torch.arange(len(among), device=self._x.device)
        count = len(self._x) if self._wanted is None else len(self._wanted)
        for start in range(0, count, size):
            rows = self._rows(start, start + size)
            here = self._x[rows]
            # without each row's own norm, which does not change who is nearest
            squared = torch.addmm(norms, here, among.T, alpha=-2)
            is_reference = (place[rows] >= 0).nonzero().squeeze(1)
            squared[is_reference, place[rows][is_reference]] = math.inf  # nobody is its own
            nearest = squared.topk(self.ids.shape[1], largest=False)
            self.ids[rows] = self._references[nearest.indices]
            own = here.square().sum(1, keepdim=True)
            self.squared[rows] = (nearest.values + own).clamp_min(0)
            yield

    def _rows(self, start: int, end: int) -> slice | Tensor:
        return slice(start, end) if self._wanted is None else self._wanted[start:end]
