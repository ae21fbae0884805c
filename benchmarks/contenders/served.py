"""Starts a contender: its page, and for Celery its Redis and its worker."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from benchmarks.records import MissingPartError
from benchmarks.served import ROOT, free_port, is_answering

START_S: Final = 60.0
REDIS: Final = ("redis-server", "--bind", "127.0.0.1", "--save", "", "--loglevel", "warning")
WORKER: Final = (
    "celery", "-A", "benchmarks.contenders.celery_tasks", "worker", "--concurrency=1",
    "--loglevel=error",
)  # fmt: skip
FRESH_CHILD: Final = "--max-tasks-per-child=1"
"""A process for each task, as is advised for torch: it gives the memory back."""


@contextmanager
def running(command: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    """Run one process while the block runs."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for(port: int) -> None:
    """Wait until something answers on the port."""
    deadline = time.monotonic() + START_S
    while not is_answering(port):
        if time.monotonic() > deadline:
            raise MissingPartError(f"A contender did not start within {START_S:g} s.")
        time.sleep(0.05)


def prepare(folder: Path, name: str) -> None:
    """Make the job's samples and parent checkpoint, in a process that may import torch."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.contenders.prepare", str(folder), name]
    subprocess.run(command, cwd=ROOT, check=True)


@contextmanager
def contender(kind: str, folder: Path) -> Iterator[str]:
    """Serve `background_callback`, `plain_celery` or `warm_celery`; yields its address."""
    port, redis_port = free_port(), free_port()
    environment = os.environ | {"CONTENDER_REDIS": f"redis://127.0.0.1:{redis_port}/0"}
    log = folder / f"{kind}.log"
    page = "background_app" if kind == "background_callback" else "celery_app"
    with ExitStack() as parts:
        if page == "celery_app":
            redis = [*REDIS, "--port", str(redis_port)]
            parts.enter_context(running(redis, environment, log))
            wait_for(redis_port)
            fresh = [FRESH_CHILD] if kind == "plain_celery" else []
            worker = [sys.executable, "-m", *WORKER, *fresh]
            parts.enter_context(running(worker, environment, log))
        served = [sys.executable, "-m", f"benchmarks.contenders.{page}", str(folder), str(port)]
        parts.enter_context(running(served, environment, log))
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
