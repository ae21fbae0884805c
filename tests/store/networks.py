"""Real networks in a store: what a worker would have kept of a run, its weights included."""

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from ml.maps.codec import encode_frame
from ml.networks.checkpoint import Progress, pack_checkpoint
from ml.networks.model import LatentModel, build_model
from ml.records import RunConfig, Snapshot
from store.opening import Store
from store.records import Run
from tests.store.scene import Scene, frame_row, snapshot_row


def put_blobs(store: Store, num_samples: int = 60) -> str:
    """Save pictures of three kinds that any network tells apart, every fifth held out."""
    rng = np.random.default_rng(0)
    kind = np.arange(num_samples) % 3
    images = rng.integers(0, 60, (num_samples, 1, 8, 8))
    for k in range(3):
        images[kind == k, :, :, 2 * k : 2 * k + 3] += 180
    is_held_out = np.arange(num_samples) % 5 == 0
    names = ("left", "middle", "right")
    return store.datasets.put(
        "blobs", images.astype(np.uint8), kind.astype(np.int16), is_held_out, names
    ).dataset_id


def network(preset: str, shape: tuple[int, ...] = (1, 8, 8), num_classes: int = 3) -> LatentModel:
    """A network whose head has an opinion."""
    model = build_model(RunConfig(preset=preset, seed=1), shape, num_classes)
    with torch.no_grad():
        for parameter in model.head.parameters():
            parameter.normal_(generator=torch.Generator().manual_seed(1))
    return model


def keep_network(
    scene: Scene, run: Run, model: LatentModel, epoch: int = 1, data: bytes | None = None
) -> NDArray[np.float32]:
    """Let a worker finish a run with a network; return where it puts the samples.

    `data` takes the place of its checkpoint.
    """
    store = scene.store
    run = scene.claim(run)
    images = np.asarray(store.datasets.samples(scene.project.dataset_id).images, np.float32)
    with torch.no_grad():
        z: NDArray[np.float32] = model.encode(torch.from_numpy(images / 255)).mu.numpy()
    frame = frame_row(run, float(epoch), is_snapshot=True)
    nobody, none = np.full(len(z), -1, np.int16), np.zeros(len(z), np.float32)
    store.artifacts.write(
        frame.artifact, encode_frame(Snapshot(epoch, z, nobody, none, none)), durable=False
    )
    row = snapshot_row(run, epoch)
    data = data or pack_checkpoint(model, RunConfig(preset=model.preset), Progress())
    sha256 = store.artifacts.write(row.checkpoint, data, durable=False)
    store.leases.commit_epoch(run.run_id, "worker", replace(row, sha256=sha256), frame)
    store.leases.finish(run.run_id, "worker", "finished")
    return z
