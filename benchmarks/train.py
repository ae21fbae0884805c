"""How much of the machine goes into learning: our generator against the usual loops.

Each contender trains the network of annotate-vae on 7,000 MNIST images; seconds are the best round
of an epoch, images per second the best batch size's. docs/benchmarks.md tells the rest.
"""

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.images import ROOT, mnist_7k
from benchmarks.records import MissingPartError, Report
from tasks.threads import POLITE

OWN_PYTHON: Final = "LODEMAP_PYTHAE"
"""Names a Python that has pythae; without it one is set up in bench-out once."""
BATCH_SIZES: Final = (64, 128, 256, 512, 1024, 2048)
QUICK_BATCH_SIZES: Final = (128, 512, 1024)
NUM_ROUNDS: Final = 4
EQUAL_BATCH: Final = "128"
MEMORY_STEPS: Final = 200
Timings = dict[str, dict[str, float]]
"""Best seconds of an epoch by batch size and contender."""


def call(command: Sequence[str], limit_s: float) -> str:
    """Run a contender in the repository and return what it printed.

    Raises:
        MissingPartError: when it fails, with the last line it wrote.
    """
    environment = {**os.environ, **POLITE, "PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=limit_s
        )
    except subprocess.TimeoutExpired as error:
        raise MissingPartError(f"{command[1]} took more than {limit_s:g} s.") from error
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise MissingPartError(f"{' '.join(command[:3])} failed: {last[:200]}")
    return done.stdout


def pythae_python(is_quick: bool) -> str | None:
    """Return a Python with pythae, setting one up where there is time; None where there is not.

    Raises:
        MissingPartError: when pip cannot install it.
    """
    if given := os.environ.get(OWN_PYTHON):
        return given
    home = ROOT / "bench-out" / "pythae"
    python = home / "bin" / "python"
    if (home / "ready").exists():
        return str(python)
    if is_quick:
        return None
    venv.create(home, clear=True, with_pip=True)
    wanted = [f"{name}=={version(name)}" for name in ("torch", "numpy")]
    call([str(python), "-m", "pip", "install", "-q", *wanted, "pythae==0.1.2"], limit_s=900)
    (home / "ready").touch()
    return str(python)


def best(rounds: dict[str, dict[str, list[float]]]) -> Timings:
    """Return the best round of each contender."""
    return {b: {name: min(s) for name, s in by.items()} for b, by in rounds.items()}


def fastest(timings: Timings, name: str) -> tuple[float, str]:
    """Return the seconds of a contender at its best batch size, and that size."""
    return min((by[name], size) for size, by in timings.items() if name in by)


def time_epochs(path: str, is_quick: bool) -> Timings:
    """Time ours, the DataLoader loop and the limit; pythae too where it is at hand."""
    sizes = list(QUICK_BATCH_SIZES if is_quick else BATCH_SIZES)
    options = json.dumps({"batch_sizes": sizes, "num_rounds": 2 if is_quick else NUM_ROUNDS})
    command = [sys.executable, "-m", "benchmarks.contenders.epochs", path, options]
    timings = best(json.loads(call(command, limit_s=3600)))
    if python := pythae_python(is_quick):
        script = str(ROOT / "benchmarks" / "contenders" / "pythae_epochs.py")
        printed = call([python, script, path, options], limit_s=3600)
        for size, rounds in json.loads(printed.splitlines()[-1]).items():
            wall, cpu = zip(*rounds, strict=True)
            timings[size] |= {"pythae": min(wall), "pythae_cpu": min(cpu)}
    return timings


def figures(timings: Timings, num_images: int) -> dict[str, float | None]:
    """Return the figures of the timings."""
    ours, _ = fastest(timings, "ours")
    whole, _ = fastest(timings, "ours_whole")
    live, _ = fastest(timings, "live_whole")
    equal = timings[EQUAL_BATCH]
    has_pythae = "pythae" in equal
    return {
        "images_per_s": num_images / ours,
        "images_per_s_with_snapshots": num_images / whole,
        "ratio_vs_dataloader": fastest(timings, "data_loader")[0] / ours,
        "ratio_vs_dataloader_equal_batch": equal["data_loader"] / equal["ours"],
        "ratio_vs_dataloader_equal_precision": fastest(timings, "data_loader_half")[0] / ours,
        "ratio_vs_pythae": fastest(timings, "pythae")[0] / ours if has_pythae else None,
        "ratio_vs_pythae_equal_batch": equal["pythae"] / equal["ours"] if has_pythae else None,
        "fraction_of_limit": fastest(timings, "limit")[0] / ours,
        "train_live_fraction": whole / live,
        **work(timings, num_images),
    }


def work(timings: Timings, num_images: int) -> dict[str, float | None]:
    """Return the same by processor time, which holds on a busy machine too."""
    ours, _ = fastest(timings, "ours_cpu")
    has_pythae = "pythae" in timings[EQUAL_BATCH]
    return {
        "cpu_us_per_image": ours / num_images * 1e6,
        "cpu_ratio_vs_dataloader": fastest(timings, "data_loader_cpu")[0] / ours,
        "cpu_ratio_vs_pythae": fastest(timings, "pythae_cpu")[0] / ours if has_pythae else None,
        "cpu_fraction_of_limit": fastest(timings, "limit_cpu")[0] / ours,
        "cpu_live_fraction": fastest(timings, "ours_whole_cpu")[0]
        / fastest(timings, "live_whole_cpu")[0],
    }


def notes(timings: Timings) -> dict[str, str]:
    """Return a remark for what needs one."""
    sizes = {name: fastest(timings, name)[1] for name in ("ours", "data_loader", "limit")}
    said = {
        "images_per_s": f"steps only, at batch size {sizes['ours']}",
        "images_per_s_with_snapshots": "embedding, metrics and checkpoint of each epoch included",
        "ratio_vs_dataloader": f"its best batch size is {sizes['data_loader']}",
        "ratio_vs_dataloader_equal_batch": f"both at {EQUAL_BATCH}",
        "ratio_vs_dataloader_equal_precision": "its products in bfloat16 where ours are",
        "fraction_of_limit": f"ready batches of {sizes['limit']}, no clipping, no accounting",
        "cpu_us_per_image": "processor time of all threads; the cpu_ keys compare work, not speed",
        "train_live_fraction": "whole epochs with frames against whole epochs without",
    }
    if "pythae" in timings[EQUAL_BATCH]:
        size = fastest(timings, "pythae")[1]
        return {**said, "ratio_vs_pythae": f"pythae 0.1.2, its best batch size is {size}"}
    return {**said, "ratio_vs_pythae": f"not taken by --quick: name a Python in {OWN_PYTHON}"}


def run(is_quick: bool) -> Report:
    """Take the figures.

    Raises:
        MissingPartError: when the images are missing or a contender cannot run.
    """
    load_before = os.getloadavg()[0]
    images: np.ndarray[Any, np.dtype[np.uint8]] = mnist_7k().images
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "images.npy"
        np.save(path, images)
        timings = time_epochs(str(path), is_quick)
    steps = str(MEMORY_STEPS // 10 if is_quick else MEMORY_STEPS)
    command = [sys.executable, "-m", "benchmarks.contenders.peak_memory", steps]
    memory = float(call(command, limit_s=1200))
    load = f"load {load_before:.1f} before the start, on {os.cpu_count()} cores"
    size = "of the 314 MB that 100,000 images take as float32"
    return Report(
        "train",
        {**figures(timings, len(images)), "peak_memory_ratio": memory},
        {**notes(timings), "peak_memory_ratio": size, "machine": load},
    )
