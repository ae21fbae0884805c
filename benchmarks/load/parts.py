"""The parts of an app that something may kill, each a real process on a free port."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.served import ROOT, Served, free_port
from store.opening import Store
from store.records import LIVE_STATES, Run

PATIENCE_S: Final = 120.0


def until(condition: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> float:
    """Wait for a condition and return the seconds it took.

    Raises:
        RuntimeError: when it does not come true in time.
    """
    began_s = time.perf_counter()
    while not condition():
        if time.perf_counter() - began_s > patience_s:
            raise RuntimeError(f"{what}: not within {patience_s} s")
        time.sleep(0.01)
    return time.perf_counter() - began_s


@contextmanager
def app_on(data_dir: Path, **environment: str) -> Iterator[Served]:
    """Serve an app with further variables while the block runs."""
    app = Served("embedded", data_dir, free_port(), environment=environment)
    app.start()
    try:
        yield app
    finally:
        app.stop()


@contextmanager
def celery_worker(data_dir: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run one Celery worker as the README says."""
    values = os.environ | {"LODEMAP_DATA_DIR": str(data_dir), "REMAP_SIGTERM": "SIGQUIT"}
    with (data_dir.parent / "celery.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "tasks.celery_app", "worker", "-Q", "gpu",
             "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "ERROR"],
            cwd=ROOT, env=values | environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def wait_for_workers(store: Store, count: int) -> None:
    """Wait until so many workers are idle."""

    def are_ready() -> bool:
        fresh = [w for w in store.workers.list() if w.state == "ready" and w.age_s < 5]
        return len(fresh) >= count

    until(are_ready, f"{count} idle workers")


def owner_pid(store: Store, run_id: str) -> int:
    """Return the process that works on a run."""
    owner = store.runs.get(run_id).owner
    assert owner is not None, "nobody works on the run"
    return int(owner.split("-")[-2])


def wait_for_epoch(store: Store, run_id: str, epoch: int) -> float:
    """Wait until a run has committed an epoch; return the seconds it took."""
    return until(lambda: store.runs.get(run_id).last_epoch >= epoch, f"epoch {epoch}")


def wait_for_end(store: Store, run_id: str) -> Run:
    """Wait until a run has ended."""
    until(lambda: store.runs.get(run_id).state not in LIVE_STATES, "the end of the run")
    return store.runs.get(run_id)
