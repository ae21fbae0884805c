"""How long what to look at next takes, in a store as the web process has it."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.labelled import MNIST, read_labelled, standard_path
from benchmarks.sheet import LEFT_OUT, Sheet
from ml.maps.codec import encode_frame, pack_ids
from ml.networks.checkpoint import Progress, pack_checkpoint
from ml.networks.model import build_model
from ml.records import PRESETS, RunConfig, Snapshot
from store.opening import Store, open_store
from store.records import FrameRow, Gesture, SnapshotRow
from store.settings import Settings

NAMED_SHARE: Final = 0.05
WRONG_SHARE: Final = 0.05
NUM_ASKED: Final = 21
NUM_CLASSES: Final = 10


def take(sheet: Sheet, is_quick: bool) -> None:
    """Write the seconds of 10,000 and 100,000 samples and the milliseconds of a look-up."""
    sizes = {"10k": 2_000 if is_quick else 10_000, "100k": 100_000}
    for name, num_samples in sizes.items():
        if is_quick and name == "100k":
            sheet.put("suggest_100k_s", None, LEFT_OUT)
            sheet.put("neighbours_100k_ms", None, LEFT_OUT)
            continue
        with mapped(num_samples) as (store, project_id):
            wall, core = seconds_of(store, project_id)
            note = f"s from nothing to all leads; {core:.1f} s of a core; aim {num_samples / 1e4:g}"
            sheet.put(f"suggest_{name}_s", wall, note)
            if name == "100k":
                ms = milliseconds_alike(store, project_id, num_samples)
                sheet.put("neighbours_100k_ms", ms, f"ms, median of {NUM_ASKED}; aim 50")


def seconds_of(store: Store, project_id: str) -> tuple[float, float]:
    """Return wall and processor seconds until leads are there, nothing known before."""
    wall, core = time.perf_counter(), time.process_time()
    while (found := store.outlooks.leads(project_id)).state != "ready":
        if found.state != "working":
            raise RuntimeError(f"leads are {found.state}")
        time.sleep(0.02)
    return time.perf_counter() - wall, time.process_time() - core


def milliseconds_alike(store: Store, project_id: str, num_samples: int) -> float:
    """Return the median time of finding the 50 samples most like one."""
    taken = []
    for sample in np.random.default_rng(0).integers(0, num_samples, NUM_ASKED).tolist():
        began = time.perf_counter()
        store.outlooks.alike(project_id, sample, 50)
        taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken)


@contextmanager
def mapped(num_samples: int) -> Iterator[tuple[Store, str]]:
    """Keep a project of MNIST images with a map and some names, for as long as the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        images, label = many(num_samples)
        store = open_store(Settings.from_env({"LODEMAP_DATA_DIR": str(Path(folder) / "data")}))
        try:
            yield store, make_project(store, images, label)
        finally:
            store.close()


def many(num_samples: int) -> tuple[NDArray[np.uint8], NDArray[np.int16]]:
    """Return images, shape (num_samples, 1, 28, 28), and classes: beyond 14,000 shifted copies."""
    data = read_labelled(standard_path(MNIST))
    rng = np.random.default_rng(0)
    ids = rng.permutation(num_samples) % len(data.images)
    images = data.images[ids]
    is_copied = num_samples > len(data.images)
    for down in (-2, -1, 1, 2) if is_copied else ():
        part = rng.random(num_samples) < 0.2
        images[part] = np.roll(images[part], down, axis=2)
    return images, data.label[ids]


def make_project(store: Store, images: NDArray[np.uint8], label: NDArray[np.int16]) -> str:
    """Make a project whose Update has learned names, a few of them wrong."""
    num_samples = len(images)
    is_held_out = np.arange(num_samples) % 5 == 0
    names = tuple(map(str, range(NUM_CLASSES)))
    dataset = store.datasets.put("MNIST", images, label, is_held_out, names)
    project = store.projects.create("MNIST", dataset.dataset_id, class_names=names)
    keep_map(store, project.project_id, "pretrain", num_samples)
    rng = np.random.default_rng(1)
    said = np.where(rng.random(num_samples) < WRONG_SHARE, (label + 1) % NUM_CLASSES, label)
    is_named = (rng.random(num_samples) < NAMED_SHARE) & ~is_held_out
    for k in range(NUM_CLASSES):
        ids = pack_ids(np.flatnonzero(is_named & (said == k)), num_samples)
        gesture = Gesture("annotate", f"name-{k}", ids, {"class_index": k})
        store.journal.append(project.project_id, gesture, "Ana", "ana")
    keep_map(store, project.project_id, "fine_tune", num_samples)
    return project.project_id


def keep_map(store: Store, project_id: str, kind: str, num_samples: int) -> None:
    """Do a worker's part with a network nobody trained: what it costs to ask is the same."""
    config = RunConfig(preset=PRESETS[0])
    key = f"run-{kind}"
    run = store.runs.submit(project_id, kind, config, "Ana", "ana", key)  # type: ignore[arg-type]
    claimed = store.leases.claim(run.run_id, "worker", 60.0)
    if claimed is None:
        raise RuntimeError("the run could not be claimed")
    model = build_model(config, (1, 28, 28), NUM_CLASSES)
    z = np.random.default_rng(2).normal(size=(num_samples, 2)).astype(np.float32)
    none = np.zeros(num_samples, np.float32)
    snapshot = Snapshot(1, z, np.full(num_samples, -1, np.int16), none, none)
    name = f"runs/{run.run_id}/1"
    frame = FrameRow(run.run_id, 0, claimed.attempt, 1.0, True, f"{name}.frame", {})
    store.artifacts.write(frame.artifact, encode_frame(snapshot), durable=False)
    data = pack_checkpoint(model, config, Progress())
    sha256 = store.artifacts.write(f"{name}.safetensors", data, durable=False)
    row = SnapshotRow(run.run_id, 1, claimed.attempt, f"{name}.safetensors", sha256, 0, {})
    store.leases.commit_epoch(run.run_id, "worker", replace(row), frame)
    store.leases.finish(run.run_id, "worker", "finished")
