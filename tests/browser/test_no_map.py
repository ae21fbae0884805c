"""Where there is no map to show, its place says why, and what leads on."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints
from tests.browser.review_screen import ReviewScreen
from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp
from tests.patience import PATIENCE

CARD_JS = """(act) => {
    const gl = document.querySelector('.map-canvas').getContext('webgl2');
    window.loser ??= gl.getExtension('WEBGL_lose_context');
    window.loser[act]();
}"""

WITHOUT_WEBGL_JS = """
const original = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    return kind === 'webgl2' ? null : original.call(this, kind, ...rest);
};
"""


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
def test_project_that_goes_while_it_is_open__leaves_no_keys_and_no_name(
    page: Page, shared_app: SharedApp, complaints: Complaints
) -> None:
    complaints.expected += ("404", "/leads", "status of 422")
    project_id = shared_app.told_project("goes away")
    Screen(page, shared_app.url, project_id).open()
    page.keyboard.press("a")
    expect(page.locator("#selection-bar")).to_be_visible()
    shared_app.delete_project(project_id)
    expect(page.locator("#map-cover")).to_contain_text("is for its members only")
    expect(page.locator("#shell-switcher-name")).not_to_contain_text("goes away")
    page.keyboard.press("a")
    expect(page.locator("#selection-bar")).to_be_hidden()


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


@pytest.mark.wide
def test_without_webgl__review_and_runs_say_so_and_the_rest_of_them_works(
    page: Page, shared_app: SharedApp
) -> None:
    project_id = shared_app.told_project("without webgl")
    page.add_init_script(WITHOUT_WEBGL_JS)
    page.goto(f"{shared_app.url}/review?project={project_id}")
    cover = page.locator("#map-cover")
    expect(cover).to_contain_text("The history, the log and the comments still work.")
    review = ReviewScreen(page, shared_app.url, project_id)
    review.look_at("Run 1")
    expect(review.lines()).to_have_count(8)
    page.goto(f"{shared_app.url}/runs?project={project_id}")
    expect(page.locator("#bench-cover")).to_contain_text("The maps cannot be drawn here")
    with page.expect_response(lambda answer: "/comparison/" in answer.url):
        page.locator("#bench-before-run").select_option(label="pretraining")
    expect(page.locator("#bench")).to_have_attribute("aria-busy", "false")
    expect(page.locator("#bench-cover")).to_contain_text("The maps cannot be drawn here")
    expect(page.locator("#bench-verdict")).to_be_visible()


@pytest.mark.wide
def test_lost_card__is_told_on_review_too_until_it_is_back(review: ReviewScreen) -> None:
    page, cover = review.page, review.page.locator("#map-cover")
    page.evaluate(CARD_JS, "loseContext")
    expect(cover).to_contain_text("The graphics card was lost")
    review.look_at("Run 1")
    expect(cover).to_contain_text("The graphics card was lost")
    page.evaluate(CARD_JS, "restoreContext")
    expect(cover).to_be_hidden()
