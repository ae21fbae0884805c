"""A disk that is full, or not mounted any more, in earnest: a run waits for it and goes on."""

import hashlib
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.contract.workplace import NUM_SAMPLES, fingerprints, until
from tests.faults.clients import Crowd
from tests.faults.history import History
from tests.faults.misdeeds import Misdeeds
from tests.faults.real_app import RealApp, real_app
from tests.faults.test_app_faults import ask_for_run, make_project, opened, wait_for_next_epoch
from tests.faults.watch import Measure, check, soon
from tests.pages.web import Answer, Browser, packed
from tests.patience import PATIENCE
from tests.small_disk import bound, small_disk

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
DISK_BYTES = 96 * 2**20
BALLAST = "ballast"
SAVED_S = 1.0
"""After there is room, until a gesture is saved."""
RESUME_S = 5.0
"""After there is room, until the run has its next epoch."""
STOP_S = 1.0


def say(browser: Browser, project_id: str, key: str) -> Answer:
    samples = packed([int(hashlib.sha256(key.encode()).hexdigest(), 16) % NUM_SAMPLES], NUM_SAMPLES)
    body = {"key": key, "verb": "mark_unsure", "samples": samples}
    return browser.post(f"/api/projects/{project_id}/gestures", body)


def fill(folder: Path) -> None:
    """Write until not a byte more fits."""
    with (folder / BALLAST).open("ab", buffering=0) as file:
        for num_bytes in (2**16, 2**12, 1):
            try:
                while file.write(b"x" * num_bytes):
                    pass
            except OSError:
                continue


def speak_until_refused(browser: Browser, project_id: str, history: History, name: str) -> Answer:
    """Speak while the last pages of the log take it in."""
    for number in range(10_000):
        answer = say(browser, project_id, f"{name}-{number}")
        if answer.status != 200:
            history.note(f"{name}-{number}", "refused")
            return answer
        history.note(f"{name}-{number}", "acknowledged", answer.json["seq"])
    raise AssertionError("the disk never filled")


def error_shown(app: RealApp, project_id: str) -> str:
    """Return what the page tells of the run."""
    (run,) = app.browser().get(f"/api/projects/{project_id}/state").json["runs"]
    return str(run["error"])


def test_disk_full__gestures_are_refused_and_the_run_waits_for_room(
    misdeeds: Misdeeds, tmp_path: Path, record_property: Measure
) -> None:
    (tmp_path / "disk").mkdir()
    misdeeds.at("step.before", "always slow 0.02")
    with small_disk(tmp_path / "disk", DISK_BYTES):
        data_dir = tmp_path / "disk" / "data"
        project_id = make_project(data_dir)
        with real_app(data_dir, misdeeds.environ) as app, opened(data_dir) as store:
            browser = app.browser()
            with Crowd(app.port, project_id, NUM_SAMPLES).at_work() as history:
                run_id = ask_for_run(app, project_id)
                wait_for_next_epoch(store, run_id)
                history.fault()
                fill(tmp_path / "disk")
                refused = speak_until_refused(browser, project_id, history, "full")
                assert (refused.status, refused.code) == (507, "disk_full")
                assert refused.json["message"].startswith("The disk is full - not saved.")
                reached = store.runs.get(run_id).last_epoch
                (tmp_path / "disk" / BALLAST).unlink()
                is_saved = lambda: say(browser, project_id, "room").status == 200  # noqa: E731
                record_property("saves_after_s", round(soon(is_saved, "room", SAVED_S), 2))
                took_s = wait_for_next_epoch(store, run_id, RESUME_S * PATIENCE)
                record_property("run_resumes_s", round(took_s, 2))
                misdeeds.rest()
                until(lambda: store.runs.get(run_id).state == "finished", "the end of the run")
            ended = store.runs.get(run_id)
            record_property("attempts", ended.attempt)
            assert (ended.error, ended.last_epoch > reached) == (None, True)
            app.stop()
            check(history, store, project_id)
            with store.database.read() as connection:
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_artifacts_full__the_run_says_why_it_waits_and_can_be_stopped(
    misdeeds: Misdeeds, tmp_path: Path, record_property: Measure
) -> None:
    """Checkpoints lie on another disk than the database, as in a team."""
    (tmp_path / "disk").mkdir()
    misdeeds.at("step.before", "always slow 0.02")
    with small_disk(tmp_path / "disk", DISK_BYTES):
        environ = {"LODEMAP_ARTIFACTS_URL": str(tmp_path / "disk" / "artifacts")}
        data_dir = tmp_path / "data"
        project_id = make_project(data_dir, **environ)
        with (
            real_app(data_dir, {**misdeeds.environ, **environ}) as app,
            opened(data_dir, **environ) as store,
        ):
            with Crowd(app.port, project_id, NUM_SAMPLES).at_work() as history:
                run_id = ask_for_run(app, project_id)
                wait_for_next_epoch(store, run_id)
                history.fault()
                fill(tmp_path / "disk")
                until(lambda: "disk is full" in error_shown(app, project_id), "the reason")
                assert say(app.browser(), project_id, "meanwhile").status == 200
                (tmp_path / "disk" / BALLAST).unlink()
                took_s = wait_for_next_epoch(store, run_id, RESUME_S * PATIENCE)
                record_property("run_resumes_s", round(took_s, 2))
                until(lambda: error_shown(app, project_id) == "None", "the reason to go")
                assert store.runs.get(run_id).attempt == 1
                history.fault()
                fill(tmp_path / "disk")
                until(lambda: "disk is full" in error_shown(app, project_id), "the reason")
                app.browser().post(f"/api/runs/{run_id}/stop", {})
                is_stopped = lambda: store.runs.get(run_id).state == "stopped"  # noqa: E731
                record_property("stop_s", round(soon(is_stopped, "stopped", STOP_S), 2))
            app.stop()
            check(history, store, project_id)


def test_artifacts_unmounted__the_run_waits_for_the_disk_and_nothing_lands_beneath_it(
    misdeeds: Misdeeds, tmp_path: Path, record_property: Measure
) -> None:
    disk, mnt, data_dir = tmp_path / "disk", tmp_path / "mnt", tmp_path / "data"
    disk.mkdir()
    mnt.mkdir()
    environ = {"LODEMAP_ARTIFACTS_URL": str(mnt / "artifacts")}
    misdeeds.at("step.before", "always slow 0.02")
    with ExitStack() as stack:
        with bound(disk, mnt):
            project_id = make_project(data_dir, **environ)
            app = stack.enter_context(real_app(data_dir, {**misdeeds.environ, **environ}))
            store = stack.enter_context(opened(data_dir, **environ))
            run_id = ask_for_run(app, project_id)
            wait_for_next_epoch(store, run_id)
        until(lambda: "is not mounted" in error_shown(app, project_id), "the reason")
        assert say(app.browser(), project_id, "meanwhile").status == 200
        assert list(mnt.iterdir()) == []
        with bound(disk, mnt):
            took_s = wait_for_next_epoch(store, run_id, RESUME_S * PATIENCE)
            record_property("run_resumes_s", round(took_s, 2))
            misdeeds.rest()
            until(lambda: store.runs.get(run_id).state == "finished", "the end of the run")
            ended = store.runs.get(run_id)
            assert (ended.error, ended.attempt) == (None, 1)
            assert len(fingerprints(store, run_id)) == ended.last_epoch + 1
            app.stop()
