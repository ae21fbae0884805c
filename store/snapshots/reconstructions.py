"""Reconstructions: held-out samples as they are, and as a network draws them from the map alone."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.maps.codec import decode_frame
from ml.networks.plain_decoder import DECODING
from store.datasets.tiles import lay_tiles, plan_sheets, visible
from store.errors import NotFoundError
from store.opening import Store
from store.snapshots.drawings import draw, read_decoder

NUM_SHOWN: Final = 12
"""Samples that are shown: as many as a card is wide."""


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """Samples beside what the network makes of their places."""

    ids: NDArray[np.int64]
    """Samples shown, shape (n,): the same of every run, so that runs can be compared."""
    distance: NDArray[np.float32]
    """Root mean square difference of a pixel, 0 to 1 (vectors: as they are drawn), shape (n,)."""
    is_ink: bool
    """Bright strokes on black, which a light theme may draw the other way round."""
    seen: bytes
    """A row of tiles: the samples, as PNG."""
    drawn: bytes
    """A row of tiles: what the network draws of each."""


def reconstruction_of(store: Store, run_id: str, epoch: int) -> Reconstruction:
    """Return what the network of a snapshot draws where some held-out samples lie on its map.

    Raises:
        NotFoundError: no such run or snapshot, or its preset has no decoder.
        ArtifactMissingError: a file it is drawn from is gone.
        ArtifactDamagedError: a file is not what was written.
        BadCheckpointError: its checkpoint holds no decoder that fits.
    """
    run, snapshot = store.runs.get(run_id), store.runs.snapshot(run_id, epoch)
    if run.config.preset not in DECODING:
        raise NotFoundError(
            f"The preset {run.config.preset} has no decoder; {', '.join(sorted(DECODING))} has."
        )
    dataset = store.datasets.get(store.datasets.of_project(run.project_id))
    samples = store.datasets.samples(dataset.dataset_id)
    ids = spread_over(samples.is_held_out)
    frame = store.frames.get(run_id, snapshot.attempt, snapshot.frame_n)
    z = decode_frame(store.artifacts.read(frame.artifact)).embedding[ids]  # (n, latent_dim)
    decoder = read_decoder(store.artifacts, snapshot, dataset.sample_shape)
    seen = visible(samples.images, ids)
    drawn = draw(decoder, z, samples.images)
    gap = (seen.astype(np.float32) - drawn) / 255
    distance = np.sqrt((gap**2).mean(axis=(1, 2, 3)))
    rows = [lay_tiles(each, range(len(ids)), len(ids), 1) for each in (seen, drawn)]
    return Reconstruction(ids, distance, plan_sheets(samples.images).is_ink, *rows)


def spread_over(is_held_out: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return up to `NUM_SHOWN` ids from all over the held-out samples, else of all samples."""
    among = np.flatnonzero(is_held_out) if is_held_out.any() else np.arange(len(is_held_out))
    steps = np.linspace(0, len(among) - 1, min(NUM_SHOWN, len(among)))
    return among[np.unique(steps.round().astype(np.int64))]
