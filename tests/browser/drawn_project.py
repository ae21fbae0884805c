"""A project whose map is drawn by a test: no network, any number of points, any places."""

import uuid

import numpy as np
from numpy.typing import NDArray

from ml.maps.codec import encode_frame
from ml.records import NO_CLASS, RunConfig, Snapshot
from store.opening import Store
from store.records import FrameRow, SnapshotRow
from tests.leases import HELD_S

SIDE = 4
"""Pixels of a sample's picture: hardly any, so that many samples weigh little."""


def draw_project(
    store: Store, name: str, embedding: NDArray[np.float32], *, is_unformed: bool = False
) -> str:
    """Return the id of a project whose pretraining ended with these places, (num_samples, axes).

    With `is_unformed` it was stopped at epoch 0. Every tenth sample is held out. Each call draws
    pictures of its own.
    """
    num_samples, latent_dim = embedding.shape
    shade = np.random.default_rng(num_samples).integers(0, 256, (num_samples, 1, SIDE, SIDE))
    shade[:, 0, 0, :4] = np.frombuffer(uuid.uuid4().bytes, np.uint8)[:4]
    is_held_out = np.arange(num_samples) % 10 == 0
    label = np.zeros(num_samples, np.int16)
    dataset = store.datasets.put(name, shade.astype(np.uint8), label, is_held_out, ("all",))
    project_id = store.projects.create(
        name, dataset.dataset_id, latent_dim=latent_dim, class_names=("apple", "pear")
    ).project_id
    _pretrained(store, project_id, embedding.astype(np.float32), (0,) if is_unformed else (0, 1))
    return project_id


def _pretrained(
    store: Store,
    project_id: str,
    embedding: NDArray[np.float32],
    epochs: tuple[int, ...],
    prediction: NDArray[np.int16] | None = None,
) -> None:
    """Play the worker: some epochs whose snapshots are what was drawn; nobody is predicted.

    But where there is a `prediction`, (num_samples,).
    """
    config = RunConfig("annotate-vae", num_epochs=1)
    run_id = store.runs.submit(project_id, "pretrain", config, "test", "test", project_id).run_id
    assert store.leases.claim(run_id, "test", HELD_S) is not None
    share = np.zeros(len(embedding), np.float32)
    said = np.full(len(embedding), NO_CLASS, np.int16) if prediction is None else prediction
    for epoch in epochs:
        name = f"runs/{run_id}/1-{epoch}.frame"
        snapshot = Snapshot(epoch, embedding, said, share, share)
        store.artifacts.write(name, encode_frame(snapshot), durable=False)
        weights = store.artifacts.write(f"runs/{run_id}/{epoch}.st", b"none", durable=False)
        row = SnapshotRow(run_id, epoch, 1, f"runs/{run_id}/{epoch}.st", weights, 0, {})
        frame = FrameRow(run_id, 0, 1, float(epoch), True, name, {})
        store.leases.commit_epoch(run_id, "test", row, frame)
    store.leases.finish(run_id, "test", "finished" if epochs[-1] else "stopped")
