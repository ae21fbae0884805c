"""A small project with two people in it, for tests of the store."""

import itertools
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from ml.maps.codec import encode_frame, pack_ids
from ml.maps.pins import pack_targets
from ml.records import RunConfig, Snapshot
from store.journal.whole_state import WholeState
from store.opening import Store
from store.records import Ack, FrameRow, Gesture, Project, Run, SnapshotRow, Verb
from tests.leases import HELD_S

NUM_SAMPLES = 40
ANA, BEN = "ana", "ben"


def put_digits(store: Store, num_samples: int = NUM_SAMPLES) -> str:
    """Save a seeded data set whose last fifth is held out; return its id."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (num_samples, 1, 8, 8), dtype=np.uint8)
    is_held_out = np.arange(num_samples) >= num_samples * 4 // 5
    label = np.arange(num_samples) % 2
    return store.datasets.put("digits", images, label, is_held_out, ("zero", "one")).dataset_id


def pack(ids: Sequence[int], num_samples: int = NUM_SAMPLES) -> bytes:
    return pack_ids(np.asarray(ids, dtype=np.int64), num_samples)


def snapshot_row(run: Run, epoch: int) -> SnapshotRow:
    name = f"runs/{run.run_id}/{run.attempt}-{epoch}"
    return SnapshotRow(run.run_id, epoch, run.attempt, f"{name}.weights", "0" * 64, 0, {"loss": 1})


def frame_row(run: Run, epoch: float, is_snapshot: bool = False) -> FrameRow:
    name = f"runs/{run.run_id}/{run.attempt}-{epoch}.frame"
    return FrameRow(run.run_id, 0, run.attempt, epoch, is_snapshot, name, {})


@dataclass
class Scene:
    """One project and short ways to do things in it."""

    store: Store
    project: Project
    keys: Iterator[str] = field(default_factory=lambda: (str(i) for i in itertools.count()))
    num_samples: int = NUM_SAMPLES

    @property
    def id(self) -> str:
        return self.project.project_id

    def say(
        self, verb: Verb, ids: Sequence[int] | None = None, who: str = ANA, **values: Any
    ) -> Ack:
        samples = b"" if ids is None else pack(ids, self.num_samples)
        gesture = Gesture(verb, f"key-{next(self.keys)}", samples, values)
        return self.store.journal.append(self.id, gesture, who.title(), who)

    def move(
        self,
        ids: Sequence[int],
        targets: Any,
        who: str = ANA,
        verb: Verb = "move",
        **values: Any,
    ) -> Ack:
        """Move samples; targets go by ascending id."""
        data = pack_targets(np.asarray(targets))
        gesture = Gesture(verb, f"key-{next(self.keys)}", pack(ids, self.num_samples), values, data)
        return self.store.journal.append(self.id, gesture, who.title(), who)

    def name(self, ids: Sequence[int], class_index: int, who: str = ANA) -> Ack:
        return self.say("annotate", ids, who, class_index=class_index)

    def state(self) -> WholeState:
        return self.store.journal.state(self.id)

    def annotation(self) -> list[int]:
        return [int(value) for value in self.state().annotation]

    def submit(
        self,
        kind: Literal["pretrain", "fine_tune"] = "fine_tune",
        who: str = ANA,
        auto_of: int | None = None,
        **knobs: Any,
    ) -> Run:
        config = RunConfig(**{"preset": "annotate-vae", **knobs})
        key = f"run-{next(self.keys)}"
        return self.store.runs.submit(self.id, kind, config, who.title(), who, key, auto_of)

    def claim(self, run: Run, owner: str = "worker", lease_s: float = HELD_S) -> Run:
        claimed = self.store.leases.claim(run.run_id, owner, lease_s)
        assert claimed is not None
        return claimed

    def commit(self, run: Run, epoch: int, owner: str = "worker") -> int:
        frame = frame_row(run, float(epoch), is_snapshot=True)
        return self.store.leases.commit_epoch(run.run_id, owner, snapshot_row(run, epoch), frame)

    def trained(self, run: Run, num_epochs: int = 2) -> Run:
        """Let a worker do a whole run."""
        run = self.claim(run)
        for epoch in range(1, num_epochs + 1):
            self.commit(run, epoch)
        self.store.leases.finish(run.run_id, "worker", "finished")
        return self.store.runs.get(run.run_id)

    def predicted(self, run: Run, said: Any) -> Run:
        """Let a worker do a run that shows samples as some classes, or all as one, at one place."""
        run = self.claim(run)
        frame = frame_row(run, 0.0, True)
        share = np.zeros(self.num_samples, np.float32)
        z = np.zeros((self.num_samples, 2), np.float32)
        prediction = np.broadcast_to(said, self.num_samples).astype(np.int16)
        packed = encode_frame(Snapshot(0, z, prediction, share, share))
        self.store.artifacts.write(frame.artifact, packed, True)
        self.store.leases.commit_epoch(run.run_id, "worker", snapshot_row(run, 0), frame)
        self.store.leases.finish(run.run_id, "worker", "finished")
        return self.store.runs.get(run.run_id)


def make_scene(store: Store, class_names: tuple[str, ...] = ("cat", "dog")) -> Scene:
    dataset_id = put_digits(store)
    name = f"project {uuid.uuid4().hex[:6]}"
    return Scene(store, store.projects.create(name, dataset_id, class_names=class_names))
