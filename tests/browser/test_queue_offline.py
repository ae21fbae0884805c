"""F11 as a person sees it: Redis dies below an open page, and comes back."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from ml.digits import load_digits
from ml.records import RunConfig
from store.opening import Store
from tests.browser.screen import Screen, wait_until
from tests.contract.workplace import end_celery, start_celery, until
from tests.faults.real_app import RealApp, real_app
from tests.faults.redis_server import RedisServer, redis_server
from tests.faults.test_app_faults import opened
from tests.faults.watch import Measure
from tests.patience import PATIENCE

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
SAID_S = 5.0
"""Until the page says it: a refused ring at once, and the page's next look."""
OVER_S = 12.0
"""Until it says nothing any more: a waiting run is rung for every 5 s."""
PRETRAINING = RunConfig("annotate-vae", num_epochs=6, batch_size=64, seed=5)
NUM_SAMPLES = 500


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A Redis that writes down what it is told."""
    with redis_server("--appendonly", "yes", "--appendfsync", "everysec") as running:
        yield running


@pytest.fixture
def store(server: RedisServer, tmp_path: Path) -> Iterator[Store]:
    """A project whose map a Celery worker has made; the worker stays."""
    with opened(tmp_path / "data", LODEMAP_BROKER_URL=server.url) as made:
        digits = load_digits()
        dataset = made.datasets.put(
            "Digits", digits.images[:NUM_SAMPLES], digits.label[:NUM_SAMPLES],
            np.arange(NUM_SAMPLES) % 5 == 0, digits.class_names,
        )  # fmt: skip
        made.projects.create("p", dataset.dataset_id, class_names=digits.class_names)
        worker = start_celery(made)
        try:
            yield made
        finally:
            end_celery(worker)


@pytest.fixture
def app(store: Store, server: RedisServer) -> Iterator[RealApp]:
    environ = {"LODEMAP_BROKER_URL": server.url}
    with real_app(store.settings.data_dir, environ) as running:
        (project,) = [each for each in store.projects.list() if each.name == "p"]
        body = {"key": "first", "kind": "pretrain",
                "config": {"num_epochs": PRETRAINING.num_epochs}}  # fmt: skip
        asked = running.browser().post(f"/api/projects/{project.project_id}/runs", body)
        run_id = asked.json["run_id"]
        until(lambda: store.runs.get(run_id).state == "finished", "the pretraining")
        yield running


def test_page__says_that_the_queue_is_offline_while_it_is(
    app: RealApp, store: Store, server: RedisServer, page: Page, record_property: Measure
) -> None:
    (project,) = [each for each in store.projects.list() if each.name == "p"]
    screen = Screen(page, f"http://127.0.0.1:{app.port}", project.project_id)
    screen.open()
    screen.wait_for_rest()
    screen.teach_two()
    bar = page.locator("#map-offline")
    expect(bar).to_be_hidden()
    server.kill()
    killed_s = time.monotonic()
    screen.press("Enter")
    expect(bar).to_contain_text("The queue is offline", timeout=1000 * SAID_S * PATIENCE)
    record_property("said_s", round(time.monotonic() - killed_s, 2))
    assert screen.runs()[1]["state"] == "queued"
    before = screen.state()["num_named"]
    assert screen.lasso(screen.middle_of(3)) > 0
    screen.press("4")
    wait_until(lambda: screen.state()["num_named"] > before, "a gesture meanwhile")
    expect(bar).to_contain_text("The queue is offline")
    assert "Your gestures are kept" in (bar.text_content() or "")
    server.start()
    back_s = time.monotonic()
    expect(bar).to_be_hidden(timeout=1000 * OVER_S * PATIENCE)
    record_property("over_s", round(time.monotonic() - back_s, 2))
    run = screen.wait_for_run(1, "finished", within_s=60)
    assert run["error"] is None
    expect(bar).to_be_hidden()
    assert store.runs.get(run["run_id"]).attempt == 1
