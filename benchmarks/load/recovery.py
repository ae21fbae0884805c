"""How long it takes until work goes on after kill -9 of a part, and until a run stops."""

import asyncio
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from benchmarks.load.connection import Connection
from benchmarks.load.parts import (
    app_on,
    celery_worker,
    owner_pid,
    until,
    wait_for_epoch,
    wait_for_workers,
)
from benchmarks.load.redone import epochs_redone, wait_for_mid_epoch
from benchmarks.load.scene import Place, make_project
from benchmarks.served import ROOT
from benchmarks.sheet import Sheet
from ml.knobs import defaults_of
from ml.records import RunConfig
from store.errors import StoreUnavailableError
from store.opening import Store
from tests.services import running_postgres, running_redis

LONG: Final = {"num_epochs": 200, "batch_size": 16}
"""A pretraining that does not end by itself while somebody looks."""
RETRY_S: Final = 0.02
NUM_KILLS: Final = 3
"""Of the app's own worker; the median counts."""


def take(sheet: Sheet) -> None:
    """Write `recovery_{part}_s`, `epochs_redone`, `cancel_s` and `cancel_hung_s`."""
    with TemporaryDirectory(prefix="lodemap-load-") as name:
        folder = Path(name)
        found = [
            *_embedded(sheet, folder / "embedded"),
            *_celery(sheet, folder / "celery" / "data"),
        ]
        _hung(sheet, folder / "hung" / "data")
        _redis(sheet, folder / "team" / "data")
        found.append(_postgres(sheet, folder / "postgres"))
    each = ", ".join(f"{redone:.2f}" for redone in found)
    note = f"the most after a kill: worker {NUM_KILLS} times, app, Celery's worker, Celery, "
    sheet.put("epochs_redone", max(found), f"{note}postgresql: {each}")


def asked(port: int, method: str, path: str, body: object = None) -> Any:
    """Ask an app once; the answer's JSON."""

    async def ask() -> Any:
        connection = await Connection(port).sign_in("Ada")
        answer = await (connection.get(path) if method == "GET" else connection.post(path, body))
        await connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{path}: {answer.body[:300]!r}")
        return answer.json

    return asyncio.run(ask())


def submit(port: int, project_id: str, config: dict[str, Any]) -> str:
    """Ask for a pretraining; return its run_id."""
    body = {"key": str(uuid.uuid4()), "kind": "pretrain", "config": config}
    return str(asked(port, "POST", f"/api/projects/{project_id}/runs", body)["run_id"])


def _embedded(sheet: Sheet, data_dir: Path) -> list[float]:
    """Kill the worker some times, then the app; stop the run. Return the epochs redone."""
    place, took, found = Place(data_dir), [], []
    project_id, *_ = make_project(place)
    with app_on(data_dir) as app, place.store() as store:
        wait_for_workers(store, 1)
        run_id = submit(app.port, project_id, LONG)
        for _ in range(NUM_KILLS):
            wait_for_epoch(store, run_id, store.runs.get(run_id).last_epoch + 2)
            attempt = wait_for_mid_epoch(store, run_id)
            os.kill(owner_pid(store, run_id), signal.SIGKILL)
            took.append(_next_epoch(store, run_id))
            found.append(epochs_redone(store, run_id, attempt))
        each = ", ".join(f"{took_s:.1f}" for took_s in took)
        sheet.put("recovery_worker_s", median(took), f"until the next epoch; {each}")
        attempt = wait_for_mid_epoch(store, run_id)
        assert app.process is not None
        app.process.kill()
        began_s = time.perf_counter()
        app.process.wait()
        app.start()
        _next_epoch(store, run_id)
        took_s = time.perf_counter() - began_s
        sheet.put("recovery_app_s", took_s, "started again at once, until the next epoch")
        found.append(epochs_redone(store, run_id, attempt))
        began_s = time.perf_counter()
        asked(app.port, "POST", f"/api/runs/{run_id}/stop", {})
        until(lambda: store.runs.get(run_id).state == "stopped", "the stop")
        sheet.put("cancel_s", time.perf_counter() - began_s, "in the middle of an epoch")
    return found


def _celery(sheet: Sheet, data_dir: Path) -> list[float]:
    """Kill the process of Celery that trains, then all of Celery; return the epochs redone."""
    place = Place(data_dir)
    project_id, *_ = make_project(place)
    with running_redis() as (url, _), app_on(data_dir, LODEMAP_BROKER_URL=url) as app:
        with celery_worker(data_dir, LODEMAP_BROKER_URL=url) as celery, place.store() as store:
            wait_for_workers(store, 1)
            run_id = submit(app.port, project_id, LONG)
            wait_for_epoch(store, run_id, 2)
            attempt = wait_for_mid_epoch(store, run_id)
            os.kill(owner_pid(store, run_id), signal.SIGKILL)
            took_s, note = (
                _next_epoch(store, run_id),
                "the process that trains, until the next epoch",
            )
            sheet.put("recovery_celery_worker_s", took_s, note)
            found = [epochs_redone(store, run_id, attempt)]
            attempt = wait_for_mid_epoch(store, run_id)
            began_s = time.perf_counter()
            os.killpg(celery.pid, signal.SIGKILL)
        with celery_worker(data_dir, LODEMAP_BROKER_URL=url), place.store() as store:
            _next_epoch(store, run_id)
            took_s, note = time.perf_counter() - began_s, "all of it, started again at once"
            sheet.put("recovery_celery_s", took_s, note)
            return [*found, epochs_redone(store, run_id, attempt)]


