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

from ml.errors import BadCheckpointError, InvalidInputError
from ml.maps.atlas import Tiling, inhabited
from ml.maps.codec import encode_frame
from ml.networks.checkpoint import Progress, pack_checkpoint
from ml.networks.model import build_model
from ml.records import Frame, RunConfig, Snapshot
from store.errors import ArtifactDamagedError, ArtifactMissingError, NotFoundError
from store.opening import Store
from store.records import Run
from store.snapshots import drawings
from tests.store.scene import NUM_SAMPLES, Scene, frame_row, put_digits, snapshot_row

Z = np.random.default_rng(2).normal(size=(NUM_SAMPLES, 2)).astype(np.float32)
SPACE = np.concatenate([Z, Z[:, :1]], axis=1)
NOBODY = np.full(NUM_SAMPLES, -1, np.int16)
NONE = np.zeros(NUM_SAMPLES, np.float32)
VAE = RunConfig(preset="annotate-vae", seed=1)


def unpack(data: bytes) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    assert data[:4] == b"LMA2"
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
    assert header["lived"] == header["cells"]
    for cell, sample in zip(header["cells"], header["ids"], strict=True):
        picture = images[sample, 0].repeat(4, 0).repeat(4, 1)
        np.testing.assert_array_equal(tile_of(header, image, cell), picture)


def test_get__of_a_network_that_decodes_shows_what_it_draws_in_every_cell(any_store: Store) -> None:
    scene = scene_of(any_store, "annotate-vae")
    model = build_model(VAE, (1, 8, 8), 2)
    run = scene.submit("pretrain", preset="annotate-vae")
    blobs = np.where(Z[:, :1] < 0, Z - 8, Z + 8)  # nobody lives in two corners
    n = keep(scene, run, blobs, pack_checkpoint(model, VAE, Progress()))
    header, image = unpack(scene.store.atlases.get(run.run_id, 1, n))
    assert (header["kind"], header["ids"]) == ("decoded", None)
    assert header["cells"] == list(range(header["columns"] * header["rows"]))
    low_x, low_y = header["low"]
    tiling = Tiling((low_x, low_y), header["size"], header["columns"], header["rows"])
    assert header["lived"] == inhabited(blobs, tiling).tolist()
    lonely = sorted(set(header["cells"]) - set(header["lived"]))
    shown = np.array([header["lived"][0], lonely[0], lonely[-1]])
    with torch.no_grad():
        drawn = torch.sigmoid(model.decode(torch.from_numpy(tiling.middles(shown))))[:, 0] * 255
    for cell, picture in zip(shown.tolist(), drawn.numpy(), strict=True):
        tile = tile_of(header, image, cell)[::4, ::4]
        np.testing.assert_allclose(tile.astype(float), picture, atol=1)


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
    n = keep(scene, run, SPACE)
    with pytest.raises(NotFoundError, match="three axes"):
        store.atlases.get(run.run_id, 1, n)


def test_at__is_what_the_network_draws_at_a_place_of_three_axes(any_store: Store) -> None:
    scene = scene_of(any_store, "annotate-vae", 3)
    config = replace(VAE, latent_dim=3)
    model = build_model(config, (1, 8, 8), 3)
    run = scene.submit("pretrain", preset="annotate-vae", latent_dim=3)
    n = keep(scene, run, SPACE, pack_checkpoint(model, config, Progress()))
    place = np.array([0.5, -1.25, 7], np.float32)
    header, image = unpack(any_store.atlases.at(run.run_id, 1, n, place))
    assert (header["kind"], header["cells"], header["lived"]) == ("decoded", [0], [])
    with torch.no_grad():
        drawn = torch.sigmoid(model.decode(torch.from_numpy(place[None])))[0, 0].numpy() * 255
    np.testing.assert_allclose(tile_of(header, image, 0)[::4, ::4].astype(float), drawn, atol=1)
    any_store.artifacts.remove(any_store.runs.snapshot(run.run_id, 1).checkpoint)
    again, _ = unpack(any_store.atlases.at(run.run_id, 1, n, place + 1))
    assert again == header, "its decoder is read once"


def test_at__of_maps_in_turn_reads_each_checkpoint_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawings, "MOST_DECODERS", 2)
    place = np.zeros(2, np.float32)
    asked = []
    for seed in range(3):
        scene, config = scene_of(store, "annotate-vae"), replace(VAE, seed=seed)
        run = scene.submit("pretrain", preset="annotate-vae")
        n = keep(
            scene, run, Z, pack_checkpoint(build_model(config, (1, 8, 8), 2), config, Progress())
        )
        asked.append((run.run_id, 1, n))
    first, second, third = asked
    drawn = [store.atlases.at(*each, place) for each in asked[:2]]
    for run_id, *_ in asked[:2]:
        store.artifacts.remove(store.runs.snapshot(run_id, 1).checkpoint)
    assert [store.atlases.at(*each, place) for each in (second, first)] == [drawn[1], drawn[0]]
    store.atlases.at(*third, place)
    assert store.atlases.at(*first, place) == drawn[0]
    with pytest.raises(ArtifactMissingError):  # the one that nobody asked for the longest
        store.atlases.at(*second, place)


def test_at__refuses_places_that_are_none_of_its_map(store: Store) -> None:
    scene = scene_of(store, "annotate-vae")
    run = scene.submit("pretrain", preset="annotate-vae")
    n = keep(scene, run)
    with pytest.raises(InvalidInputError, match="has 2 axes and the place 3"):
        store.atlases.at(run.run_id, 1, n, np.zeros(3, np.float32))
    with pytest.raises(InvalidInputError, match="the limit is 1,000,000"):
        store.atlases.at(run.run_id, 1, n, np.full(2, 2e6, np.float32))


def test_at__of_a_network_that_decodes_nothing_is_none(store: Store) -> None:
    scene = scene_of(store, "lodemap")
    run = scene.submit("pretrain", preset="lodemap")
    with pytest.raises(NotFoundError, match="No network draws samples here"):
        store.atlases.at(run.run_id, 1, keep(scene, run), np.zeros(2, np.float32))


def test_get__of_a_damaged_checkpoint(store: Store) -> None:
    scene = scene_of(store, "annotate-vae")
    run = scene.submit("pretrain", preset="annotate-vae")
    n = keep(scene, run, checkpoint=b"no checkpoint")
    with pytest.raises(BadCheckpointError):
        store.atlases.get(run.run_id, 1, n)
    store.artifacts.write(store.runs.snapshot(run.run_id, 1).checkpoint, b"other", durable=False)
    with pytest.raises(ArtifactDamagedError):
        store.atlases.get(run.run_id, 1, n)
