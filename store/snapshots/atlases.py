"""Atlases: what lives where on the map of a snapshot, drawn when first asked for and kept.

Nothing of it is learned or kept with a run: the places are in the snapshot's frame, the decoder in
its checkpoint, and the pictures in the data set. So training waits for no atlas, every snapshot has
one, also an imported one, and whichever process is asked draws the same bytes.

    4s "LMA2", u32 length of the header, the header as JSON, then a PNG of the whole tiling, whose
    first row is at high y. `assets/insight/atlas.mjs` reads the same bytes.

What is drawn at one place of any map, also of three axes, is told as an atlas of one cell.
"""

import json
import math
import struct
import threading
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from ml.maps.atlas import MOST_CELLS, Tiling, inhabited, lay_tiling, nearest_samples
from ml.maps.codec import decode_frame
from ml.maps.pins import check_places
from ml.networks.plain_decoder import DECODING, PlainDecoder
from store.datasets.datasets import Datasets
from store.datasets.thumbnails import Thumbnails
from store.datasets.tiles import TILE, lay_tiles, plan_sheets, visible
from store.errors import NotFoundError
from store.files.artifacts import Artifacts
from store.files.cache import Cache
from store.records import Dataset, FrameRow, Run
from store.runs.frames import Frames
from store.runs.runs import Runs
from store.snapshots.drawings import Decoders, draw

MAGIC: Final = b"LMA2"
FORMAT: Final = 3
"""Part of what an atlas is kept under, and of its address (`assets/shell/api.mjs`)."""
MOST_VALUES: Final = 400 * 64 * 64
"""Values decoded for one atlas: larger pictures have fewer cells, so that none takes seconds."""
FEWEST_CELLS: Final = 8
"""Cells along the longer side, however large the pictures are."""


@dataclass(frozen=True, eq=False)
class Drawn:
    """The pictures of an atlas before they are laid out."""

    kind: Literal["decoded", "typical"]
    tiling: Tiling
    cells: NDArray[np.int64]
    """Cells that have a picture, ascending, shape (k,)."""
    pictures: NDArray[np.uint8]
    """Shape (k, channels, height, width)."""
    lived: NDArray[np.int64]
    """Cells of those that are inhabited, ascending: all where samples are shown."""
    ids: NDArray[np.int64] | None = None
    """Of the samples shown, shape (k,); None where none are."""


