"""What the network of a snapshot makes of the samples, asked in NumPy: features and belief."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.errors import BadCheckpointError
from ml.graph.plain_graph import PlainGraph, directions
from ml.insight.belief import both_heads
from ml.maps.codec import decode_frame
from ml.networks.plain_encoder import (
    ENCODER,
    HEAD_ON_PLACES,
    SIGNED,
    PlainEncoder,
    linear_belief,
)
from ml.records import NO_CLASS
from store.datasets.datasets import Datasets
from store.files.artifacts import Artifacts
from store.files.cache import Cache
from store.journal.journal import Journal
from store.queue.encodings import Encodings
from store.records import Dataset, ProjectState, Run, SnapshotRow
from store.runs.frames import Frames
from store.snapshots.last_used import LastUsed
from store.snapshots.tensors import read_tensors

FORMAT: Final = 1
"""Part of what features are kept under."""

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Task:
    """What one answer is worked out from."""

    row: SnapshotRow
    run: Run
    dataset: Dataset
    state: ProjectState
    pause: Callable[[], None]

    @property
    def key(self) -> tuple[str, str]:
        """Of the outlook: the snapshot's weights and its run."""
        return (self.row.sha256, self.row.run_id)


class Networks:
    """The networks of snapshots, and what was last worked out by them."""

    def __init__(
        self,
        journal: Journal,
        frames: Frames,
        datasets: Datasets,
        artifacts: Artifacts,
        cache: Cache,
        encodings: Encodings,
    ) -> None:
        self._encodings = encodings
        self._journal, self._frames, self._datasets = journal, frames, datasets
        self._artifacts, self._cache = artifacts, cache
        self.once = LastUsed().once

    def features(self, task: Task) -> Array:
        """Return unit features; those of an encoder that learned nothing since are the same."""
        tensors = self._tensors(task.row)
        digest = hashlib.sha256()
        for name in sorted(name for name in tensors if name.startswith((ENCODER, "model.input"))):
            digest.update(name.encode() + tensors[name].tobytes())
        name = f"features:{FORMAT}:{task.dataset.dataset_id}:{digest.hexdigest()}"
        x: Array = self.once("features", (name,), lambda: self._encoded(task, tensors, name))
        return x

    def _encoded(self, task: Task, tensors: Mapping[str, Array], name: str) -> Array:
        shape = task.dataset.sample_shape
        encoder = PlainEncoder.read(tensors, shape, task.run.config.preset)
        size = (task.dataset.num_samples, encoder.width)
        data = self._cache.get(name)
        if data is not None and len(data) == 2 * size[0] * size[1]:
            return np.frombuffer(data, "<f2").reshape(size).astype(np.float32)
        job_id = hashlib.sha256(name.encode()).hexdigest()
        h = self._encodings.of(task.row, size, shape, job_id, task.pause)
        if h is None:
            samples = self._datasets.samples(task.dataset.dataset_id).images
            h = encoder.encode_all(samples, task.pause)
        x = directions(h)
        if not np.isfinite(x).all():
            raise BadCheckpointError("The checkpoint's encoder gives features that are no numbers.")
        kept = x.astype("<f2")
        self._cache.set(name, kept.tobytes())
        return kept.astype(np.float32)  # as whoever reads it will have it, or groups would differ

    def belief(self, task: Task, x: Array, graph: PlainGraph) -> Array:
        """Return what the network believes, shape (n, K); K is 0 where it was taught nothing."""
        preset = task.run.config.preset
        taught = self._taught(task, graph.in_graph)
        if not (taught >= 0).any():
            return np.zeros((len(x), 0), np.float32)
        is_active = np.bincount(taught[taught >= 0]) > 0
        tensors = self._tensors(task.row)
        if preset in HEAD_ON_PLACES:
            return linear_belief(tensors, self.places(task.row), is_active)
        if preset not in SIGNED:
            encoder = PlainEncoder.read(tensors, task.dataset.sample_shape, preset)
            samples = self._datasets.samples(task.dataset.dataset_id).images
            return linear_belief(tensors, encoder.encode_all(samples, task.pause), is_active)
        return both_heads(tensors, x, graph, taught, task.pause)

    def _taught(self, task: Task, in_graph: NDArray[np.bool_]) -> NDArray[np.int16]:
        """Return the annotations that the run of a snapshot learned from, NO_CLASS for none."""
        if task.run.kind == "pretrain":
            return np.full(len(in_graph), NO_CLASS, np.int16)
        run = task.run
        known = self._journal.state(run.project_id, run.journal_seq, task.pause).annotation
        return np.where(in_graph & (known >= 0), known, NO_CLASS).astype(np.int16)

    def places(self, row: SnapshotRow) -> Array:
        """Return the map of a snapshot, shape (n, latent_dim)."""
        frame = self._frames.after(row.run_id, row.frame_n - 1, 1)[0]
        return decode_frame(self._artifacts.read(frame.artifact)).embedding

    def _tensors(self, row: SnapshotRow) -> Mapping[str, Array]:
        found: Mapping[str, Array] = self.once(
            "tensors", (row.sha256,), lambda: read_tensors(self._artifacts, row)
        )
        return found
