"""What a snapshot's network draws, asked of its checkpoint without torch."""

import numpy as np
from numpy.typing import NDArray

from ml.networks.plain_decoder import PlainDecoder
from store.datasets.tiles import Values, squares
from store.files.artifacts import Artifacts
from store.records import SnapshotRow
from store.snapshots.tensors import read_tensors


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


def draw(decoder: PlainDecoder, z: NDArray[np.float32], values: Values) -> NDArray[np.uint8]:
    """Return what a decoder draws at places, as pictures.

    Args:
        decoder: Of a snapshot.
        z: Places, shape (n, latent_dim).
        values: Those of the data set; for vectors they say what black and white mean.

    Returns:
        uint8, shape (n, channels, height, width).
    """
    x = decoder.decode(z)  # (n, *sample_shape)
    if x.ndim == 2:
        return squares(x, values)
    bright = 255 / (1 + np.exp(-np.clip(x, -30, 30)))  # pixels are Bernoulli (Kath et al.)
    return np.round(bright).astype(np.uint8)
