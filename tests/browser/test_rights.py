"""What a role may not is dimmed: whoever presses everything that is alive is refused nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from ml.records import RunConfig
from tests.browser.conftest import Complaints
from tests.browser.screen import wait_until
from tests.pages.auth.people import people_app, person
from tests.pages.learning import learn
from tests.pages.web import Served, packed

PRESS = (Path(__file__).parent / "press_all.js").read_text()
KEYS = [*"0123456789abcdefghijklmnopqrstuvwxyz", "Enter", "Shift+A", "Shift+P", "Shift+W",
        "Shift+L", "Control+z", "Control+y", "ArrowLeft", "Escape"]  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with people_app(tmp_path_factory.mktemp("rights"), page=None) as running:
        yield running


def told_by_ada(served: Served) -> str:
    """A project in which somebody has said something everywhere; return its id."""
    project = served.project(40, ("apple", "pear"))
    runs, at = served.store.runs, f"/api/projects/{project.project_id}"
    run = runs.submit(project.project_id, "pretrain", RunConfig("annotate-vae"), "Ada", "ada", "p")
    learn(served.store, run.run_id, 40)
    served.store.leases.finish(run.run_id, "worker", "finished")
    _, ada = person(served, "Ada", "trainer")
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("gestures", {"key": "g", "verb": "annotate", "samples": packed([1, 2], 40),
                      "class_index": 0}),
        ("comments", {"key": "c", "kind": "run", "text": "Look", "run_id": run.run_id}),
        ("bookmarks", {"key": "b", "name": "Here", "view": {"run_id": run.run_id}}),
    ]  # fmt: skip
    for what, body in bodies:
        assert ada.post(f"{at}/{what}", body).status in (200, 201), what
    return project.project_id


@pytest.mark.wide
@pytest.mark.parametrize("role", ["viewer", "annotator"])
def test_everything_alive__is_allowed(
    served: Served, page: Page, complaints: Complaints, role: Any
) -> None:
    complaints.expected += ("401", "404", "409", "410", "422")
    project_id = told_by_ada(served)
    _, browser = person(served, f"{role} {project_id[:4]}", role)
    name, _, value = browser.cookie.partition("=")
    url = f"http://127.0.0.1:{served.port}"
    page.context.add_cookies([{"name": name, "value": value, "url": url}])
    refused: list[str] = []

    def note(response: Response) -> None:
        if response.status == 403:
            refused.append(f"{response.request.method} {response.url.removeprefix(url)}")

    page.on("response", note)
    pressed: dict[str, list[str]] = {}
    for path in ("/", "/review", "/runs", "/data", "/projects"):
        page.goto(f"{url}{path}?project={project_id}")
        expect(page.locator("main")).to_be_visible()
        page.wait_for_load_state("networkidle")
        if path == "/":
            page.locator("#map-canvas, .map-canvas").first.wait_for()
        pressed[path] = page.evaluate(PRESS)
        for key in KEYS:
            page.keyboard.press(key)
        wait_until(lambda: page.evaluate("() => document.readyState") == "complete", "the page")
    assert min(len(pressed[path]) for path in ("/", "/review", "/runs")) > 5, pressed
    assert refused == [], pressed
    is_kept = "Keep this view" in pressed["/review"]
    assert is_kept == (role != "viewer"), "the walk reaches into dialogs"
