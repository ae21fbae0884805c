"""How soon a project of 100,000 samples is a map one can work on."""

import statistics
from pathlib import Path
from typing import Final

import numpy as np
from playwright.sync_api import Browser, BrowserContext, ViewportSize

from benchmarks.chromium import chromium, remembering
from benchmarks.data.files import drawings
from benchmarks.hand import POINTS_JS
from benchmarks.served import served
from ml.maps.codec import encode_frame
from ml.records import RunConfig, Snapshot
from store.opening import Store, open_store
from store.records import FrameRow, SnapshotRow
from store.settings import Settings

COUNT: Final = 100_000
REPETITIONS: Final = 5
VISITS_BEFORE: Final = 3
"""Chromium keeps compiled what it loads for the second time."""
VIEWPORT: Final[ViewportSize] = {"width": 1280, "height": 800}
OWNER: Final = "benchmark"
IS_USABLE: Final = """count => {
    const parts = window.lodemap?.parts?.();
    const isDrawn = parts?.map.currentPositions()?.length === 2 * count;
    return isDrawn && parts.state.get().label?.length === count;
}"""


def open_seconds(data_dir: Path) -> tuple[float, float]:
    """Return the median seconds from asking for the page to a map whose points can be selected.

    Returns:
        With an empty browser cache, and in a browser that was there before.
    """
    with served("embedded", data_dir):
        pass  # the first start makes the data directory
    settings = Settings.from_env({"LODEMAP_DATA_DIR": str(data_dir)})
    with open_store(settings) as store:
        project_id = add_mapped(store)
    with served("embedded", data_dir) as app, chromium() as browser:
        address = f"{app.url}/?project={project_id}"
        for_the_first_time(browser, address)  # the worker warms up meanwhile
        first = [for_the_first_time(browser, address) for _ in range(REPETITIONS)]
        with remembering(browser, data_dir / "browser", VIEWPORT) as known:
            for _ in range(VISITS_BEFORE):
                measure(known, address)
            again = [measure(known, address) for _ in range(REPETITIONS)]
    return statistics.median(first), statistics.median(again)


def for_the_first_time(browser: Browser, address: str) -> float:
    """Return the seconds of one opening, with an empty browser cache."""
    context = browser.new_context(viewport=VIEWPORT)
    seconds = measure(context, address)
    context.close()
    return seconds


def measure(context: BrowserContext, address: str) -> float:
    """Return the seconds of one opening in a page of its own, until its points are drawn too."""
    page = context.new_page()
    page.goto(address, wait_until="commit")
    page.wait_for_function(IS_USABLE, arg=COUNT, polling="raf", timeout=60_000)
    page.wait_for_function(POINTS_JS, polling="raf", timeout=60_000)
    seconds: float = page.evaluate("performance.now() / 1000")
    page.close()
    return seconds


def add_mapped(store: Store) -> str:
    """Make a project with a map of islands, as a pretraining leaves it; return its id."""
    label = (np.arange(COUNT) % 10).astype(np.int16)
    is_held_out = np.arange(COUNT) % 5 == 0
    names = tuple(f"class {k}" for k in range(10))
    dataset = store.datasets.put("Large", drawings(COUNT)[:, None], label, is_held_out, names)
    project_id = store.projects.create("Large", dataset.dataset_id, class_names=names).project_id
    run = store.runs.submit(project_id, "pretrain", RunConfig("annotate-vae"), OWNER, OWNER, OWNER)
    claimed = store.leases.claim(run.run_id, OWNER, lease_s=600)
    assert claimed is not None
    keep_snapshot(store, run.run_id, claimed.attempt, label)
    store.leases.finish(run.run_id, OWNER, "finished")
    return project_id


def keep_snapshot(store: Store, run_id: str, attempt: int, label: np.ndarray) -> None:
    """Keep a map in which each label is an island."""
    rng = np.random.default_rng(0)
    middle = rng.normal(size=(10, 2)) * 6
    embedding = (middle[label] + rng.normal(size=(COUNT, 2))).astype(np.float32)
    nobody, nothing = np.full(COUNT, -1, np.int16), np.zeros(COUNT, np.float32)
    snapshot = Snapshot(1, embedding, nobody, nothing, nothing)
    name = f"runs/{run_id}/{attempt}-000001"
    store.artifacts.write(f"{name}.frame", encode_frame(snapshot), durable=False)
    sha256 = store.artifacts.write(f"{name}.safetensors", b"none", durable=False)
    row = SnapshotRow(run_id, 1, attempt, f"{name}.safetensors", sha256, 0, {})
    frame = FrameRow(run_id, 0, attempt, 1.0, True, f"{name}.frame", {})
    store.leases.commit_epoch(run_id, OWNER, row, frame)