class Atlases:
    """The atlases of all snapshots."""

    def __init__(
        self,
        runs: Runs,
        frames: Frames,
        datasets: Datasets,
        artifacts: Artifacts,
        thumbnails: Thumbnails,
        cache: Cache,
    ) -> None:
        self._runs = runs
        self._frames = frames
        self._datasets = datasets
        self._artifacts = artifacts
        self._thumbnails = thumbnails
        self._cache = cache
        self._drawing = threading.Lock()
        self._decoders = Decoders(artifacts)

    def get(self, run_id: str, attempt: int, n: int) -> bytes:
        """Return the atlas of the snapshot with this frame; it never changes.

        Raises:
            NotFoundError: no such frame, it is no snapshot's, or its map is not flat.
            ArtifactMissingError: a file it is drawn from is gone.
            ArtifactDamagedError: a file is not what was written.
            BadCheckpointError: its checkpoint holds no decoder that fits.
        """
        run, frame, dataset = self._about(run_id, attempt, n)
        if run.config.latent_dim != 2:
            raise NotFoundError("Atlases are drawn of flat maps only; this one has three axes.")
        key = f"atlas:{FORMAT}:{TILE}:{dataset.dataset_id}:{frame.artifact}"
        if (data := self._cache.get(key)) is not None:
            return data
        # one at a time: the cores belong to whoever trains
        with self._drawing:
            if (data := self._cache.get(key)) is None:
                data = self._packed(self._draw(run, frame, dataset), dataset)
                self._cache.set(key, data)
        return data

    def at(self, run_id: str, attempt: int, n: int, place: NDArray[np.float32]) -> bytes:
        """Return what the network of a snapshot draws at one place, as an atlas of one cell.

        The cell lies nowhere: `low` and `size` say nothing. The same place has the same bytes.

        Args:
            run_id: Of the snapshot.
            attempt: Of its frame.
            n: Of its frame.
            place: In map units, shape (latent_dim,).

        Raises:
            InvalidInputError: the place has more or fewer axes than the map, or lies too far out.
            NotFoundError: no such frame, it is no snapshot's, or its network draws no samples.
            ArtifactMissingError: its checkpoint is gone.
            ArtifactDamagedError: its checkpoint is not what was written.
            BadCheckpointError: its checkpoint holds no decoder that fits.
        """
        run, frame, dataset = self._about(run_id, attempt, n)
        if not is_drawn(run, dataset):
            raise NotFoundError("No network draws samples here; the map shows them as they are.")
        if len(place) != run.config.latent_dim:
            raise InvalidInputError(
                f"The map has {run.config.latent_dim} axes and the place {len(place)};"
                " send a number for each axis."
            )
        check_places(place)
        decoder = self._decoder(run, frame, dataset)
        picture = draw(decoder, place[None], self._datasets.samples(dataset.dataset_id).images)
        tiling, cell = Tiling((0.0, 0.0), 1.0, 1, 1), np.zeros(1, np.int64)
        return self._packed(Drawn("decoded", tiling, cell, picture, cell[:0]), dataset)

    def _about(self, run_id: str, attempt: int, n: int) -> tuple[Run, FrameRow, Dataset]:
        frame = self._frames.get(run_id, attempt, n)
        run = self._runs.get(run_id)
        if not frame.is_snapshot:
            raise NotFoundError(f"Frame {attempt}-{n} has no atlas: only snapshots have one.")
        return run, frame, self._datasets.get(self._datasets.of_project(run.project_id))

    def _decoder(self, run: Run, frame: FrameRow, dataset: Dataset) -> PlainDecoder:
        snapshot = self._runs.snapshot(run.run_id, int(frame.epoch))
        return self._decoders.get(snapshot, dataset.sample_shape)

    def _draw(self, run: Run, frame: FrameRow, dataset: Dataset) -> Drawn:
        z = decode_frame(self._artifacts.read(frame.artifact)).embedding  # (num_samples, 2)
        if is_drawn(run, dataset):
            return self._decoded(z, self._decoder(run, frame, dataset), dataset)
        tiling = lay_tiling(z)
        cells, ids = nearest_samples(z, tiling)
        pictures = visible(self._thumbnails.drawn(dataset.dataset_id), ids)
        return Drawn("typical", tiling, cells, pictures, cells, ids)

    def _decoded(self, z: NDArray[np.float32], decoder: PlainDecoder, dataset: Dataset) -> Drawn:
        room = math.isqrt(MOST_VALUES // math.prod(dataset.sample_shape))
        tiling = lay_tiling(z, min(MOST_CELLS, max(FEWEST_CELLS, room)))
        cells = np.arange(tiling.columns * tiling.rows)
        values = self._datasets.samples(dataset.dataset_id).images
        pictures = draw(decoder, tiling.middles(cells), values)
        return Drawn("decoded", tiling, cells, pictures, inhabited(z, tiling))

    def _packed(self, drawn: Drawn, dataset: Dataset) -> bytes:
        tiling = drawn.tiling
        header: dict[str, Any] = {
            "kind": drawn.kind,
            "tile": TILE,
            "columns": tiling.columns,
            "rows": tiling.rows,
            "low": tiling.low,
            "size": tiling.size,
            "cells": drawn.cells.tolist(),
            "lived": drawn.lived.tolist(),
            "ids": None if drawn.ids is None else drawn.ids.tolist(),
            "ink": plan_sheets(self._thumbnails.drawn(dataset.dataset_id)).is_ink,
        }
        row, column = np.divmod(drawn.cells, tiling.columns)
        places = (tiling.rows - 1 - row) * tiling.columns + column
        png = lay_tiles(drawn.pictures, places.tolist(), tiling.columns, tiling.rows)
        text = json.dumps(header).encode()
        return MAGIC + struct.pack("<I", len(text)) + text + png


def is_drawn(run: Run, dataset: Dataset) -> bool:
    """Whether the run's network draws samples as they are shown.

    Vectors that brought pictures along are known by those, and no network draws them.
    """
    return run.config.preset in DECODING and not dataset.about.has_pictures
