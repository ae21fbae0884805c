"""What a snapshot's network draws, asked of its checkpoint without torch."""

import threading
from collections import OrderedDict
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.networks.plain_decoder import PlainDecoder
from store.datasets.tiles import Values, squares
from store.files.artifacts import Artifacts
from store.records import SnapshotRow
from store.snapshots.tensors import read_tensors

MOST_DECODERS: Final = 8
"""Kept at once, a few megabytes each."""


def read_decoder(
    artifacts: Artifacts, snapshot: SnapshotRow, sample_shape: tuple[int, ...]
) -> PlainDecoder:
    """Return the decoder of a snapshot.

    Raises:
        ArtifactMissingError: its checkpoint is gone.
        ArtifactDamagedError: its checkpoint is not what was written.
        BadCheckpointError: its checkpoint holds no decoder that fits.
    """
    return PlainDecoder.read(read_tensors(artifacts, snapshot), sample_shape)


class Decoders:
    """The decoders that were asked for last: people look at several maps in turn."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts
        self._reading = threading.Lock()
        self._kept: OrderedDict[str, PlainDecoder] = OrderedDict()
        """By the checksum of their checkpoint, the newest last."""

    def get(self, snapshot: SnapshotRow, sample_shape: tuple[int, ...]) -> PlainDecoder:
        """Return the decoder of a snapshot; errors are those of `read_decoder`."""
        with self._reading:  # one at a time: a checkpoint is far larger than its decoder
            decoder = self._kept.pop(snapshot.sha256, None)
            if decoder is None:
                decoder = read_decoder(self._artifacts, snapshot, sample_shape)
            self._kept[snapshot.sha256] = decoder
            if len(self._kept) > MOST_DECODERS:
                self._kept.popitem(last=False)
        return decoder


def draw(decoder: PlainDecoder, z: NDArray[np.float32], values: Values) -> NDArray[np.uint8]:
    """Return what a decoder draws at places, as pictures.

    Args:
        decoder: Of a snapshot.
        z: Places, shape (n, latent_dim).
        values: Those of the data set; for vectors they say what black and white mean.

    Returns:
        uint8, shape (n, channels, height, width).

    Raises:
        BadCheckpointError: the decoder reads places of a map with more axes, or fewer.
    """
    x = decoder.decode(z)  # (n, *sample_shape)
    if x.ndim == 2:
        return squares(x, values)
    bright = 255 / (1 + np.exp(-np.clip(x, -30, 30)))  # pixels are Bernoulli (Kath et al.)
    return np.round(bright).astype(np.uint8)
