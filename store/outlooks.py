"""What the newest map of a project knows of its samples: features, neighbours, belief, and leads.

Like an atlas it is worked out when it is first asked for, out of what a snapshot has anyway (its
checkpoint, its frame, the data set, the journal), in NumPy and outside training. So it is there for
stopped runs, archives and workers elsewhere alike, and no run waits for it: where one begins while
it is being worked out, the work is given up within a moment.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load
from sqlalchemy import select

from ml.codec import decode_frame
from ml.errors import BadCheckpointError, InvalidInputError
from ml.leads import Kind, Lead, Outlook, find_groups, find_leads, most_alike
from ml.plain_encoder import (
    ENCODER,
    FEATURE_LENGTH,
    HEAD_ON_PLACES,
    SIGNED,
    PlainEncoder,
    linear_belief,
)
from ml.plain_graph import PlainGraph, directions, find_near
from ml.records import NO_CLASS
from store.artifacts import Artifacts
from store.cache import Cache
from store.database import Database
from store.datasets import Datasets
from store.frames import Frames
from store.journal import Journal
from store.precedence import is_foreground
from store.records import LIVE_STATES, ClassInfo, Dataset, ProjectState, Run, SnapshotRow
from store.runs import Runs
from store.tables import RUN

FORMAT: Final = 1
"""Part of what features are kept under."""
BETWEEN_LOOKS_S: Final = 0.2
"""How soon a run that begins is noticed."""
MOST_ALIKE: Final = 1000
GROUP_SEED: Final = 0

State = Literal["ready", "working", "waiting", "no_map"]
"""Whether it is there; somebody else is at it; a run learns; or there is no map yet."""
Array = NDArray[np.float32]


class _GaveWayError(Exception):
    """A run wants the cores."""


@dataclass(frozen=True, eq=False)
class Found:
    """An answer, or why there is none yet."""

    state: State
    snapshot: SnapshotRow | None = None
    """Of the map it speaks of."""
    seq: int = 0
    """Journal position whose annotations it counts."""
    outlook: Outlook | None = None
    leads: Mapping[Kind, list[Lead]] = field(default_factory=dict)
    ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    """Of the samples most alike, the nearest first."""


@dataclass(frozen=True, eq=False)
class _Kept:
    key: tuple[Any, ...]
    value: Any


class Outlooks:
    """The outlook of every project; the newest asked for is kept in memory."""

    def __init__(
        self,
        database: Database,
        journal: Journal,
        runs: Runs,
        frames: Frames,
        datasets: Datasets,
        artifacts: Artifacts,
        cache: Cache,
    ) -> None:
        self._gives_way_to_all = True
        self._database, self._journal, self._runs = database, journal, runs
        self._frames, self._datasets = frames, datasets
        self._artifacts, self._cache = artifacts, cache
        self._working = threading.Lock()
        self._kept: dict[str, _Kept] = {}

    def heed_own_runs_only(self) -> None:
        """Give way to runs of the same project alone: workers have cores of their own."""
        self._gives_way_to_all = False

    def leads(self, project_id: str) -> Found:
        """Return where to look next, as the newest map and the journal have it now.

        Raises:
            NotFoundError: no such project.
            ArtifactMissingError: a file it is worked out from is gone.
            ArtifactDamagedError: a file is not what was written.
            BadCheckpointError: the checkpoint holds no network that fits.
        """
        return self._work(project_id, self._leads)

    def alike(self, project_id: str, sample: int, count: int) -> Found:
        """Return the samples nearest to one by features, not on the map.

        Raises:
            InvalidInputError: there is no such sample, or `count` is not 1 to 1,000.
            LodemapError: as `leads`.
        """
        num_samples = self._datasets.get(self._datasets.of_project(project_id)).num_samples
        if not 0 <= sample < num_samples:
            raise InvalidInputError(
                f"There is no sample {sample}; this data set has 0 to {num_samples - 1}."
            )
        if not 1 <= count <= MOST_ALIKE:
            raise InvalidInputError(f"Ask for 1 to {MOST_ALIKE:,} samples that are alike.")

        def look(task: "_Task") -> Found:
            ids, _ = most_alike(self._features(task), sample, count)
            return Found("ready", task.row, task.state.seq, ids=ids)

        return self._work(project_id, look)

    def _work(self, project_id: str, act: Callable[["_Task"], Found]) -> Found:
        row = self._runs.head(project_id)
        if row is None:
            return Found("no_map")
        if not self._working.acquire(blocking=False):
            return Found("working", row)
        try:
            dataset = self._datasets.get(self._datasets.of_project(project_id))
            run, state = self._runs.get(row.run_id), self._journal.state(project_id)
            return act(_Task(row, run, dataset, state, self._pause(project_id)))
        except _GaveWayError:
            return Found("waiting", row)
        finally:
            self._working.release()

    def _pause(self, project_id: str) -> Callable[[], None]:
        """Return what gives way as soon as a run of this project, or of this machine, learns."""
        live = select(RUN.c.run_id).where(RUN.c.state.in_(LIVE_STATES), is_foreground()).limit(1)
        if not self._gives_way_to_all:
            live = live.where(RUN.c.project_id == project_id)
        looked = -BETWEEN_LOOKS_S

        def pause() -> None:
            nonlocal looked
            now = time.monotonic()
            if now - looked < BETWEEN_LOOKS_S:
                return
            looked = now
            with self._database.read() as connection:
                if connection.execute(live).one_or_none() is not None:
                    raise _GaveWayError

        return pause

    def _leads(self, task: "_Task") -> Found:
        outlook = self._outlook(task)
        living = with_living(outlook, task.state.classes)
        leads = self._once(
            "leads",
            (*task.key, task.state.seq),
            lambda: find_leads(living, task.state.annotation, task.pause),
        )
        return Found("ready", task.row, task.state.seq, living, leads)

    def _outlook(self, task: "_Task") -> Outlook:
        found: Outlook = self._once("outlook", task.key, lambda: self._look(task))
        return found

    def _look(self, task: "_Task") -> Outlook:
        x = self._features(task)
        in_graph = ~np.asarray(self._datasets.samples(task.dataset.dataset_id).is_held_out)
        near = find_near(x, np.flatnonzero(in_graph), task.pause)
        graph = PlainGraph(near, in_graph)
        groups = find_groups(x, graph, GROUP_SEED, task.pause)
        return Outlook(x, near, graph, groups, self._belief(task, x, graph))

    def _features(self, task: "_Task") -> Array:
        """Return unit features; those of an encoder that learned nothing since are the same."""
        tensors = self._tensors(task.row)
        digest = hashlib.sha256()
        for name in sorted(name for name in tensors if name.startswith((ENCODER, "model.input"))):
            digest.update(name.encode() + tensors[name].tobytes())
        name = f"features:{FORMAT}:{task.dataset.dataset_id}:{digest.hexdigest()}"
        x: Array = self._once("features", (name,), lambda: self._encoded(task, tensors, name))
        return x

    def _encoded(self, task: "_Task", tensors: Mapping[str, Array], name: str) -> Array:
        shape = task.dataset.sample_shape
        encoder = PlainEncoder.read(tensors, shape, task.run.config.preset)
        size = (task.dataset.num_samples, encoder.width)
        data = self._cache.get(name)
        if data is not None and len(data) == 2 * size[0] * size[1]:
            return np.frombuffer(data, "<f2").reshape(size).astype(np.float32)
        samples = self._datasets.samples(task.dataset.dataset_id).images
        x = directions(encoder.encode_all(samples, task.pause))
        if not np.isfinite(x).all():
            raise BadCheckpointError("The checkpoint's encoder gives features that are no numbers.")
        self._cache.set(name, x.astype("<f2").tobytes())
        return x

    def _belief(self, task: "_Task", x: Array, graph: PlainGraph) -> Array:
        """Return what the network believes, shape (n, K); K is 0 where it was taught nothing."""
        preset = task.run.config.preset
        taught = self._taught(task, graph.in_graph)
        if not (taught >= 0).any():
            return np.zeros((len(x), 0), np.float32)
        is_active = np.bincount(taught[taught >= 0]) > 0
        tensors = self._tensors(task.row)
        if preset in HEAD_ON_PLACES:
            return linear_belief(tensors, self._places(task.row), is_active)
        if preset not in SIGNED:
            encoder = PlainEncoder.read(tensors, task.dataset.sample_shape, preset)
            samples = self._datasets.samples(task.dataset.dataset_id).images
            return linear_belief(tensors, encoder.encode_all(samples, task.pause), is_active)
        linear = linear_belief(tensors, FEATURE_LENGTH * x, is_active)
        said = np.zeros_like(linear)
        named = np.flatnonzero(taught >= 0)
        said[named, taught[named]] = 1
        both: Array = (linear + graph.spread(said, task.pause)) / np.float32(2)
        return both

    def _taught(self, task: "_Task", in_graph: NDArray[np.bool_]) -> NDArray[np.int16]:
        """Return the annotations that the run of a snapshot learned from, NO_CLASS for none."""
        if task.run.kind == "pretrain":
            return np.full(len(in_graph), NO_CLASS, np.int16)
        known = self._journal.state(task.run.project_id, task.run.journal_seq).annotation
        return np.where(in_graph & (known >= 0), known, NO_CLASS).astype(np.int16)

    def _places(self, row: SnapshotRow) -> Array:
        frame = self._frames.after(row.run_id, row.frame_n - 1, 1)[0]
        return decode_frame(self._artifacts.read(frame.artifact)).embedding

    def _tensors(self, row: SnapshotRow) -> Mapping[str, Array]:
        def read() -> Mapping[str, Array]:
            try:
                return dict(load(self._artifacts.read(row.checkpoint, row.sha256)))
            except (SafetensorError, ValueError) as error:
                raise BadCheckpointError(f"The checkpoint cannot be read: {error}") from None

        found: Mapping[str, Array] = self._once("tensors", (row.sha256,), read)
        return found

    def _once(self, what: str, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """Return what is kept under a key, made where the newest kept is another."""
        kept = self._kept.get(what)
        if kept is None or kept.key != key:
            self._kept.pop(what, None)  # both at once would be twice the memory
            kept = self._kept[what] = _Kept(key, make())
        return kept.value


@dataclass(frozen=True, eq=False)
class _Task:
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


def with_living(outlook: Outlook, classes: tuple[ClassInfo, ...]) -> Outlook:
    """Return an outlook that believes only in living classes: merged ones count for their heir."""
    belief = np.zeros_like(outlook.belief)
    for info in classes:
        heir = info.class_index if info.merged_into is None else info.merged_into
        if info.class_index < belief.shape[1] and heir < belief.shape[1]:
            belief[:, heir] += outlook.belief[:, info.class_index]
    total = belief.sum(axis=1, keepdims=True)
    return replace(outlook, belief=(belief / np.maximum(total, 1e-12)).astype(np.float32))
