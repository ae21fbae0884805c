"""A store, its backend and real workers, as the app has them, for the contract to be checked on."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ml.digits import load_digits
from ml.learning.pins import pack_targets
from ml.maps.codec import pack_ids
from ml.records import PRESETS, RunConfig
from store.opening import Store, open_store
from store.records import Dataset, FrameRow, Gesture, Project, Run
from store.settings import Settings
from tasks.opening import Backend, open_backend
from tasks.supervisor import ROOT, to_environ

PATIENCE_S = 100.0
BOOT_S = 100.0
"""A worker imports PyTorch: 3 s alone on a core, much longer beside a busy browser."""
NUM_SAMPLES = 200
SHORT = RunConfig(num_epochs=3, batch_size=64, seed=5)
LONG = RunConfig(num_epochs=16, batch_size=16, seed=5)
"""10 steps an epoch: long enough to be hit in the middle, a second or two in all."""
TAUGHT = RunConfig(num_epochs=8, batch_size=16, seed=5)
"""A fine-tuning that can be hit in the middle."""
ENDLESS = RunConfig(num_epochs=200, batch_size=4, seed=5)
"""Never ends by itself while a test looks."""


NUM_TAUGHT_CLASSES = 6
"""With five or more `lodemap` refines its features too."""


def until(condition: Callable[[], bool], what: str, timeout_s: float = PATIENCE_S) -> float:
    """Wait for a condition and return the seconds it took."""
    started_s = time.monotonic()
    while not condition():
        waited_s = time.monotonic() - started_s
        assert waited_s < timeout_s, f"{what}: not within {timeout_s} s"
        time.sleep(0.01)
    return time.monotonic() - started_s


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def put_samples(store: Store) -> Dataset:
    """Save the first digits as a small data set."""
    digits = load_digits()
    return store.datasets.put(
        "Few digits",
        digits.images[:NUM_SAMPLES],
        digits.label[:NUM_SAMPLES],
        np.arange(NUM_SAMPLES) % 5 == 0,
        digits.class_names,
    )


def teach_digits(store: Store, project_id: str) -> None:
    """Name six of each of the first digits, none held out; move two samples, and a class."""
    label = load_digits().label[:NUM_SAMPLES]
    is_free = np.arange(NUM_SAMPLES) % 5 != 0
    for digit in range(NUM_TAUGHT_CLASSES):
        packed = pack_ids(np.flatnonzero((label == digit) & is_free)[:6], NUM_SAMPLES)
        gesture = Gesture("annotate", f"g{digit}", packed, {"new_class": {"name": str(digit)}})
        store.journal.append(project_id, gesture, "Ana", "a")
    targets = pack_targets(np.array(TARGETS))
    selection = pack_ids(np.array(MOVED), NUM_SAMPLES)
    move = Gesture("move", "m", selection, {"class_index": 0}, targets)
    store.journal.append(project_id, move, "Ana", "a")
    place = Gesture("place_class", "p", values={"class_index": 1, "place": [2.0, -2.0]})
    store.journal.append(project_id, place, "Ana", "a")


MOVED = (101, 103)
TARGETS = ((1.5, 0.5), (-1.0, 2.0))
"""Where the two samples belong, on a map of any size."""


@dataclass
class Workplace:
    """One app's store and backend, and the Celery worker where there is one."""

    store: Store
    backend: Backend
    dataset: Dataset
    celery: subprocess.Popen[bytes] | None = None

    def project(self, preset: str = PRESETS[0]) -> Project:
        """Make a project of its own."""
        name = f"p-{uuid.uuid4()}"
        return self.store.projects.create(name, self.dataset.dataset_id, preset=preset)

    def submit(self, config: RunConfig, project: Project | None = None) -> Run:
        """Ask for a pretraining and ring, as the web process does."""
        project = project or self.project()
        key = str(uuid.uuid4())
        run = self.store.runs.submit(project.project_id, "pretrain", config, "Ana", "a", key)
        self.backend.doorbell.ring(run.run_id)
        return run

    def run(self, run_id: str) -> Run:
        return self.store.runs.get(run_id)

    def wait_for_epoch(self, run_id: str, epoch: int) -> None:
        until(lambda: self.run(run_id).last_epoch >= epoch, f"epoch {epoch}")

    def wait_for_end(self, run_id: str) -> Run:
        live = ("queued", "running", "stopping")
        until(lambda: self.run(run_id).state not in live, "the end of the run")
        return self.run(run_id)

    def worker_pid(self, run_id: str) -> int:
        """Return the process that works on a run, read from the worker's name."""
        owner = self.run(run_id).owner
        assert owner is not None
        return int(owner.split("-")[-2])

    def frames(self, run_id: str) -> list[FrameRow]:
        return self.store.frames.after(run_id, 0, limit=100_000)

    def fingerprints(self, run_id: str) -> list[str]:
        """Return the sha256 of each epoch's checkpoint, in order, read from disk and checked."""
        return fingerprints(self.store, run_id)


def fingerprints(store: Store, run_id: str) -> list[str]:
    """Return the sha256 of each checkpoint; a run with a parent has none of epoch 0."""
    run = store.runs.get(run_id)
    first = 0 if run.parent_run_id is None else 1
    rows = [store.runs.snapshot(run_id, epoch) for epoch in range(first, run.last_epoch + 1)]
    for row in rows:
        store.artifacts.read(row.checkpoint, row.sha256)
    return [row.sha256 for row in rows]


def start_celery(store: Store, log: Path | None = None) -> subprocess.Popen[bytes]:
    """Start a Celery worker as the README says, and wait until it is ready.

    What it says goes to the end of `log`, or where this process's does.
    """
    known = {worker.worker_id for worker in store.workers.list()}
    environ = {**os.environ, **to_environ(store.settings), "REMAP_SIGTERM": "SIGQUIT"}
    with nullcontext() if log is None else log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "celery", "-A", "tasks.celery_app", "worker",
             "--without-gossip", "--without-mingle", "--without-heartbeat", "-Q", "gpu",
             "--loglevel", "WARNING"],
            cwd=ROOT, env=environ, start_new_session=True, stdout=file or subprocess.DEVNULL,
            stderr=file,
        )  # fmt: skip
    try:
        wait_for_worker(store, known)
    except AssertionError:
        end_celery(process)
        raise
    return process


def wait_for_worker(store: Store, known: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    """Wait until a worker that is not among the known ones is ready."""
    until(
        lambda: any(w.state == "ready" and w.worker_id not in known for w in store.workers.list()),
        "a ready worker",
        BOOT_S,
    )


def end_celery(process: subprocess.Popen[bytes]) -> None:
    """End a Celery worker and everything it started."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def open_workplace(folder: Path, broker_url: str | None) -> Iterator[Workplace]:
    """Open an app's store and backend with one ready worker."""
    settings = Settings.from_env({}, {"data_dir": folder, "broker_url": broker_url})
    with open_store(settings, as_app=True) as store:
        dataset = put_samples(store)
        backend = open_backend(settings, store)
        place = Workplace(store, backend, dataset)
        try:
            if broker_url:
                place.celery = start_celery(store)
            else:
                wait_for_worker(store)
            yield place
        finally:
            place.backend.close()
            if place.celery is not None:
                end_celery(place.celery)
