"""`python -m benchmarks large`: large sets the whole way, as a person walks it with their own file.

A file is imported by the command line, its project opened in Chromium and left to form; then two
parts get names, Update, and the run to its end. Each set is islands of noise, so that there is
something to learn; how well it is learnt is what `gestures` measures.
"""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from playwright.sync_api import Page

from benchmarks.chromium import PROBE, chromium
from benchmarks.data.files import DIMENSIONS, NUM_CLASSES
from benchmarks.hand import Hand, first_motion_s
from benchmarks.records import Report
from benchmarks.served import ROOT, Served, served

PATIENCE_S: Final = 5400.0
LOOK_S: Final = 0.25
ROWS: Final = 20_000
QUICK_SHARE: Final = 0.02
FIGURES: Final = (
    "import_s", "points_s", "formed_s", "select_ms", "acknowledged_ms", "moved_s", "updated_s",
    "num_selected", "peak_mb",
)  # fmt: skip
NUM_SELECTED_JS: Final = "window.lodemap.parts().state.get().selection.ids.length"
STEMS: Final = ("vectors", "pictures")
"""Names of the files, after which the projects are called."""
LIVE: Final = ("queued", "running", "stopping")
MB: Final = 1e6


@dataclass(frozen=True)
class LargeSet:
    """A set of the size people bring."""

    count: int
    shape: tuple[int, ...]
    """Of one sample: (height, width), (height, width, 3) or (dimensions,)."""


SETS: Final = {
    "grey": LargeSet(100_000, (28, 28)),
    "colour": LargeSet(20_000, (96, 96, 3)),
    "vectors": LargeSet(1_000_000, (DIMENSIONS,)),
}


def run(is_quick: bool, part: str | None = None) -> Report:
    """Walk with each set; quick: with a fiftieth of it."""
    figures: dict[str, float | None] = {}
    notes: dict[str, str] = {}
    for name in [part] if part else SETS:
        whole = SETS[name]
        count = int(whole.count * (QUICK_SHARE if is_quick else 1))
        with tempfile.TemporaryDirectory() as folder:
            found = walk(Path(folder), LargeSet(count, whole.shape))
        figures |= {f"{key}_{name}": value for key, value in found.items()}
        notes[f"import_s_{name}"] = f"{count:,} of {' x '.join(map(str, whole.shape))}"
    return Report("large", figures, notes)


def make(folder: Path, wanted: LargeSet) -> Path:
    """Write the file: an island of noise a class, a part at a time."""
    rng = np.random.default_rng(0)
    label = (np.arange(wanted.count) % NUM_CLASSES).astype(np.int16)
    if len(wanted.shape) == 1:
        return make_table(folder / "vectors.parquet", label, *wanted.shape)
    coarse = rng.integers(0, 200, (NUM_CLASSES, 4, 4, *wanted.shape[2:]))
    middle = coarse.repeat(wanted.shape[0] // 4, 1).repeat(wanted.shape[1] // 4, 2)
    images = middle[label].astype(np.uint8)
    images += rng.integers(0, 55, images.shape, np.uint8)
    path = folder / "pictures.npz"
    np.savez(path, images=images, labels=label)
    return path


def make_table(path: Path, label: NDArray[np.int16], num_dimensions: int) -> Path:
    """Write vectors with their labels as Parquet, a group of rows at a time."""
    rng = np.random.default_rng(0)
    middle = rng.normal(size=(NUM_CLASSES, num_dimensions))
    form = pa.schema([("label", pa.string()), ("vector", pa.list_(pa.float32(), num_dimensions))])
    with pq.ParquetWriter(path, form) as table:
        for part in np.array_split(label, len(label) // ROWS + 1):
            values = middle[part] + rng.normal(size=(len(part), num_dimensions))
            flat = pa.array(values.astype(np.float32).ravel())
            vectors = pa.FixedSizeListArray.from_arrays(flat, num_dimensions)
            table.write_batch(
                pa.record_batch([pa.array([f"class {k}" for k in part]), vectors], form)
            )
    return path


def walk(folder: Path, wanted: LargeSet) -> dict[str, float]:
    """Return the figures of one set, by the first part of their keys."""
    data_dir = folder / "data"
    file = make(folder, wanted)
    found = {"import_s": seconds_of(lambda: import_file(file, data_dir))}
    file.unlink()
    with served("embedded", data_dir) as app, chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(path=PROBE)
        found |= gestures(page, app, imported_project(app))
        found["peak_mb"] = peak_mb(app)
    return found


def import_file(file: Path, data_dir: Path) -> None:
    """Import it by the command line.

    Raises:
        RuntimeError: with what the command said, when it failed.
    """
    command = [sys.executable, "app.py", "import", str(file), "--data-dir", str(data_dir)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The import failed: {done.stdout[-500:]} {done.stderr[-2000:]}")


def imported_project(app: Served) -> str:
    """Return the id of the one that was just imported."""
    with urllib.request.urlopen(f"{app.url}/api/projects") as answer:
        projects = json.load(answer)
    return next(str(each["project_id"]) for each in projects if each["name"] in STEMS)


def gestures(page: Page, app: Served, project_id: str) -> dict[str, float]:
    """Open the project, wait for its map, take a part of it, name it, and learn from it."""
    hand = Hand(page, project_id)
    began = time.monotonic()
    page.add_init_script("performance.setResourceTimingBufferSize(100_000)")
    page.request.post(f"{app.url}/api/session", data={"name": "Ada"})
    page.goto(f"{app.url}/?project={project_id}")
    page.wait_for_function(
        "() => window.lodemap?.parts?.()?.map.currentPositions()?.some((at) => at !== 0)",
        timeout=PATIENCE_S * 1000,
    )
    found = {"points_s": time.monotonic() - began}
    await_end(hand, 1)
    found["formed_s"] = time.monotonic() - began
    found["select_ms"] = 1000 * seconds_of(lambda: hand.lasso(0.3))
    found["num_selected"] = page.evaluate(NUM_SELECTED_JS)
    found["acknowledged_ms"] = 1000 * seconds_of(lambda: hand.name("1"))
    hand.lasso(0.7)  # one class alone has nothing to be told from
    hand.name("2")
    began = time.monotonic()
    found["moved_s"] = first_motion_s(page, "lodemap", "#update", PATIENCE_S)
    await_end(hand, 2)
    found["updated_s"] = time.monotonic() - began
    return found


def await_end(hand: Hand, number: int) -> None:
    """Wait until the project's n-th run has ended.

    Raises:
        RuntimeError: when it ended in another way than it should.
        TimeoutError: when it takes more than PATIENCE_S.
    """
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        runs = hand.runs()
        if len(runs) >= number and runs[number - 1]["state"] not in LIVE:
            if runs[number - 1]["state"] != "finished":
                raise RuntimeError(f"Run {number} ended so: {runs[number - 1]}")
            return
        time.sleep(LOOK_S)
    raise TimeoutError(f"Run {number} did not end within {PATIENCE_S:g} s.")


def peak_mb(app: Served) -> float:
    """Return the most memory the app and its worker held, in MB: the sum of their own peaks."""
    if app.process is None:
        return 0.0
    top = psutil.Process(app.process.pid)
    return sum(peak_of(each) for each in [top, *top.children(recursive=True)])


def peak_of(process: psutil.Process) -> float:
    """Return the peak of one process' resident memory, in MB."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    return float(peak.split()[1]) * 1024 / MB


def seconds_of(act: Callable[[], Any]) -> float:
    """Return how long it takes."""
    began = time.monotonic()
    act()
    return time.monotonic() - began
