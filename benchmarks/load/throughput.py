"""Runs a minute of one to four workers: many small projects that all wait."""

import time
import uuid
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.load.parts import app_on, celery_worker, until, wait_for_workers
from benchmarks.load.recovery import submit
from benchmarks.load.scene import Place, make_project
from store.records import LIVE_STATES
from tests.services import running_redis

NUM_RUNS: Final = 8
CONFIG: Final = {"num_epochs": 4}
WORKERS: Final = (1, 2, 3, 4)


def runs_per_minute() -> dict[int, float]:
    """Return how many runs a minute each number of workers finishes."""
    found = {}
    for count in WORKERS:
        with TemporaryDirectory(prefix="lodemap-load-") as folder:
            found[count] = _measure(Path(folder) / "data", count)
    return found


def _measure(data_dir: Path, count: int) -> float:
    place = Place(data_dir)
    projects = [make_project(place, f"Load {uuid.uuid4().hex[:6]}")[0] for _ in range(NUM_RUNS)]
    with running_redis() as (url, _), ExitStack() as stack:
        app = stack.enter_context(app_on(data_dir, LODEMAP_BROKER_URL=url))
        for _ in range(count):
            stack.enter_context(celery_worker(data_dir, LODEMAP_BROKER_URL=url))
        store = stack.enter_context(place.store())
        wait_for_workers(store, count)
        began_s = time.perf_counter()
        runs = [submit(app.port, project_id, CONFIG) for project_id in projects]
        until(lambda: all(store.runs.get(run).state not in LIVE_STATES for run in runs), "all runs")
        return 60 * len(runs) / (time.perf_counter() - began_s)
