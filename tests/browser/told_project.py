"""A project that two people worked in, written without training: runs, gestures, a branch."""

from dataclasses import dataclass, field
from itertools import count

import numpy as np
from numpy.typing import NDArray

from ml.digits import load_digits
from ml.maps.codec import encode_frame, pack_ids
from ml.records import NO_CLASS, RunConfig, Snapshot
from store.opening import Store
from store.records import FrameRow, Gesture, Run, SnapshotRow
from tests.leases import HELD_S

CLASSES = ("zero", "one", "two", "three", "four")
NUM = 600


@dataclass
class ToldProject:
    """Short ways to say things in a project and to play the worker."""

    store: Store
    project_id: str
    label: NDArray[np.int64]
    clusters: NDArray[np.float32]
    """Where each sample will be once all is learned, (num_samples, 2)."""
    keys: "count[int]" = field(default_factory=count)

    @classmethod
    def make(cls, store: Store, name: str) -> "ToldProject":
        """Digits in no order yet: the pretraining spreads them over one cloud."""
        digits = load_digits()
        images, label = digits.images[:NUM], digits.label[:NUM].astype(np.int64)
        is_held_out = np.arange(NUM) % 5 == 0
        names = tuple(str(n) for n in range(10))
        dataset = store.datasets.put(name, images, label.astype(np.int16), is_held_out, names)
        project_id = store.projects.create(name, dataset.dataset_id, class_names=CLASSES).project_id
        rng = np.random.default_rng(1)
        centres = 3 * np.stack([np.cos(np.arange(10) * 0.63), np.sin(np.arange(10) * 0.63)], axis=1)
        clusters = centres[label] + rng.normal(0, 0.35, (NUM, 2))
        made = cls(store, project_id, label, clusters.astype(np.float32))
        made.learn("pretrain", 0.15)
        return made

    def say(self, verb: str, ids: list[int] | None, who: str, **values: object) -> int:
        """Let somebody make a gesture; return its seq."""
        samples = b"" if ids is None else pack_ids(np.asarray(sorted(ids)), NUM)
        gesture = Gesture(verb, f"told-{next(self.keys)}", samples, values)  # type: ignore[arg-type]
        return self.store.journal.append(self.project_id, gesture, who, who.lower()).seq

    def of(self, digit: int, limit: int = 30) -> list[int]:
        """The first samples of a digit."""
        return [int(at) for at in np.flatnonzero(self.label == digit)[:limit]]

    def learn(self, kind: str, share: float, who: str = "Ada") -> Run:
        """Ask for a run and play the worker: its map is `share` of the way to the clusters."""
        config = RunConfig("annotate-vae", num_epochs=2)
        key = self.project_id if kind == "pretrain" else f"told-{next(self.keys)}"
        run = self.store.runs.submit(self.project_id, kind, config, who, who.lower(), key)  # type: ignore[arg-type]
        claimed = self.store.leases.claim(run.run_id, "test", HELD_S)
        assert claimed is not None
        for epoch in range(3):
            self._commit(run, epoch, share * (0.8 + 0.1 * epoch), is_sure=kind != "pretrain")
        self.store.leases.finish(run.run_id, "test", "finished")
        return self.store.runs.get(run.run_id)

    def _commit(self, run: Run, epoch: int, share: float, *, is_sure: bool) -> None:
        noise = np.random.default_rng(2).normal(0, 1.2, (NUM, 2))
        embedding = (share * self.clusters + (1 - share) * noise).astype(np.float32)
        said = (
            np.where(self.label < len(CLASSES), self.label, NO_CLASS)
            if is_sure
            else np.full(NUM, NO_CLASS)
        )
        sure = np.full(NUM, 0.8, np.float32)
        snapshot = Snapshot(epoch, embedding, said.astype(np.int16), sure, 1 - sure)
        name = f"runs/{run.run_id}/1-{epoch}.frame"
        self.store.artifacts.write(name, encode_frame(snapshot), durable=False)
        weights = self.store.artifacts.write(f"{name}.st", b"none", durable=False)
        row = SnapshotRow(run.run_id, epoch, 1, f"{name}.st", weights, 0, {})
        frame = FrameRow(run.run_id, 0, 1, float(epoch), True, name, {})
        self.store.leases.commit_epoch(run.run_id, "test", row, frame)


def tell(store: Store, name: str) -> ToldProject:
    """Two people, two Updates, a name nobody agrees about, and one gesture after the last run."""
    told = ToldProject.make(store, name)
    told.say("annotate", told.of(0), "Ada", class_index=0)
    told.say("annotate", told.of(1), "Ada", class_index=1)
    told.learn("fine_tune", 0.5)
    told.say("annotate", [*told.of(2), *told.of(1, 5)], "Ben", class_index=2)
    told.say("mark_unsure", told.of(7, 6), "Ben")
    told.say("annotate", told.of(0, 25), "Ben", class_index=0)
    told.learn("fine_tune", 0.8, "Ben")
    told.say("annotate", told.of(3), "Ada", class_index=3)
    return told
