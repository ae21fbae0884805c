"""A store, its backend and real workers, as the app has them, for the contract to be checked on."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
import psutil

import app
from ml.digits import load_digits
from ml.records import PRESETS, RunConfig
from pages.ports import listen
from store.opening import Store, open_store
from store.records import Dataset, FrameRow, Project, Run
from store.settings import Settings
from tasks.child_start import ROOT, to_environ
from tasks.opening import Backend, open_backend
from tests.pages.web import PAGE, running
from tests.patience import PATIENCE

PATIENCE_S = 100.0 * PATIENCE**0.5
BOOT_S = 20.0 + 80.0 * PATIENCE
"""A worker imports PyTorch: 3 s alone on a core, much longer beside a busy browser."""
NUM_SAMPLES = 200
SHORT = RunConfig("annotate-vae", num_epochs=3, batch_size=64, seed=5)
LONG = RunConfig("annotate-vae", num_epochs=16, batch_size=16, seed=5)
"""10 steps an epoch: long enough to be hit in the middle, a second or two in all."""
TAUGHT = RunConfig("annotate-vae", num_epochs=8, batch_size=16, seed=5)
"""A fine-tuning that can be hit in the middle."""
ENDLESS = RunConfig("annotate-vae", num_epochs=200, batch_size=4, seed=5)
"""Never ends by itself while a test looks."""


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


@dataclass
class Workplace:
    """One app's store and backend, and the Celery worker where there is one."""

    store: Store
    backend: Backend
    dataset: Dataset
    port: int = 0
    """Where the app answers, 0 where it does not."""
    celery: subprocess.Popen[bytes] | None = None
    others: list[subprocess.Popen[bytes]] = field(default_factory=list)
    """Further Celery workers."""

    def hire(self) -> None:
        """Start one more Celery worker."""
        self.others.append(start_celery(self.store))

    def pids(self) -> set[int]:
        """Return all processes that are meant to live: workers, and what those have started."""
        heads = {each.pid for each in (self.celery, *self.others) if each and each.poll() is None}
        if self.backend.supervisor is not None and self.backend.supervisor.pid is not None:
            heads.add(self.backend.supervisor.pid)
        below = (psutil.Process(pid).children(recursive=True) for pid in heads)
        return heads.union(each.pid for family in below for each in family)

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


def start_celery(
    store: Store, level: str = "WARNING", out: IO[bytes] | None = None, **variables: str
) -> subprocess.Popen[bytes]:
    """Start a Celery worker as the README says, and wait until it is ready.

    Args:
        store: Whose settings it gets.
        level: From which on Celery logs.
        out: Where all it says goes; None leaves its stderr with the test's.
        variables: More of its environment.
    """
    known = {worker.worker_id for worker in store.workers.list()}
    environ = {**os.environ, **to_environ(store.settings), "REMAP_SIGTERM": "SIGQUIT", **variables}
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "celery", "-A", "tasks.celery_app", "worker",
         "--without-gossip", "--without-mingle", "--without-heartbeat", "-Q", "gpu",
         "--loglevel", level],
        cwd=ROOT, env=environ, start_new_session=True, stdout=out or subprocess.DEVNULL, stderr=out,
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
            process.wait(20 * PATIENCE)
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
        with closing(backend), serve_app(settings, store, backend) as port:
            place = Workplace(store, backend, dataset, port)
            try:
                if broker_url:
                    place.celery = start_celery(store)
                else:
                    wait_for_worker(store)
                yield place
            finally:
                for each in (place.celery, *place.others):
                    if each is not None:
                        end_celery(each)


@contextmanager
def serve_app(settings: Settings, store: Store, backend: Backend) -> Iterator[int]:
    """Serve the app, with one small page, during the block; yield its port."""
    folder = settings.data_dir / "some_pages"
    folder.mkdir(exist_ok=True)
    (folder / "home.py").write_text(PAGE)
    _, asgi = app.create_app(store, backend, settings, folder)
    listening = listen("127.0.0.1", 0)
    with running(asgi, listening):
        yield listening.getsockname()[1]
