"""Variants with a real mouse and keyboard: asked for, watched, one made the map, undone."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Complaints, both_modes
from tests.browser.runs_screen import RunsScreen
from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp
from tests.patience import PATIENCE


@pytest.fixture
def runs(page: Page, shared_app: SharedApp, request: pytest.FixtureRequest) -> RunsScreen:
    return RunsScreen(page, shared_app.url, shared_app.new_project(request.node.name))


DRAWN_JS = """() => [...document.querySelectorAll('.variant canvas')].map((each) => {
    const { data } = each.getContext('2d').getImageData(0, 0, each.width, each.height);
    return data.some((value) => value);
})"""


def lose_each_once(page: Page) -> None:
    """Every frame is lost the first time it is asked for."""
    asked: set[str] = set()

    def lose(route: Route) -> None:
        is_first = route.request.url not in asked
        asked.add(route.request.url)
        if is_first:
            route.abort("connectionfailed")
        else:
            route.continue_()

    page.route("**/api/runs/*/frames/*", lose)


@both_modes
@pytest.mark.timeout(400)
def test_variants__tried_and_one_made_the_map(
    runs: RunsScreen, page: Page, complaints: Complaints
) -> None:
    complaints.expected += ("ERR_CONNECTION_FAILED", "/frames/")
    runs.open()
    expect(page.locator("#variants")).to_contain_text("No variants yet")
    runs.teach(3, 1)
    runs.see("number", "1", "pretraining")
    page.locator("#variants-try").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("First setting", exact=True).select_option(label="Hold")
    values = dialog.get_by_label("First setting: values")
    values.fill("1, 99")
    expect(dialog.get_by_role("status")).to_contain_text("Hold takes numbers from 0 to 20")
    values.fill("1, 8")
    expect(dialog.get_by_role("button", name="Try 2 variants")).to_be_visible()
    lose_each_once(page)
    page.keyboard.press("Enter")
    Screen(page, runs.url, runs.project_id).introduce()
    tiles = page.locator(".variant")
    expect(tiles).to_have_count(2)
    done = page.get_by_role("button", name="Make this the map")
    expect(done).to_have_count(2, timeout=90_000 * PATIENCE)
    expect(page.locator("#variants-state")).to_have_text("2 of 2 done")
    wait_until(lambda: page.evaluate(DRAWN_JS) == [True, True], "both maps, lost at first")
    page.unroute("**/api/runs/*/frames/*")
    # nothing has become the map by itself
    head = runs.state()["head"]["run_id"]
    assert [run["number"] for run in runs.state()["runs"]] == [0, 1]

    done.nth(1).focus()
    page.keyboard.press("Enter")
    runs.see("number", "2", "1", "pretraining")
    runs.see("settings", *("Epochs 3, Hold 8", "Epochs 3", "lodemap"))
    expect(tiles.nth(1)).to_contain_text("made the map")
    assert runs.state()["head"]["run_id"] != head

    # an undo on the map takes it back
    screen = Screen(page, runs.url, runs.project_id)
    screen.open()
    screen.press("Control+z")
    wait_until(lambda: runs.state()["head"]["run_id"] == head, "the map before")


@pytest.mark.wide
@pytest.mark.timeout(400)
def test_variants__an_update_goes_first_and_the_rest_is_cancelled(
    runs: RunsScreen, page: Page
) -> None:
    runs.open()
    runs.teach(3, 1)
    configs = [{"num_epochs": 120, "w_anchor": each} for each in (1, 2, 4)]
    runs.ask(f"/api/projects/{runs.project_id}/variants", {"key": "b", "configs": configs})
    runs.name(4, "b")
    page.reload()
    expect(page.locator(".variant .cap", has_text="epoch").first).to_be_visible(
        timeout=60_000 * PATIENCE
    )
    runs.update("u2")
    runs.wait_for_end(2)
    expect(page.locator(".variant")).to_have_count(3)
    page.locator("#variants-cancel").click()
    expect(page.locator("#variants-cancel")).to_be_hidden(timeout=30_000 * PATIENCE)
    expect(page.locator("#variants-state")).to_have_text("0 of 3 done")
