"""Atlases on both databases: decoded where the network draws, else typical samples; never kept."""

import io
import json
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from ml.errors import BadCheckpointError
from ml.maps.codec import encode_frame
from ml.networks.checkpoint import Progress, pack_checkpoint
from ml.networks.model import build_model
from ml.records import Frame, RunConfig, Snapshot
from store.errors import ArtifactDamagedError, NotFoundError
from store.opening import Store
from store.records import Run
from tests.store.scene import NUM_SAMPLES, Scene, frame_row, put_digits, snapshot_row

Z = np.random.default_rng(2).normal(size=(NUM_SAMPLES, 2)).astype(np.float32)
NOBODY = np.full(NUM_SAMPLES, -1, np.int16)
NONE = np.zeros(NUM_SAMPLES, np.float32)
VAE = RunConfig(preset="annotate-vae", seed=1)


def unpack(data: bytes) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    assert data[:4] == b"LMA1"
    (length,) = struct.unpack_from("<I", data, 4)
    image = Image.open(io.BytesIO(data[8 + length :]), formats=["PNG"])
    return json.loads(data[8 : 8 + length]), np.asarray(image)


def scene_of(store: Store, preset: str, latent_dim: int = 2) -> Scene:
    project = store.projects.create("p", put_digits(store), latent_dim=latent_dim, preset=preset)
    return Scene(store, project)


def tile_of(header: dict[str, Any], image: NDArray[np.uint8], cell: int) -> NDArray[np.uint8]:
    row, column = divmod(cell, header["columns"])
    top, left = (header["rows"] - 1 - row) * header["tile"], column * header["tile"]
    return image[top : top + header["tile"], left : left + header["tile"]]


def keep(scene: Scene, run: Run, z: NDArray[np.float32] = Z, checkpoint: bytes = b"") -> int:
    """Let a worker keep epoch 1 of a run, its bytes too; return its frame's n."""
    run = scene.claim(run)
    frame = frame_row(run, 1.0, is_snapshot=True)
    snapshot = Snapshot(1, z, NOBODY, NONE, NONE)
    scene.store.artifacts.write(frame.artifact, encode_frame(snapshot), durable=False)
    row = snapshot_row(run, 1)
    sha256 = scene.store.artifacts.write(row.checkpoint, checkpoint, durable=False)
    leases = scene.store.leases
    return leases.commit_epoch(run.run_id, "worker", replace(row, sha256=sha256), frame)


def test_get__of_a_network_that_decodes_nothing_shows_samples(any_store: Store) -> None:
    scene = scene_of(any_store, "lodemap")
    run = scene.submit("pretrain", preset="lodemap")
    header, image = unpack(scene.store.atlases.get(run.run_id, 1, keep(scene, run)))
    assert header["kind"] == "typical"
    assert image.shape == (header["rows"] * 32, header["columns"] * 32)
    images = scene.store.datasets.samples(scene.project.dataset_id).images
    for cell, sample in zip(header["cells"], header["ids"], strict=True):
        picture = images[sample, 0].repeat(4, 0).repeat(4, 1)
        np.testing.assert_array_equal(tile_of(header, image, cell), picture)


def test_get__of_a_network_that_decodes_shows_what_it_draws(any_store: Store) -> None:
    scene = scene_of(any_store, "annotate-vae")
    model = build_model(VAE, (1, 8, 8), 2)
    run = scene.submit("pretrain", preset="annotate-vae")
    n = keep(scene, run, checkpoint=pack_checkpoint(model, VAE, Progress()))
    header, image = unpack(scene.store.atlases.get(run.run_id, 1, n))
    assert (header["kind"], header["ids"]) == ("decoded", None)
    cell = header["cells"][len(header["cells"]) // 2]
    middle = [
        low + (at + 0.5) * header["size"]
        for low, at in zip(header["low"], divmod(cell, header["columns"])[::-1], strict=True)
    ]
    with torch.no_grad():
        drawn = torch.sigmoid(model.decode(torch.tensor([middle])))[0, 0].numpy() * 255
    tile = tile_of(header, image, cell)[::4, ::4]
    np.testing.assert_allclose(tile.astype(float), drawn, atol=1)


def test_get__is_drawn_once_and_read_from_the_cache(store: Store) -> None:
    scene = scene_of(store, "lodemap")
    run = scene.submit("pretrain", preset="lodemap")
    n = keep(scene, run)
    first = store.atlases.get(run.run_id, 1, n)
    store.artifacts.remove(store.frames.get(run.run_id, 1, n).artifact)
    assert store.atlases.get(run.run_id, 1, n) == first


def test_get__of_what_is_kept_waits_for_nobody_who_draws(store: Store) -> None:
    scene = scene_of(store, "lodemap")
    run = scene.submit("pretrain", preset="lodemap")
    n = keep(scene, run)
    first = store.atlases.get(run.run_id, 1, n)
    with store.atlases._drawing, ThreadPoolExecutor(1) as pool:
        assert pool.submit(store.atlases.get, run.run_id, 1, n).result(timeout=20) == first


def test_get__refuses_what_has_none(store: Store) -> None:
    scene = scene_of(store, "lodemap")
    run = scene.submit("pretrain", preset="lodemap")
    n = keep(scene, run)
    between = frame_row(store.runs.get(run.run_id), 1.5)
    store.artifacts.write(between.artifact, encode_frame(Frame(1.5, Z)), durable=False)
    store.frames.add(between, "worker")
    with pytest.raises(NotFoundError, match="only snapshots"):
        store.atlases.get(run.run_id, 1, n + 1)
    with pytest.raises(NotFoundError, match="no frame"):
        store.atlases.get(run.run_id, 1, n + 2)


def test_get__of_three_axes_says_why_there_is_none(store: Store) -> None:
    scene = scene_of(store, "lodemap", 3)
    run = scene.submit("pretrain", preset="lodemap", latent_dim=3)
    n = keep(scene, run, np.concatenate([Z, Z[:, :1]], axis=1))
    with pytest.raises(NotFoundError, match="three axes"):
        store.atlases.get(run.run_id, 1, n)


def test_get__of_a_damaged_checkpoint(store: Store) -> None:
    scene = scene_of(store, "annotate-vae")
    run = scene.submit("pretrain", preset="annotate-vae")
    n = keep(scene, run, checkpoint=b"no checkpoint")
    with pytest.raises(BadCheckpointError):
        store.atlases.get(run.run_id, 1, n)
    store.artifacts.write(store.runs.snapshot(run.run_id, 1).checkpoint, b"other", durable=False)
    with pytest.raises(ArtifactDamagedError):
        store.atlases.get(run.run_id, 1, n)
