"""Where there is no map to show, its place says why, and what leads on."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints
from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp
from tests.patience import PATIENCE

CARD_JS = """(act) => {
    const gl = document.querySelector('.map-canvas').getContext('webgl2');
    window.loser ??= gl.getExtension('WEBGL_lose_context');
    window.loser[act]();
}"""


@pytest.mark.wide
def test_stopped_before_its_first_picture__says_so_after_a_reload(
    page: Page, shared_app: SharedApp
) -> None:
    """The offer stays, also past a lost graphics card, and forms the map."""
    project_id = shared_app.bare_project("Stopped early", is_stopped=True)
    page.goto(f"{shared_app.url}/?project={project_id}")
    cover = page.locator("#map-cover")
    expect(cover).to_contain_text("was stopped before it had drawn anything")
    page.reload()
    expect(cover).to_contain_text("was stopped before it had drawn anything")
    page.wait_for_selector(".map-canvas")
    page.evaluate(CARD_JS, "loseContext")
    expect(cover).to_contain_text("The graphics card was lost")
    page.evaluate(CARD_JS, "restoreContext")
    expect(cover).to_contain_text("was stopped before it had drawn anything")
    page.get_by_role("button", name="Form the map again").click()
    expect(cover).to_be_hidden(timeout=30_000 * PATIENCE)
    Screen(page, shared_app.url, project_id).wait_for_points()


@pytest.mark.wide
def test_stopped_on_its_way__goes_on(page: Page, shared_app: SharedApp) -> None:
    screen = Screen(page, shared_app.url, shared_app.bare_project("Stopped on its way"))
    screen.open()
    wait_until(lambda: screen.runs()[0]["last_epoch"] >= 1, "an epoch", 60)
    page.locator("#stop").click()
    stopped = screen.wait_for_run(0, "stopped")
    page.locator("#run-go-on").click()
    wait_until(lambda: screen.runs()[0]["last_epoch"] > stopped["last_epoch"], "epochs", 60)
    expect(page.locator("#run-go-on")).to_be_hidden()
    page.locator("#stop").click()
    screen.wait_for_run(0, "stopped")


def test_unknown_project__offers_nothing_that_needs_one(
    page: Page, shared_app: SharedApp, complaints: Complaints
) -> None:
    complaints.expected += ("404",)
    page.goto(f"{shared_app.url}/?project=11111111-2222-3333-4444-555555555555")
    expect(page.locator("#map-cover")).to_contain_text("This project is not here")
    for name in ("Update", "Add class", "Replay"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)


@pytest.mark.wide
def test_archived_unopened__opens_and_says_where_it_is_brought_back(
    page: Page, shared_app: SharedApp
) -> None:
    shared_app.bare_project("Archived early", is_archived=True)
    page.goto(f"{shared_app.url}/projects")
    page.get_by_text("Archived", exact=True).click()
    page.get_by_role("link", name="Archived early", exact=True).click()
    cover = page.locator("#map-cover")
    expect(cover).to_contain_text("It is archived")
    expect(page.locator(".notice-toast.error")).to_have_count(0)
    cover.get_by_role("link", name="All projects").click()
    page.wait_for_selector("#projects-page")