def _next_epoch(store: Store, run_id: str) -> float:
    return wait_for_epoch(store, run_id, store.runs.get(run_id).last_epoch + 1)


def _hung(sheet: Sheet, data_dir: Path) -> None:
    """Stop a run whose step never ends."""
    place = Place(data_dir)
    project_id, *_ = make_project(place)
    values = os.environ | {"LODEMAP_DATA_DIR": str(data_dir)}
    with place.store() as store:
        config = _config(store.projects.get(project_id).preset)
        run = store.runs.submit(project_id, "pretrain", config, "Ada", "ada", str(uuid.uuid4()))
        worker = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load.hung_worker", run.run_id], cwd=ROOT, env=values
        )
        try:
            until(lambda: store.runs.get(run.run_id).last_n > 0, "the hung step")
            began_s = time.perf_counter()
            store.runs.request_stop(run.run_id)
            until(lambda: store.runs.get(run.run_id).state == "stopped", "the stop")
            worker.wait(30)
            took_s = time.perf_counter() - began_s
            sheet.put("cancel_hung_s", took_s, "until the run is stopped and its worker gone")
        finally:
            worker.kill()


def _config(preset: str) -> RunConfig:
    return RunConfig.from_json({"preset": preset, **defaults_of(preset), "num_epochs": 5})


def _redis(sheet: Sheet, data_dir: Path) -> None:
    """Kill Redis, ask for a run meanwhile, and start Redis again."""
    place = Place(data_dir)
    project_id, *_ = make_project(place)
    with running_redis() as (url, redis):
        port = int(url.rsplit(":", 1)[1].split("/")[0])
        with (
            app_on(data_dir, LODEMAP_BROKER_URL=url) as app,
            celery_worker(data_dir, LODEMAP_BROKER_URL=url),
            place.store() as store,
        ):
            wait_for_workers(store, 1)
            redis.kill()
            began_s = time.perf_counter()
            redis.wait()
            run_id = submit(app.port, project_id, {"num_epochs": 2})
            with running_redis(port):
                until(lambda: store.runs.get(run_id).attempt > 0, "the run begins")
                took_s = time.perf_counter() - began_s
            note = "until a run asked for meanwhile has begun, Redis being started again at once"
            sheet.put("recovery_redis_s", took_s, note)


def _postgres(sheet: Sheet, data_dir: Path) -> float:
    """Kill PostgreSQL amid a run and start it again; return the epochs redone.

    Measured is until a gesture is saved, and until the run has its next epoch.
    """
    with running_postgres(()) as (url, server):
        database_url = url.replace("postgresql://", "postgresql+psycopg://")
        place = Place(data_dir, database_url)
        project_id, *_ = make_project(place)
        with app_on(data_dir, LODEMAP_DATABASE_URL=database_url) as app, place.store() as store:
            wait_for_workers(store, 1)
            run_id = submit(app.port, project_id, LONG)
            _say(app.port, project_id)
            wait_for_epoch(store, run_id, 2)
            attempt, last = wait_for_mid_epoch(store, run_id), store.runs.get(run_id).last_epoch
            server.kill()
            began_s = time.perf_counter()
            server.wait()
            again = subprocess.Popen(
                server.args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                user="postgres" if os.geteuid() == 0 else None,
                cwd=data_dir.parent if os.geteuid() else "/",
            )  # fmt: skip
            try:
                until(lambda: _is_saved(app.port, project_id), "a gesture is saved")
                note = "until a gesture is saved, PostgreSQL being started again at once"
                sheet.put("recovery_postgresql_s", time.perf_counter() - began_s, note)
                until(lambda: _has_epoch(store, run_id, last + 1), "the next epoch")
                took_s, note = time.perf_counter() - began_s, "until the run's next epoch"
                sheet.put("recovery_postgresql_run_s", took_s, note)
                return epochs_redone(store, run_id, attempt)
            finally:
                app.stop()
                again.send_signal(signal.SIGINT)  # it waits for nobody who is still connected
                again.wait()


def _has_epoch(store: Store, run_id: str, epoch: int) -> bool:
    try:
        return store.runs.get(run_id).last_epoch >= epoch
    except StoreUnavailableError:
        time.sleep(RETRY_S)
        return False


def _say(port: int, project_id: str) -> None:
    body = {"key": str(uuid.uuid4()), "verb": "add_class", "name": f"class {uuid.uuid4().hex[:8]}"}
    asked(port, "POST", f"/api/projects/{project_id}/gestures", body)


def _is_saved(port: int, project_id: str) -> bool:
    try:
        _say(port, project_id)
    except (RuntimeError, OSError):
        time.sleep(RETRY_S)
        return False
    return True
