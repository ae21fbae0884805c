"""PostgreSQL is killed beneath people and a run; two apps share one; writers die often."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from store.errors import StoreUnavailableError
from store.opening import Store
from store.sql.database import ANSWER_S, Database
from tests.contract.workplace import BOOT_S, NUM_SAMPLES, until
from tests.faults.clients import Crowd
from tests.faults.evidence import gather
from tests.faults.history import History
from tests.faults.invariants import violations
from tests.faults.misdeeds import Misdeeds
from tests.faults.postgres_server import PostgresServer, postgres_server
from tests.faults.real_app import RealApp, real_app
from tests.faults.test_app_faults import ask_for_run, make_project, opened, wait_for_next_epoch
from tests.faults.watch import Measure, check, soon
from tests.faults.writers import kill_writers
from tests.pages.web import packed
from tests.patience import PATIENCE, START_PATIENCE
from tests.services import fresh_database

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
AWAY_S = 20.0
SAVED_S = 5.0
"""After the database is back, until a gesture is saved again."""
RESUME_S = 10.0
"""After that, until the run has its next epoch."""
REFUSED_S = 19.0
"""One who speaks is told: after 12 s for what was sent, then 5 s for a new connection."""
HELD_S = 15.0
"""How long it answers nothing: longer than anybody waits for it."""
GREETING_S = 1.0
"""Of an answer that needs no database."""


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@dataclass(frozen=True)
class Scene:
    """A run that learns slowly, in an app among people."""

    app: RealApp
    store: Store
    project_id: str
    run_id: str
    history: History

    def is_saved_after(self) -> float:
        """Return how long it takes from now on until a gesture is acknowledged."""
        acknowledged = self.history.num_acknowledged
        return soon(lambda: self.history.num_acknowledged > acknowledged, "an answer", SAVED_S)

    def resumes_after(self, patience: float = PATIENCE) -> float:
        """Return how long it takes from now on until the run has its next epoch."""
        return wait_for_next_epoch(self.store, self.run_id, RESUME_S * patience)


@contextmanager
def learning(
    postgres: PostgresServer, misdeeds: Misdeeds, folder: Path, record: Measure, pause_s: float
) -> Iterator[Scene]:
    """Let a run learn during the block and to its end, then check all invariants.

    Args:
        postgres: The database.
        misdeeds: Slow the run down.
        folder: For the app's data.
        record: Takes attempts and gestures.
        pause_s: Before each step.
    """
    environ = {"LODEMAP_DATABASE_URL": postgres.url}
    project_id = make_project(folder, **environ)
    misdeeds.at("step.before", f"always slow {pause_s}")
    with (
        real_app(folder, {**misdeeds.environ, **environ}) as app,
        opened(folder, **environ) as store,
    ):
        with Crowd(app.port, project_id, NUM_SAMPLES).at_work() as history:
            run_id = ask_for_run(app, project_id)
            wait_for_next_epoch(store, run_id)
            yield Scene(app, store, project_id, run_id, history)
            misdeeds.rest()
            until(lambda: store.runs.get(run_id).state == "finished", "the end of the run")
        app.stop()
        check(history, store, project_id)
        record("attempts", store.runs.get(run_id).attempt)
        record("gestures", history.num_acknowledged)


def test_postgresql__killed_loses_nothing_and_is_found_again(
    postgres: PostgresServer, misdeeds: Misdeeds, tmp_path: Path, record_property: Measure
) -> None:
    with learning(postgres, misdeeds, tmp_path / "data", record_property, 0.02) as scene:
        scene.history.fault()
        postgres.kill()
        postgres.start()
        record_property("answers_after_s", round(scene.is_saved_after(), 2))
        record_property("run_resumes_s", round(scene.resumes_after(), 2))
        scene.history.fault()
        postgres.kill()
        threading.Event().wait(AWAY_S)  # longer than a lease
        postgres.start()
        record_property("run_resumes_later_s", round(scene.resumes_after(), 2))


def test_postgresql__that_hangs_beneath_people_and_a_run(
    postgres: PostgresServer, misdeeds: Misdeeds, tmp_path: Path, record_property: Measure
) -> None:
    with learning(postgres, misdeeds, tmp_path / "data", record_property, 0.05) as scene:
        scene.history.fault()
        postgres.hold()
        held_s = time.monotonic()
        took_s = refuse(scene.app, scene.project_id)
        record_property("refused_after_s", round(took_s, 1))
        assert took_s < REFUSED_S * PATIENCE
        assert soon(scene.app.is_up, "an answer without a database", GREETING_S) >= 0
        until(lambda: time.monotonic() - held_s > HELD_S, "the time it hangs")
        postgres.let_go()
        record_property("answers_after_s", round(scene.is_saved_after(), 2))
        record_property("run_resumes_s", round(scene.resumes_after(START_PATIENCE), 2))


def refuse(app: RealApp, project_id: str) -> float:
    """Say something that cannot be saved now; return how long it took to be told so."""
    asked_s = time.monotonic()
    body = {"key": "held", "verb": "mark_unsure", "samples": packed([1], NUM_SAMPLES)}
    answer = app.browser().post(f"/api/projects/{project_id}/gestures", body)
    assert answer.status == 503, answer.body
    return time.monotonic() - asked_s


def test_postgresql__that_hangs_holds_nobody_up_for_long(
    postgres: PostgresServer, record_property: Measure
) -> None:
    """Its processes are stopped, so that the machine still acknowledges what it is sent."""

    def write(database: Database) -> None:
        with database.write() as connection:
            connection.execute(text("CREATE TABLE half (x int)"))
            postgres.hold()
            connection.execute(text("SELECT 1"))

    def connect(database: Database) -> None:
        with database.read():
            pass

    with closing(Database(postgres.url)) as database:
        for act in (write, connect):
            asked_s = time.monotonic()
            with pytest.raises(StoreUnavailableError):
                act(database)
            took_s = time.monotonic() - asked_s
            record_property(f"{act.__name__}_s", round(took_s, 1))
            assert took_s < (ANSWER_S + 2) * PATIENCE
        postgres.let_go()
        with database.read() as connection:
            assert not inspect(connection).has_table("half"), "nothing half is kept"


def test_two_apps__of_one_postgresql_show_everybody_the_same(
    postgres_url: str, tmp_path: Path, record_property: Measure
) -> None:
    """Each has people, browsers and a worker of its own; one of them is killed and comes back."""
    with fresh_database(postgres_url) as url:
        environ = {"LODEMAP_DATABASE_URL": url, "LODEMAP_ARTIFACTS_URL": str(tmp_path / "shared")}
        project_id = make_project(tmp_path / "one", **environ)
        with (
            real_app(tmp_path / "one", environ) as one,
            real_app(tmp_path / "two", environ) as two,
            opened(tmp_path / "one", **environ) as store,
        ):
            crowd = Crowd(one.port, project_id, NUM_SAMPLES, others=(two.port,))
            with crowd.at_work(num_annotators=4, num_readers=4) as history:
                run_id = ask_for_run(one, project_id, 4)
                until(lambda: history.num_acknowledged > 20, "gestures")
                history.fault()
                kill(two)
                two.start()
                history.mended()
                acknowledged = history.num_acknowledged
                until(lambda: history.num_acknowledged > acknowledged + 20, "gestures")
                until(lambda: store.runs.get(run_id).state == "finished", "the end", 3 * BOOT_S)
            one.stop()
            two.stop()
            check(history, store, project_id)
            record_property("gestures", history.num_acknowledged)


def kill(app: RealApp) -> None:
    assert app.process is not None
    app.process.kill()
    app.process.wait()


def test_sqlite__a_hundred_killed_writers_lose_nothing(
    tmp_path: Path, record_property: Measure
) -> None:
    project_id = make_project(tmp_path / "data")
    with opened(tmp_path / "data") as store:
        history = kill_writers(store, project_id, num_rounds=20, num_writers=5)
        assert violations(history, gather(store, project_id)) == []
        with store.database.read() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert history.num_acknowledged >= 100
    record_property("gestures", history.num_acknowledged)
