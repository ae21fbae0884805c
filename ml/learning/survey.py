"""What a snapshot tells of places: force on every sample and regions, computed chunk by chunk.

It only looks: weights, optimizer and random state are as they were, so that a run is the same
whether anybody asks or not.
"""

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from ml.learning.learner import Learner
from ml.maps.force import Ties, force
from ml.maps.regions import Grid, make_grid, settle_regions, vote
from ml.networks.embedding import Embedding
from ml.networks.networks import mask_logits
from ml.records import NO_CLASS, Field

SAMPLES_PER_CHUNK: Final = {"cpu": 1024, "cuda": 65_536}
"""Samples whose force is computed at once: what fits a processor's cache is twice as quick."""
NO_REGIONS: Final = np.empty((0, 0), np.int16)


class Survey:
    """The field of a snapshot while it is being computed."""

    def __init__(
        self, learner: Learner, embedding: Embedding, prediction: NDArray[np.int16]
    ) -> None:
        """Start to look.

        Args:
            learner: What trains; it is left as it is.
            embedding: Complete, of the weights as they are now.
            prediction: class_index or NO_CLASS of each sample, shape (num_samples,).
        """
        self._learner = learner
        self._embedding = embedding
        self._prediction = prediction
        has_subject = bool(learner.samples.is_active.any()) or len(learner.moved) > 0
        self._ties = learner.ties() if has_subject else None
        # training does not hear of targets of held-out samples
        self._target = torch.full_like(learner.target, float("nan"))
        self._target[learner.moved] = learner.target[learner.moved]
        self.field: Field | None = None
        """Known once `chunks` has ended; None where the loss ties no sample to any place, or with
        a force beyond all numbers."""

    def chunks(self) -> Iterator[None]:
        """Compute the field, pausing between chunks."""
        if self._ties is None:
            return
        places = self._embedding.mu
        pull, push = np.empty_like(places), np.empty_like(places)
        size = SAMPLES_PER_CHUNK[self._learner.model.device.type]
        for start in range(0, len(places), size):
            some = slice(start, start + size)
            pull[some], push[some] = self._force(self._ties, some)
            yield
        # a loss beyond all bounds must not end the run for the sake of its arrows
        if np.isfinite(pull).all() and np.isfinite(push).all():
            self.field = Field(pull, push, *self._regions())

    def _force(self, ties: Ties, some: slice) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return pull and push on a slice of the samples, both (B, latent_dim)."""
        learner, device = self._learner, self._learner.model.device
        z = torch.from_numpy(self._embedding.mu[some]).to(device)
        predicted = torch.from_numpy(self._prediction[some]).to(device).long()
        taught = learner.taught[some]
        class_index = torch.where(taught >= 0, taught, predicted)
        x = z if ties.locate is None else self._embedding.h[some]
        found = force(ties, x, class_index, self._target[some], learner.is_active)
        return found.pull.cpu().numpy(), found.push.cpu().numpy()

    def _regions(self) -> tuple[NDArray[np.int16], NDArray[np.float32], NDArray[np.float32]]:
        """Return regions (G, G) and the corners of their grid, (latent_dim,) each."""
        places = self._embedding.mu
        if places.shape[1] != 2:
            return NO_REGIONS, places.min(axis=0), places.max(axis=0)
        grid = make_grid(places)
        return settle_regions(places, grid, self._answer()), grid.low, grid.high

    def _answer(self) -> Callable[[Grid], NDArray[np.int16]]:
        """Return who says whose a cell is: the head where it reads places, else a vote.

        The magnets of `lodemap` are not asked: predictions are made by features. On 9,000 drawings
        with five and nine classes named, places by magnets agreed with 80 and 81 % of the samples'
        own predictions, by a vote with 87 and 84 %; a cluster far from its class's magnet was told
        as its neighbour's.
        """
        if self._learner.model.parts.head_on == "z":
            return self._ask_head
        return lambda grid: vote(self._embedding.mu, self._prediction, grid)

    @torch.no_grad()
    def _ask_head(self, grid: Grid) -> NDArray[np.int16]:
        """Return the class the head says of the middle of each cell, shape (side * side,).

        NO_CLASS while nothing is named: of masked logits, all equal, the first would win.
        """
        model = self._learner.model
        if not self._learner.is_active.any():
            return np.full(grid.side**2, NO_CLASS, np.int16)
        z = torch.from_numpy(grid.centers()).to(model.device)
        logits = mask_logits(model.classify(z, z), self._learner.is_active)
        return logits.argmax(1).cpu().numpy().astype(np.int16)
