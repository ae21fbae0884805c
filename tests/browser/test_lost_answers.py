"""Answers that are lost or refused on their way: what is seen stays true, and comes by itself."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Complaints
from tests.browser.review_screen import ReviewScreen
from tests.browser.screen import wait_until
from tests.browser.shared_app import SharedApp

STEPS = re.compile(r"/steps/\d+$")
LOG = re.compile(r"/log\?")
BROKEN = "The server lost its way. Try again in a moment."


@pytest.fixture
def review(page: Page, shared_app: SharedApp, request: pytest.FixtureRequest) -> ReviewScreen:
    """A project with two Updates of two people, open on its Review page."""
    project_id = shared_app.told_project(request.node.name)
    screen = ReviewScreen(page, shared_app.url, project_id)
    screen.open()
    return screen


def refuse(route: Route) -> None:
    route.fulfill(status=500, json={"code": "broken", "message": BROKEN})


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


def test_history__a_new_step_leaves_the_pictures_of_the_others(review: ReviewScreen) -> None:
    page, canvases = review.page, ".step-map[data-frame] canvas"
    expect(page.locator(canvases).nth(1)).to_be_visible()
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
