"""Wall clocks jump by an hour, both ways, beneath an app, its workers, people and the database.

They are the kernel's, as a process is told it: Python's, SQLite's and PostgreSQL's alike. Monotonic
clocks go on, as they do where somebody sets a machine's time.
"""

import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from store.opening import Store
from tests.contract.workplace import (
    NUM_SAMPLES,
    end_celery,
    start_celery,
    until,
)
from tests.faults.clients import Crowd
from tests.faults.false_clock import LIBRARIES, FalseClock, false_clock
from tests.faults.history import History
from tests.faults.misdeeds import Misdeeds
from tests.faults.postgres_server import postgres_server
from tests.faults.real_app import RealApp, real_app
from tests.faults.redis_server import RedisServer
from tests.faults.test_app_faults import ask_for_run, make_project, opened, wait_for_next_epoch
from tests.faults.watch import Measure, check
from tests.patience import START_PATIENCE

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not LIBRARIES, reason="libfaketime is missing: apt-get install libfaketime"),
]
HOUR_S = 3600.0
RESUME_S = 15.0
"""Of a lease that is renewed by the new clock, or of another worker that takes the run over."""
JUMPS = (1, 0, -1)
NUM_EPOCHS = 60
REFUSED = re.compile(r"Run \S+ (may go|went) on elsewhere")
"""What a worker logs of an epoch that was not its own any more."""


def tells(app: RealApp) -> float:
    """Return what an app takes the time to be, in seconds since 1970."""
    date = app.browser().get("/healthz").headers["date"]
    return parsedate_to_datetime(date).timestamp()


def wait_for_jump(look: Callable[[], float], seconds: float) -> None:
    """Wait until a clock is as wrong as it was put, within two seconds."""
    until(lambda: abs(look() - time.time() - seconds) < 2, "the jump", 30)


@dataclass(frozen=True)
class Scene:
    """A run, and who sees how it fares."""

    store: Store
    run_id: str
    history: History
    log: Path
    """Of the workers."""


def jump(scene: Scene, put: Callable[[float], None], look: Callable[[], float]) -> list[float]:
    """Let a clock jump there and back; return how long each next epoch took.

    Each may cost a run one commit that is refused, and so one attempt.
    """
    store, run_id, log = scene.store, scene.run_id, scene.log
    took_s = []
    for hours in JUMPS:
        attempt, refused = store.runs.get(run_id).attempt, num_refused(log)
        scene.history.fault()
        put(hours * HOUR_S)
        wait_for_jump(look, hours * HOUR_S)
        within_s = RESUME_S * START_PATIENCE
        took_s.append(round(wait_for_next_epoch(store, run_id, within_s), 2))
        assert store.runs.get(run_id).attempt - attempt <= 1
        assert num_refused(log) - refused <= 1
    scene.history.fault()
    put(0)
    wait_for_jump(look, 0)
    return took_s


def num_refused(log: Path) -> int:
    return len(REFUSED.findall(log.read_text()))


def test_clock__of_the_machine_costs_at_most_an_attempt(
    misdeeds: Misdeeds, tmp_path: Path, record_property: Measure
) -> None:
    """An app with its own worker on SQLite: all of their clocks are the one that jumps."""
    data_dir = tmp_path / "data"
    project_id = make_project(data_dir)
    clock = false_clock(tmp_path / "clock")
    misdeeds.at("step.before", "always slow 0.05")
    environ = {**misdeeds.environ, **clock.environ}
    with real_app(data_dir, environ) as app, opened(data_dir) as store:
        crowd = Crowd(app.port, project_id, NUM_SAMPLES)
        with crowd.at_work() as history:
            run_id = ask_for_run(app, project_id, NUM_EPOCHS)
            wait_for_next_epoch(store, run_id)
            assert clock.is_kept_by(app.workers()[0].pid)
            took_s = jump(Scene(store, run_id, history, app.log), clock.put, lambda: tells(app))
            record_property("resumes_s", took_s)
            history.fault()
            clock.put(-2 * HOUR_S)  # and the worker dies before it can renew by it
            os.kill(app.workers()[0].pid, signal.SIGKILL)
            killed_s = wait_for_next_epoch(store, run_id, RESUME_S * START_PATIENCE)
            record_property("killed_resumes_s", round(killed_s, 2))
            (misdeeds.folder / "step.before").unlink()
            until(lambda: store.runs.get(run_id).state == "finished", "the end of the run", 300)
        app.stop()
        check(history, store, project_id)
        record_property("attempts", store.runs.get(run_id).attempt)
        record_property("refused", num_refused(app.log))


def test_clock__of_postgresql_or_of_those_who_ask_it_costs_at_most_an_attempt(
    misdeeds: Misdeeds, redis: RedisServer, tmp_path: Path, record_property: Measure
) -> None:
    """A team of two workers, of whom each would take the other's run."""
    theirs, ours = false_clock(tmp_path / "theirs"), false_clock(tmp_path / "ours")
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)  # PostgreSQL runs as a user of its own
    misdeeds.at("step.before", "always slow 0.05")
    data_dir = tmp_path / "data"
    with ExitStack() as stack:
        server = stack.enter_context(postgres_server(theirs.environ))
        urls = {"LODEMAP_DATABASE_URL": server.url, "LODEMAP_BROKER_URL": redis.url}
        project_id = make_project(data_dir, **urls)
        app = stack.enter_context(real_app(data_dir, {**urls, **ours.environ}))
        store = stack.enter_context(opened(data_dir, **urls))
        workers = stack.enter_context(ExitStack())
        log = team_of_two(workers, store, ours, tmp_path)

        def database_tells() -> float:
            with store.database.read() as connection:
                return float(connection.scalar(select(store.database.clock)) or 0)

        with Crowd(app.port, project_id, NUM_SAMPLES).at_work() as history:
            run_id = ask_for_run(app, project_id, NUM_EPOCHS)
            wait_for_next_epoch(store, run_id)
            scene = Scene(store, run_id, history, log)
            took_s = jump(scene, theirs.put, database_tells)
            record_property("database_resumes_s", took_s)
            attempt = store.runs.get(run_id).attempt
            took_s = jump(scene, ours.put, lambda: tells(app))
            record_property("machine_resumes_s", took_s)
            assert store.runs.get(run_id).attempt == attempt, "nothing goes by a machine's clock"
            (misdeeds.folder / "step.before").unlink()
            until(lambda: store.runs.get(run_id).state == "finished", "the end of the run", 300)
        workers.close()
        app.stop()
        check(history, store, project_id)
        record_property("attempts", store.runs.get(run_id).attempt)
        record_property("refused", num_refused(log))


def team_of_two(stack: ExitStack, store: Store, clock: FalseClock, folder: Path) -> Path:
    """Start two Celery workers that go by a clock; return their log."""
    log = folder / "workers.log"
    for _ in range(2):
        with clock.kept(), log.open("ab") as out:
            celery = start_celery(store, out=out)
        assert clock.is_kept_by(celery.pid)
        stack.callback(end_celery, celery)
    return log
