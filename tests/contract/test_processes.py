"""What happens when whole processes, or what is between them, go away."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from store.opening import open_store
from store.settings import Settings
from tasks.child_start import ROOT, to_environ
from tests.contract.workplace import (
    BOOT_S,
    LONG,
    SHORT,
    Workplace,
    is_alive,
    open_workplace,
    put_samples,
    start_celery,
    until,
)
from tests.faults.watch import Measure, soon, watched
from tests.patience import START_PATIENCE

RESUME_S = 10.0
RING_S = 6.0
"""Until the reconciler has rung again for what Redis forgot."""
END_S = 5.0
"""Of a worker whose app is gone."""
FOLLOW_S = 1.0
"""Of processes whose head is gone."""
pytestmark = pytest.mark.timeout(600)  # processes that import PyTorch take their time on busy cores

APP = """
import os, sys, time
from store.opening import open_store
from store.settings import Settings
from tasks.opening import open_backend

settings = Settings.from_env(os.environ)
backend = open_backend(settings, open_store(settings, as_app=True))
print(backend.supervisor.pid, "torch" in sys.modules, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Iterator[Workplace]:
    """An app with one Celery worker."""
    with open_workplace(tmp_path_factory.mktemp("team") / "data", redis_url) as opened:
        yield opened


@pytest.mark.faults  # what of it a person sees is in faults/test_app_faults.py, at each landing
def test_kill__of_the_app_takes_its_worker_along_and_the_next_app_resumes(
    tmp_path: Path, record_property: Measure
) -> None:
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    environ = {**os.environ, **to_environ(settings)}
    app = subprocess.Popen(
        [sys.executable, "-c", APP], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True
    )
    assert app.stdout is not None
    pid, has_torch = app.stdout.readline().split()
    assert has_torch == "False"
    with open_store(settings) as store:
        # nobody rings here: the reconciler of the app must find the run
        project = store.projects.create("p", put_samples(store).dataset_id)
        run_id = store.runs.submit(project.project_id, "pretrain", LONG, "Ana", "a", "k").run_id
        until(lambda: store.runs.get(run_id).last_epoch >= 2, "epoch 2", BOOT_S)
        app.kill()
        app.wait()
        app.stdout.close()
        soon(lambda: not is_alive(int(pid)), "the end of the worker", END_S)
        # given back, or left to its lease where a step took longer than the worker's last second
        record_property("is_given_back", store.runs.get(run_id).state == "queued")
    with open_workplace(tmp_path / "data", None) as place:
        assert place.wait_for_end(run_id).state == "finished"
        assert len(place.fingerprints(run_id)) == LONG.num_epochs + 1


def test_flush__of_redis_loses_no_run(team: Workplace, record_property: Measure) -> None:
    broker_url = team.store.settings.broker_url
    assert broker_url is not None
    with watched(team) as watch:
        running = team.submit(LONG, watch.project)
        team.wait_for_epoch(running.run_id, 1)
        behind = team.submit(SHORT)
        watch.fault()
        with redis.Redis.from_url(broker_url) as client:
            client.flushall()
        until(lambda: team.run(running.run_id).state == "finished", "the run at hand")
        took_s = soon(lambda: team.run(behind.run_id).state != "queued", "the next", RING_S)
        record_property("next_begins_s", round(took_s, 2))
        ended = [team.wait_for_end(run.run_id) for run in (running, behind)]
    assert [(run.state, run.attempt) for run in ended] == [("finished", 1), ("finished", 1)]


def test_kill__of_all_of_celery_resumes_on_the_next_worker(
    team: Workplace, undisturbed: list[str], record_property: Measure
) -> None:
    assert team.celery is not None
    with watched(team) as watch:
        run = team.submit(LONG, watch.project)
        team.wait_for_epoch(run.run_id, 2)
        watch.fault()
        os.killpg(team.celery.pid, signal.SIGKILL)
        killed_s = time.monotonic()
        team.celery.wait()
        reached = team.run(run.run_id).last_epoch
        team.celery = start_celery(team.store)
        until(lambda: team.run(run.run_id).last_epoch > reached, "the next epoch")
        took_s = time.monotonic() - killed_s
        record_property("resumes_s", round(took_s, 2))
        assert took_s < RESUME_S * START_PATIENCE
        assert team.wait_for_end(run.run_id).state == "finished"
    assert team.run(run.run_id).attempt == 2
    assert team.fingerprints(run.run_id) == undisturbed


@pytest.mark.faults
def test_kill__of_celerys_main_process_takes_its_pool_along(
    team: Workplace, record_property: Measure
) -> None:
    assert team.celery is not None
    with watched(team) as watch:
        run = team.submit(LONG, watch.project)
        team.wait_for_epoch(run.run_id, 2)
        pool = team.pids() - {team.celery.pid}
        assert team.worker_pid(run.run_id) in pool
        watch.fault()
        team.celery.kill()
        team.celery.wait()
        took_s = soon(lambda: not any(map(is_alive, pool)), "the end of the pool", FOLLOW_S)
        record_property("pool_ends_s", round(took_s, 2))
        team.celery = start_celery(team.store)
        ended = team.wait_for_end(run.run_id)
    assert (ended.state, ended.attempt) == ("finished", 2)
