"""Features that were asked lately, and the very weights that gave them.

A run begins with the weights of the map on screen, whose features the run before has asked; nothing
but those weights and the samples says what they are. Who is near whom by them is kept as well.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from ml.graph.spreading import FeatureGraph
from ml.networks.embedding import ask_features
from ml.networks.model import LatentModel

READ_BY_FEATURES: Final = ("encoder.", "input_")
"""How the names of all weights begin that features depend on."""


@dataclass(eq=False)
class Known:
    """What one encoder says of all samples."""

    preset: str
    """How the network is put together."""
    weights: Tensor
    """The bits of all that features depend on, int32, shape (num_weights,)."""
    h: Tensor
    """Features, shape (num_samples, FEATURE_DIM)."""
    graph: FeatureGraph | None = None
    """Who is near whom by them, of the samples that are trained on; None until it was asked."""

    @property
    def num_bytes(self) -> int:
        """Bytes of all its tensors."""
        own = self.weights.nbytes + self.h.nbytes
        return own + (self.graph.num_bytes if self.graph is not None else 0)


@torch.no_grad()
def bits_of(model: LatentModel) -> Tensor:
    """Return the bits of all weights that features depend on, int32, shape (num_weights,)."""
    state = model.state_dict()
    parts = [state[name].flatten() for name in state if name.startswith(READ_BY_FEATURES)]
    return torch.cat(parts).view(torch.int32)


def known_of(model: LatentModel, h: Tensor) -> Known:
    """Return features, shape (num_samples, FEATURE_DIM), as what `model` as it is now says."""
    return Known(model.preset, bits_of(model), h)


class KnownFeatures:
    """Features of one data set, those used last at the end; used by one thread."""

    def __init__(self, most_bytes: int = 0, most: int | None = None) -> None:
        """Start with none.

        Args:
            most_bytes: What all that is kept may hold; what was not used for longest goes first.
            most: Networks whose features are kept at most; None for any number.
        """
        self._most_bytes = most_bytes
        self._most = most
        self._kept: list[Known] = []

    @property
    def num_bytes(self) -> int:
        """Bytes of all that is kept."""
        return sum(known.num_bytes for known in self._kept)

    def find(self, model: LatentModel) -> Known | None:
        """Return what is known of the weights of `model`, None where nothing is."""
        bits = bits_of(model)
        for known in self._kept:
            if known.preset == model.preset and torch.equal(known.weights, bits):
                self._use(known)
                return known
        return None

    def ask(self, model: LatentModel, pixels: Tensor) -> Generator[None, None, Known]:
        """Return what `model` says of all samples, pausing between chunks where it must be asked.

        What was asked anew is the caller's to `keep`.

        Args:
            model: The network.
            pixels: All samples of the data set as `Learner.pixels` holds them.
        """
        known = self.find(model)
        if known is None:
            h = yield from ask_features(model, pixels)
            known = known_of(model, h)
        return known

    def keep(self, known: Known, instead_of: Known | None = None) -> None:
        """Keep what is known, unless it is too large.

        Args:
            known: From `ask` or `known_of`; kept already, it only counts as used.
            instead_of: What a run kept before, which nothing begins with any more.
        """
        if instead_of is not None and instead_of is not known:
            self._kept = [kept for kept in self._kept if kept is not instead_of]
        self._use(known)
        self.make_room()

    def make_room(self) -> None:
        """Let go of what is over the limit: the oldest first, of the last its graph first."""
        while len(self._kept) > 1 and self._is_over():
            del self._kept[0]
        if self._kept and self.num_bytes > self._most_bytes:
            self._kept[0].graph = None
            if self.num_bytes > self._most_bytes:
                self._kept.clear()

    def _is_over(self) -> bool:
        is_many = self._most is not None and len(self._kept) > self._most
        return is_many or self.num_bytes > self._most_bytes

    def clear(self) -> None:
        """Let go of everything."""
        self._kept.clear()

    def _use(self, known: Known) -> None:
        self._kept = [kept for kept in self._kept if kept is not known]
        self._kept.append(known)


class RunFeatures:
    """Features of all samples by the weights that a run has now, asked once of each."""

    def __init__(self, model: LatentModel, pixels: Tensor, known: KnownFeatures) -> None:
        """Start without any.

        Args:
            model: The network, which changes while it learns.
            pixels: All samples as `Learner.pixels` holds them.
            known: What earlier runs have found out, and where the next one looks.
        """
        self._model, self._pixels, self._known = model, pixels, known
        self._first: Known | None = None
        self._kept: Known | None = None
        self.now: Known | None = None
        """What the weights said when they were last asked; None until then."""

    @property
    def h(self) -> Tensor | None:
        """Features, shape (num_samples, FEATURE_DIM); None where `now` is."""
        return self.now.h if self.now is not None else None

    def begin(self) -> Iterator[None]:
        """Ask the weights that the run begins with, pausing between chunks.

        They are kept whatever comes after: a control begins with them too, and whoever undoes it.
        """
        yield from self.refresh()
        self._first = self.now
        self.keep()

    def refresh(self) -> Iterator[None]:
        """Ask the weights as they are, pausing between chunks where they are not known."""
        self.now = yield from self._known.ask(self._model, self._pixels)

    def keep(self) -> None:
        """Keep what is known for the next run, in place of what this run's last snapshot kept.

        To be called where the weights are those of a snapshot.
        """
        if self.now is None:
            return
        is_first = self.now is self._first
        self._known.keep(self.now, None if is_first else self._kept)
        if not is_first:
            self._kept = self.now
