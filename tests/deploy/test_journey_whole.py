"""All parts at once: PostgreSQL, Redis, a bucket, an app, Celery workers of which one is killed.

A data set comes in, is learned, named and updated; what came of it is seen, saved into a file, and
goes on in another place.
"""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pytest

from ml.digits import load_digits
from store.datasets.sheets_ahead import LEAST_SAMPLES, job_of, unpack_sheets
from store.datasets.tiles import PER_SHEET, draw_sheet
from store.opening import Store, open_store
from store.settings import Settings
from tests.contract.workplace import end_celery, fingerprints, start_celery
from tests.deploy.bucket import NAME, Bucket
from tests.deploy.servers import clean_environ, running_app
from tests.pages.web import Browser, packed, wait_until
from tests.services import fresh_database
from tests.source import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
PATIENCE_S = 240.0
NUM_SAMPLES = LEAST_SAMPLES + 100
NUM_NAMED = 40
"""Of each of two classes."""
OCTETS = {"Content-Type": "application/octet-stream"}


@dataclass
class Place:
    """Where a team works: a database, a bucket's folder, a Redis, and an app's folder."""

    folder: Path
    environ: dict[str, str]
    store: Store

    def command(self, *words: str) -> None:
        """Run a command of the app as its administrator does."""
        ended = subprocess.run(
            [sys.executable, "app.py", *words, "--data-dir", str(self.folder / "data")],
            cwd=ROOT, env=clean_environ(self.environ), capture_output=True, text=True,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr


def environ_of(bucket: Bucket, database_url: str, redis_url: str, artifacts: str) -> dict[str, str]:
    return {
        **bucket.environ(),
        "LODEMAP_DATABASE_URL": database_url,
        "LODEMAP_BROKER_URL": redis_url,
        "LODEMAP_ARTIFACTS_URL": f"s3://{NAME}/{artifacts}",
    }


@pytest.fixture
def place(
    bucket: Bucket, postgres_url: str, redis_url: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Place]:  # fmt: skip
    for name, value in bucket.environ().items():
        monkeypatch.setenv(name, value)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    with fresh_database(postgres_url) as database_url:
        environ = environ_of(bucket, database_url, redis_url, "here")
        settings = Settings.from_env(environ, {"data_dir": tmp_path / "looks"})
        with open_store(settings) as store:
            yield Place(tmp_path / "here", environ, store)


def brought() -> bytes:
    """Digits, each several times with other specks: the same picture twice comes in once."""
    digits = load_digits()
    of = np.arange(NUM_SAMPLES) % len(digits.label)
    specks = np.random.default_rng(0).integers(0, 16, (NUM_SAMPLES, 1, 8, 8), np.uint8)
    images = np.maximum(digits.images[of], specks)
    buffer = io.BytesIO()
    np.savez(
        buffer, images=images, labels=digits.label[of],
        class_names=np.array(digits.class_names),
        split=np.where(np.arange(NUM_SAMPLES) % 5, "train", "test"),
    )  # fmt: skip
    return buffer.getvalue()


def bring(browser: Browser, data: bytes) -> str:
    """Import a file by the pages' way; return the id of the project that came of it."""
    made = browser.post("/api/imports", {"name": "digits.npz", "size": len(data)}).json
    path = f"/api/imports/{made['import_id']}"
    assert browser.ask("PUT", f"{path}/bytes?at=0", data, OCTETS).status == 200
    wait_for(browser, path, "ready")
    wish = {"name": "Digits", "held_out": "given", "with_classes": True, "latent_dim": 2,
            "preset": "lodemap"}  # fmt: skip
    assert browser.post(f"{path}/keep", wish).status < 300
    return str(wait_for(browser, path, "kept")["project_id"])


def wait_for(browser: Browser, path: str, state: str) -> Any:
    wait_until(lambda: browser.get(path).json["state"] == state, f"{path}: {state}", PATIENCE_S)
    return browser.get(path).json


def ask(browser: Browser, project: str, kind: str, epochs: int) -> str:
    config = {"num_epochs": epochs, "batch_size": 128}
    asked = browser.post(
        f"{project}/runs", {"key": f"{kind}-{epochs}", "kind": kind, "config": config}
    )
    assert asked.status in (201, 202), asked.body
    return str(asked.json["run_id"])


def name_two(browser: Browser, project: str) -> None:
    digits = load_digits()
    label = digits.label[np.arange(NUM_SAMPLES) % len(digits.label)]
    for digit in (0, 1):
        is_meant = (label == digit) & (np.arange(NUM_SAMPLES) % 5 > 0)
        ids = [int(each) for each in np.flatnonzero(is_meant)[:NUM_NAMED]]
        gesture = {"key": f"g{digit}", "verb": "annotate", "class_index": digit,
                   "samples": packed(ids, NUM_SAMPLES)}  # fmt: skip
        assert browser.post(f"{project}/gestures", gesture).status == 200


def kill_at_work(store: Store, run_id: str) -> None:
    """Kill the process that works on a run, in the middle of it."""
    wait_until(lambda: store.runs.get(run_id).last_epoch >= 1, "an epoch", PATIENCE_S)
    owner = store.runs.get(run_id).owner
    assert owner is not None
    os.kill(int(owner.split("-")[-2]), signal.SIGKILL)


def wait_for_end(store: Store, run_id: str) -> None:
    live = ("queued", "running", "stopping")
    wait_until(lambda: store.runs.get(run_id).state not in live, "the run's end", PATIENCE_S)
    run = store.runs.get(run_id)
    assert (run.state, run.error, run.last_epoch) == ("finished", None, run.config.num_epochs)


def check_sheets(place: Place, browser: Browser, dataset_id: str) -> None:
    """Ask for a small picture; workers draw all sheets, and keep them in the bucket.

    The app has those of its import at hand; who looks from another folder has not.
    """
    store = place.store
    wait_until(store.workers.present, "a worker that may draw", PATIENCE_S)
    images = store.thumbnails.drawn(dataset_id)
    assert browser.get(f"/api/datasets/{dataset_id}/sheets/0.png").body == draw_sheet(images, 0)
    assert store.thumbnails.sheet(dataset_id, 0) == draw_sheet(images, 0)
    job_id, last = job_of(dataset_id), NUM_SAMPLES // PER_SHEET

    def is_drawn() -> bool:
        part = store.chunks.part(job_id, last * PER_SHEET)
        return part is not None and part.artifact is not None

    wait_until(is_drawn, "the last chunk of sheets", PATIENCE_S)
    part = store.chunks.part(job_id, last * PER_SHEET)
    assert part is not None
    assert part.artifact is not None
    drawn = unpack_sheets(store.artifacts.read(part.artifact, part.sha256))
    assert drawn[-1] == draw_sheet(images, last)


def told_of(browser: Browser, receipt: str) -> Any:
    """What a receipt tells anybody: whose gestures are those of who asks is left out."""
    told = browser.get(receipt).json
    for share in told["by"]:
        del share["is_mine"]
    return told


def seen(browser: Browser, project: str) -> tuple[Any, bytes]:
    """What a page is told of a project."""
    state = browser.get(f"{project}/state").json
    runs = [(run["run_id"], run["state"], run["last_epoch"]) for run in state["runs"]]
    told = (state["seq"], state["num_named"], state["classes"], runs, state["head"])
    return told, browser.get(f"{project}/annotation/{state['seq']}").body


def test_team__goes_the_whole_way_and_on_in_another_place(
    place: Place, bucket: Bucket, postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    store = place.store
    with running_app(place.folder, place.environ) as (port, _), ExitStack() as workers:
        browser = Browser(port)
        browser.get("/api/session")
        for _ in range(2):
            workers.callback(end_celery, start_celery(store))
        project_id = bring(browser, brought())
        project = f"/api/projects/{project_id}"
        check_sheets(place, browser, store.projects.get(project_id).dataset_id)
        wait_for_end(store, ask(browser, project, "pretrain", 3))
        name_two(browser, project)
        run_id = ask(browser, project, "fine_tune", 6)
        kill_at_work(store, run_id)
        wait_for_end(store, run_id)
        assert store.runs.get(run_id).attempt == 2
        receipt = f"/api/runs/{run_id}/receipt"
        wait_until(lambda: browser.get(receipt).status == 200, "the receipt", PATIENCE_S)
        come_of_it = told_of(browser, receipt)
        before, digests = seen(browser, project), fingerprints(store, run_id)
        place.command("backup", str(tmp_path / "kept.zip"))
    with fresh_database(postgres_url) as database_url:
        environ = environ_of(bucket, database_url, redis_url, "elsewhere")
        settings = Settings.from_env(environ, {"data_dir": tmp_path / "looks-elsewhere"})
        Place(tmp_path / "elsewhere", environ, store).command("restore", str(tmp_path / "kept.zip"))
        with (
            running_app(tmp_path / "elsewhere", environ) as (port, _),
            open_store(settings) as restored,
        ):
            browser = Browser(port)
            browser.get("/api/session")
            assert seen(browser, project) == before
            assert told_of(browser, receipt) == come_of_it
            assert fingerprints(restored, run_id) == digests
            celery = start_celery(restored)
            try:
                wait_for_end(restored, ask(browser, project, "fine_tune", 1))
            finally:
                end_celery(celery)
    kept = {name.split("/")[0] for name in bucket.names()}
    assert kept >= {"here", "elsewhere"}
