"""Answers that are lost or refused on their way: what is seen stays true, and comes by itself."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Complaints
from tests.browser.review_screen import ReviewScreen
from tests.browser.runs_screen import RunsScreen
from tests.browser.screen import wait_until
from tests.browser.shared_app import SharedApp

STEPS = re.compile(r"/steps/\d+$")
LOG = re.compile(r"/log\?")
SAMPLES = re.compile(r"/api/datasets/[^/]+/samples$")
STATE = re.compile(r"/api/projects/[^/]+/state")
DASH = re.compile("_dash-update-component")
BROKEN = "The server lost its way. Try again in a moment."


def refuse(route: Route) -> None:
    route.fulfill(status=500, json={"code": "broken", "message": BROKEN})


def refuse_page(route: Route) -> None:
    """Refuse what fills the page; the rail and the rest are answered."""
    if "_pages_content" in str(route.request.post_data):
        refuse(route)
    else:
        route.continue_()


def lose(route: Route) -> None:
    route.abort("connectionfailed")


def seen_seq(review: ReviewScreen) -> int:
    """The journal position that is on screen."""
    return int(review.page.evaluate("() => lodemapReview.parts().state.get().annotationSeq"))


def test_review__a_refused_step_can_be_pressed_again(
    review: ReviewScreen, complaints: Complaints
) -> None:
    complaints.expected += ("500", "/steps/")
    before = seen_seq(review)
    review.page.route(STEPS, refuse)
    review.look_at("Run 1")
    expect(review.page.locator(".notice-toast.error")).to_have_text(BROKEN)
    assert seen_seq(review) == before
    review.page.unroute(STEPS)
    review.look_at("Run 1")
    wait_until(lambda: seen_seq(review) != before, "the step that was pressed again")


def test_review__a_lost_read_comes_by_itself_and_nothing_is_said_to_be_unsaved(
    review: ReviewScreen, complaints: Complaints
) -> None:
    complaints.expected += ("ERR_CONNECTION_FAILED", "/steps/", "/log?")
    before, page = seen_seq(review), review.page
    for each in (STEPS, LOG):
        page.route(each, lose)
    review.look_at("Run 1")
    page.get_by_label("Filter the log").fill("ben one")
    expect(page.locator("#map-offline")).to_contain_text("Connection lost")
    expect(page.locator(".notice-toast")).to_have_count(0)
    for each in (STEPS, LOG):
        page.unroute(each)
    wait_until(lambda: seen_seq(review) != before, "the step, once the connection is back")
    expect(review.lines()).to_have_count(1)
    expect(page.locator("#map-offline")).to_be_hidden()
    expect(page.locator(".notice-toast")).to_have_count(0)


ARE_PAINTED_JS = """(all) => [...document.querySelectorAll(all)].every((each) => each
    .getContext("2d").getImageData(0, 0, each.width, each.height).data.some((value) => value))"""


def test_history__a_new_step_leaves_the_pictures_of_the_others(review: ReviewScreen) -> None:
    page, canvases = review.page, ".step-map[data-frame] canvas"
    expect(page.locator(canvases).nth(1)).to_be_visible()
    wait_until(lambda: page.evaluate(ARE_PAINTED_JS, canvases), "the small maps")
    number = page.locator(canvases).count()
    page.evaluate("s => document.querySelectorAll(s).forEach((c) => { c.isOld = true; })", canvases)
    steps = page.locator(".step-node").count()
    review.look_at("Run 1")
    page.locator("#step-checkout").click()
    review.introduce("Eva")
    review.expect_here("Run 1")
    old = page.evaluate(
        "s => [...document.querySelectorAll(s)].filter((c) => c.isOld).length", canvases
    )
    assert page.locator(".step-node").count() >= steps
    assert old == number


def runs_of(page: Page, app: SharedApp, name: str) -> RunsScreen:
    """The Runs page of a project with two Updates."""
    screen = RunsScreen(page, app.url, app.told_project(name))
    screen.open()
    screen.see("number", "2", "1", "pretraining")
    return screen


def test_runs__what_was_lost_is_drawn_once_the_connection_is_back(
    page: Page, shared_app: SharedApp, complaints: Complaints, request: pytest.FixtureRequest
) -> None:
    """The state arrives, what belongs to it does not: the next look brings it all the same."""
    complaints.expected += ("ERR_CONNECTION_FAILED", "/run-records", "/variants", "/confusion/")
    lost = [re.compile(rf"/api/.*/{each}\b") for each in ("run-records", "variants", "confusion")]
    for each in lost:
        page.route(each, lose)
    runs = runs_of(page, shared_app, request.node.name)
    expect(page.locator("#runs-offline")).to_contain_text("Connection lost")
    expect(page.locator("#confusion-run")).to_be_hidden()
    assert set(runs.cells("learned")) != {"30 names"}
    for each in lost:
        page.unroute(each)
    expect(page.locator("#confusion-run")).to_have_text("run 2")
    wait_until(lambda: all("–" not in each for each in runs.cells("learned")), "the records")
    expect(page.locator("#runs-offline")).to_be_hidden()
    expect(page.locator(".notice-toast")).to_have_count(0)


def test_data__what_was_lost_is_read_once_the_connection_is_back(
    page: Page, shared_app: SharedApp, complaints: Complaints, request: pytest.FixtureRequest
) -> None:
    complaints.expected += ("ERR_CONNECTION_FAILED", "/state")
    page.route(STATE, lose)
    project = shared_app.bare_project(request.node.name)
    page.goto(f"{shared_app.url}/data?project={project}")
    expect(page.locator("#data-offline")).to_contain_text("Connection lost")
    expect(page.locator("#set-preview")).to_have_text("Reading the data set")
    expect(page.locator("[data-needs-map] a[href]")).to_have_count(0)
    page.unroute(STATE)
    expect(page.locator("#set-preview canvas").first).to_be_attached()
    expect(page.locator("#set-samples")).not_to_have_text("–")
    expect(page.locator("#data-offline")).to_be_hidden()
    expect(page.locator(".notice-toast")).to_have_count(0)


def test_bench__draws_the_maps_though_the_first_reading_of_the_samples_was_lost(
    page: Page, shared_app: SharedApp, complaints: Complaints, request: pytest.FixtureRequest
) -> None:
    complaints.expected += ("ERR_CONNECTION_FAILED", "/samples")
    page.route(SAMPLES, lose, times=1)
    runs_of(page, shared_app, request.node.name)
    expect(page.locator("#bench-verdict")).to_contain_text("95 % interval")
    expect(page.locator("#bench-cover")).to_be_hidden()


def test_bench__never_shows_others_than_the_choices_name(
    page: Page, shared_app: SharedApp, complaints: Complaints, request: pytest.FixtureRequest
) -> None:
    complaints.expected += ("500", "ERR_CONNECTION_FAILED", "/comparison/")
    comparison = re.compile(r"/comparison/")
    runs_of(page, shared_app, request.node.name)
    expect(page.locator("#bench-verdict")).to_contain_text("95 % interval")
    page.route(comparison, refuse)
    page.locator("#bench-before-run").select_option(label="pretraining")
    cover = page.locator("#bench-cover")
    expect(cover).to_contain_text(BROKEN)
    expect(page.locator("#bench-verdict")).to_be_hidden()
    page.unroute(comparison)
    page.route(comparison, lose)
    page.locator("#bench-before-run").select_option(label="run 1")
    expect(page.locator("#bench")).to_have_attribute("aria-busy", "true")
    page.unroute(comparison)
    expect(page.locator("#bench")).to_have_attribute("aria-busy", "false")
    expect(cover).to_be_hidden()
    expect(page.locator("#bench-verdict")).to_contain_text("95 % interval")


def test_dialog__a_lost_answer_is_said_and_the_button_is_free_again(
    page: Page, shared_app: SharedApp, complaints: Complaints
) -> None:
    complaints.expected += ("ERR_CONNECTION_FAILED", "_dash-update-component")
    page.goto(f"{shared_app.url}/projects")
    page.get_by_role("button", name="New project").click()
    dialog = page.locator("#project-dialog")
    dialog.get_by_label("Name").fill("Lost at first")
    page.route(DASH, lose)
    dialog.get_by_role("button", name="Create project").click()
    expect(page.locator(".notice-toast.error")).to_contain_text("nobody knows whether")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    page.unroute(DASH)
    page.get_by_role("button", name="New project").click()
    dialog.get_by_label("Name").fill("Made at last")
    dialog.get_by_role("button", name="Create project").click()
    page.wait_for_url("**/?project=*")


def test_rail__a_page_that_was_lost_opens_once_the_connection_is_back(
    page: Page, shared_app: SharedApp, complaints: Complaints
) -> None:
    complaints.expected += ("ERR_CONNECTION_FAILED", "_dash-update-component")
    page.goto(f"{shared_app.url}/projects")
    page.wait_for_selector("#projects-page")
    page.route(DASH, lose)
    page.locator(".rail").get_by_role("link", name="Data").click()
    expect(page.locator(".notice-toast")).to_contain_text("Connection lost")
    expect(page.locator("#projects-page")).to_be_visible()
    page.unroute(DASH)
    expect(page.locator("#data-page")).to_be_visible()
    expect(page.locator(".rail-item.active")).to_have_text("Data")


def test_rail__a_page_that_is_refused_leaves_page_address_and_rail_as_they_were(
    page: Page, shared_app: SharedApp, complaints: Complaints
) -> None:
    complaints.expected += ("500", "_dash-update-component")
    page.goto(f"{shared_app.url}/projects")
    page.wait_for_selector("#projects-page")
    page.evaluate("() => { document.querySelector('#projects-page').isOld = true; }")
    page.route(DASH, refuse_page)
    page.locator(".rail").get_by_role("link", name="Data").click()
    expect(page.locator(".notice-toast.error")).to_have_text(BROKEN)
    expect(page).to_have_url(re.compile("/projects$"))
    expect(page.locator(".rail-item.active")).to_have_text("Projects")
    assert page.evaluate("() => document.querySelector('#projects-page').isOld")
    page.unroute(DASH)
    page.locator(".rail").get_by_role("link", name="Data").click()
    expect(page.locator("#data-page")).to_be_visible()


def test_rail__after_a_cancel_a_page_that_is_refused_gives_back_the_address_of_the_data_set(
    page: Page, shared_app: SharedApp, complaints: Complaints
) -> None:
    complaints.expected += ("500", "_dash-update-component")
    project_id = shared_app.bare_project("Cancelled")
    page.goto(f"{shared_app.url}/data?project={project_id}&new=1")
    page.locator("#data-cancel").click()
    expect(page.locator("#data-set-title")).to_be_visible()
    expect(page.locator("#data-page")).to_have_attribute("data-new", "")
    page.route(DASH, refuse_page)
    page.locator(".rail").get_by_role("link", name="Projects").click()
    expect(page.locator(".notice-toast.error")).to_have_text(BROKEN)
    expect(page).to_have_url(f"{shared_app.url}/data?project={project_id}")
    page.unroute(DASH)
    page.get_by_role("link", name="Bring in another data set").click()
    expect(page.locator("#data-choose")).to_be_visible()
