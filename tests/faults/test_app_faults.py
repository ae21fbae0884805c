"""A real app among people and browsers, killed at the worst moments: the seven invariants hold."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store.opening import Store, open_store
from store.settings import Settings
from tests.contract.workplace import BOOT_S, NUM_SAMPLES, put_samples, until
from tests.faults.clients import Crowd
from tests.faults.evidence import processes_of
from tests.faults.misdeeds import Misdeeds
from tests.faults.real_app import RealApp, real_app
from tests.faults.watch import Measure, check, soon
from tests.patience import START_PATIENCE

pytestmark = pytest.mark.timeout(600)  # processes that import PyTorch take their time on busy cores
NUM_EPOCHS = 16
WORKER_S = 5.0
"""Until another worker goes on with the run of one that was killed."""
FOLLOW_S = 2.0
"""A worker whose app is gone ends within its grace of a second, in which it gives the run back."""
AGAIN_S = 10.0
"""Until the next app's worker goes on with the run, from when a gesture is answered again."""


@contextmanager
def opened(data_dir: Path, **environ: str) -> Iterator[Store]:
    """Open the store of a data directory beside its app."""
    with open_store(Settings.from_env(environ, {"data_dir": data_dir})) as store:
        yield store


def make_project(data_dir: Path, **environ: str) -> str:
    """Make a small project before its app is started; return its id."""
    with opened(data_dir, **environ) as store:
        return store.projects.create("p", put_samples(store).dataset_id).project_id


def ask_for_run(app: RealApp, project_id: str, num_epochs: int = NUM_EPOCHS) -> str:
    """Ask as a page does for a pretraining; return the run's id."""
    config = {"num_epochs": num_epochs, "batch_size": 16}
    body = {"key": "first", "kind": "pretrain", "config": config}
    answer = app.browser().post(f"/api/projects/{project_id}/runs", body)
    assert answer.status == 201, answer.body
    return str(answer.json["run_id"])


def wait_for_next_epoch(store: Store, run_id: str, timeout_s: float = 2 * BOOT_S) -> float:
    """Wait until a run gets on; return how long that took."""
    reached = store.runs.get(run_id).last_epoch
    return until(lambda: store.runs.get(run_id).last_epoch > reached, "the next epoch", timeout_s)


def test_kill__of_worker_and_app_loses_nothing(
    misdeeds: Misdeeds, tmp_path: Path, record_property: Measure
) -> None:
    """The worker in the middle of a run; the app after it has saved and before it says so."""
    data_dir = tmp_path / "data"
    project_id = make_project(data_dir)
    misdeeds.at("step.before", "always slow 0.02")
    with real_app(data_dir, misdeeds.environ) as app, opened(data_dir) as store:
        crowd = Crowd(app.port, project_id, NUM_SAMPLES)
        with crowd.at_work() as history:
            run_id = ask_for_run(app, project_id)
            wait_for_next_epoch(store, run_id)
            (worker,) = app.workers()
            history.fault()
            os.kill(worker.pid, signal.SIGKILL)
            took_s = wait_for_next_epoch(store, run_id, WORKER_S * START_PATIENCE)
            record_property("worker_resumes_s", round(took_s, 2))
            history.fault()
            misdeeds.at("append.after", "kill")
            app.wait_for_death()
            history.fault()  # that is when it broke
            took_s = soon(lambda: processes_of(data_dir) == [], "the end of the worker", FOLLOW_S)
            record_property("worker_follows_s", round(took_s, 2))
            acknowledged = history.num_acknowledged
            app.start()
            until(lambda: history.num_acknowledged > acknowledged, "an answer")
            took_s = wait_for_next_epoch(store, run_id, AGAIN_S * START_PATIENCE)
            record_property("app_resumes_s", round(took_s, 2))
            misdeeds.rest()
            until(lambda: store.runs.get(run_id).state == "finished", "the end of the run")
        assert sum(each.num_duplicates for each in crowd.annotators) >= 1
        app.stop()
        check(history, store, project_id)
        assert store.runs.get(run_id).last_epoch == NUM_EPOCHS
        record_property("gestures", history.num_acknowledged)
