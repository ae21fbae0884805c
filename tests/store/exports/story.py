"""A project with names, an undo, a merge, two runs and real files, for tests of what goes out."""

import hashlib

import numpy as np

from ml.maps.codec import encode_frame
from ml.maps.field_codec import pack_field
from ml.records import Field, Frame, Snapshot
from store.records import FrameRow, Run, SnapshotRow
from tests.store.scene import BEN, NUM_SAMPLES, Scene

CHECKPOINT = b"weights of epoch %d"


def embedding_of(epoch: int, latent_dim: int = 2) -> np.ndarray:
    z = np.random.default_rng(epoch).normal(size=(NUM_SAMPLES, latent_dim))
    return z.astype(np.float32)


def learn(scene: Scene, run: Run, num_epochs: int = 2) -> Run:
    """Do a worker's part with real bytes: a frame in between, then a snapshot, for each epoch."""
    run = scene.claim(run)
    for epoch in range(num_epochs + 1):
        _add_epoch(scene, run, epoch)
    scene.store.leases.finish(run.run_id, "worker", "finished")
    return scene.store.runs.get(run.run_id)


def _add_epoch(scene: Scene, run: Run, epoch: int) -> None:
    store, stem = scene.store, f"runs/{run.run_id}/{run.attempt}-{epoch:04d}"
    z, share = embedding_of(epoch), np.linspace(0, 1, NUM_SAMPLES, dtype=np.float32)
    if epoch:
        between = f"{stem}-between.frame"
        store.artifacts.write(between, encode_frame(Frame(epoch - 0.5, z)), durable=False)
        store.frames.add(
            FrameRow(run.run_id, 0, run.attempt, epoch - 0.5, False, between, {}), "worker"
        )
    prediction = (np.arange(NUM_SAMPLES) % 2).astype(np.int16)
    snapshot = Snapshot(epoch, z, prediction, share, 1 - share)
    store.artifacts.write(f"{stem}.frame", encode_frame(snapshot), durable=True)
    field = Field(z, z, np.zeros((2, 2), np.int16), z[0], z[0] + 1)
    store.artifacts.write(f"{stem}.field", pack_field(field), durable=False)
    checkpoint = CHECKPOINT % epoch
    sha256 = store.artifacts.write(f"{stem}.safetensors", checkpoint, durable=True)
    assert sha256 == hashlib.sha256(checkpoint).hexdigest()
    metrics = {"loss": 1.0 - epoch / 10, "held_out_accuracy": None}
    frame = FrameRow(
        run.run_id, 0, run.attempt, float(epoch), True, f"{stem}.frame", metrics, f"{stem}.field"
    )
    row = SnapshotRow(run.run_id, epoch, run.attempt, f"{stem}.safetensors", sha256, 0, metrics)
    store.leases.commit_epoch(run.run_id, "worker", row, frame)


def tell(scene: Scene) -> list[Run]:
    """Let Ana and Ben name samples around a pretraining and two Updates; return the runs.

    In the end: 1 and 3 are dogs by Ana and Ben's merge, 2 a dog by Ben's word, 5 is unsure, 4 was
    cleared, 6 was named and taken back, and 35 is held out.
    """
    runs = [learn(scene, scene.submit("pretrain"))]
    scene.name([1, 2, 3, 4, 35], 0)  # seq 3
    runs.append(learn(scene, scene.submit()))  # seq 4
    scene.name([2], 1, BEN)  # 5
    scene.name([6], 1)  # 6
    scene.say("undo")  # 7
    scene.say("clear", [4])  # 8
    scene.say("mark_unsure", [5], BEN)  # 9
    runs.append(learn(scene, scene.submit()))  # 10
    scene.say("merge_class", who=BEN, class_index=0, into=1)  # 11
    return runs
