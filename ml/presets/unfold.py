"""Pretraining of `lodemap`: features by contrast, and a map that unfolds from them.

While the features are learned, what belongs together is drawn together on the map too, by the
Cauchy contrast of the same pairs (Böhm et al. 2023). In the last part of the epochs the features
rest and the map alone is laid out, by the edges of their graph: such a step reads no image.
"""

import math
from collections.abc import Iterator
from typing import ClassVar, Final

import torch
import torch.nn.functional as F  # noqa: N812 (PyTorch's own name for it)
from torch import Tensor

from ml.graph.neighbours import Neighbours
from ml.learning.losses import cauchy_info_nce, info_nce
from ml.learning.rates import falling, rising
from ml.networks.embedding import Embedding
from ml.presets.contrast import NUM_NEIGHBOURS, PRETEXT_RATE, REFRESH_AFTER, Contrast
from ml.samples.known import Known, known_of

LAYOUT_SHARE: Final = 0.25
"""Part of the epochs in which only the map is laid out."""
LAYOUT_STEPS: Final = (20, 100)
"""Fewest and most updates in an epoch of that part."""
SAMPLES_PER_STEP: Final = 40
"""Samples for which such an epoch has one update more: 100 from 4,000 samples on."""
NUM_EDGES: Final = 256
"""Pairs of neighbours in a layout step, each told from all the others."""
LAYOUT_RATE: Final = 4e-3
"""Largest step of Adam while only the map is laid out."""
RISE: Final = 0.3
"""Part of the contrast in which its learning rate grows (one cycle, Smith and Topin 2017): at full
size from the start, a third of the features never woke up."""


class Unfold(Contrast):
    """Contrast of augmented neighbours on h, and of neighbours on z."""

    TERMS: ClassVar[tuple[str, ...]] = ("loss", "contrast", "layout")
    _h: Tensor | None = None
    _known: Known | None = None

    def prepare(self) -> Iterator[None]:
        """Find each sample's neighbours by its values."""
        self._trained = self.ids.to(self.model.device)
        yield from super().prepare()

    @property
    def num_contrast_epochs(self) -> int:
        """Epochs that teach the features; those after them lay out the map."""
        return max(1, round((1 - LAYOUT_SHARE) * self.config.num_epochs))

    @property
    def is_laying_out(self) -> bool:
        """Whether the next step lays out the map on features at rest."""
        return self.progress.epoch >= self.num_contrast_epochs

    @property
    def steps_per_epoch(self) -> int:
        """Updates in one epoch."""
        if not self.is_laying_out:
            return super().steps_per_epoch
        fewest, most = LAYOUT_STEPS
        return min(most, max(fewest, math.ceil(len(self.ids) / SAMPLES_PER_STEP)))

    def rate(self) -> float:
        """Return the learning rate of the next step: either part comes to rest by itself."""
        first = self.num_contrast_epochs
        if self.is_laying_out:
            done = (self.progress.epoch - first) / (self.config.num_epochs - first)
            return LAYOUT_RATE * falling(done)
        done = (self.progress.num_steps + 1) / (first * self.steps_per_epoch)
        if done < RISE:
            return PRETEXT_RATE * rising(done / RISE)
        return PRETEXT_RATE * falling((done - RISE) / (1 - RISE))

    def embed(self) -> Embedding:
        """Return an embedding of all samples, still to be computed; quick while features rest."""
        return Embedding(self.model, self.pixels, self._h)

    def tune(self, epoch: int) -> Iterator[None]:
        """Look for neighbours by the features, once they know more than the values do.

        They depend on the weights alone, so that a resumed run meets the same ones.
        """
        embedding = self.look()
        if epoch <= REFRESH_AFTER * self.config.num_epochs or self._h is not None:
            return
        yield from embedding.chunks()
        found = Neighbours(F.normalize(embedding.h, dim=1), NUM_NEIGHBOURS, self.ids, self.ids)
        yield from found.chunks()
        self._neighbours = found.ids
        if self.is_laying_out:
            self._h = embedding.h

    def conclude(self, embedding: Embedding) -> Iterator[None]:
        """Note what the snapshot saw, also for the first Update once the features rest."""
        yield from super().conclude(embedding)
        if self._h is not None or self.progress.epoch == self.config.num_epochs:
            self._known = self._known or known_of(self.model, embedding.h)
            self.samples.known.keep(self._known)

    @property
    def withheld_terms(self) -> tuple[str, ...]:
        """While only the map is laid out, the contrast, and the total that lacks it."""
        return () if self._h is None else ("loss", "contrast")

    def losses(self, ids: Tensor, noise: torch.Generator) -> tuple[Tensor, ...]:
        """Return total, contrast and layout of a minibatch."""
        if self._h is not None:
            layout = self.layout(self._h, noise)
            return layout, layout.new_zeros(()), layout
        model = self.model
        first, second = self.views(ids, noise)
        h = model.features(torch.cat([first, second]))  # (2B, FEATURE_DIM)
        assert model.contrast is not None
        contrast = info_nce(*model.contrast(h).float().chunk(2))
        layout = cauchy_info_nce(*model.locate(h.detach()).mu.chunk(2))
        return contrast + layout, contrast, layout

    def layout(self, h: Tensor, noise: torch.Generator) -> Tensor:
        """Return the Cauchy contrast on the map of random edges of the features' graph."""
        ids, device = self._trained, h.device
        shape = (min(NUM_EDGES, len(ids)),)
        here = ids[torch.randint(len(ids), shape, generator=noise, device=device)]
        pick = torch.randint(self._neighbours.shape[1], shape, generator=noise, device=device)
        z = self.model.locate(h[torch.cat([here, self._neighbours[here, pick]])]).mu
        return cauchy_info_nce(*z.chunk(2))
