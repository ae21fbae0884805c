"""The Review page: what happened is read, looked at, gone back to, and settled."""

import re

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.served import Mode
from tests.browser.conftest import Complaints, both_modes
from tests.browser.review_screen import ReviewScreen
from tests.browser.screen import wait_until
from tests.browser.shared_app import SharedApp
from tests.patience import PATIENCE


def second(other_context: BrowserContext, review: ReviewScreen) -> ReviewScreen:
    """The same page before another person."""
    page = other_context.new_page()
    page.set_default_timeout(15_000 * PATIENCE)
    screen = ReviewScreen(page, review.url, review.project_id)
    screen.open()
    return screen


def test_log__tells_filters_and_follows_a_sample(review: ReviewScreen) -> None:
    lines = review.lines()
    expect(lines.first).to_contain_text("Ada named 30 samples three")
    expect(lines).to_have_count(8)
    review.page.get_by_label("Filter the log").fill("ben one")
    expect(lines).to_have_count(1)
    expect(lines.first).to_contain_text("from no name (30), one (5), on run 1")
    review.page.get_by_label("Filter the log").fill("nobody at all")
    expect(review.page.locator("#log-lines")).to_contain_text("Nothing fits")
    review.page.get_by_label("Filter the log").fill("")
    expect(lines).to_have_count(8)
    lines.filter(has_text="35 samples two").locator("[data-sample]").first.click()
    expect(review.page.locator("#log-sample")).to_contain_text("Sample 1")
    expect(lines).to_have_count(2)
    review.page.get_by_label("Show the whole log").click()
    expect(lines).to_have_count(8)


@pytest.mark.wide
def test_log__a_click_on_a_point_tells_its_biography(review: ReviewScreen) -> None:
    review.click_sample(1)
    expect(review.page.locator("#log-sample")).to_contain_text("Sample 1")
    expect(review.lines()).to_have_count(2)
    expect(review.page.locator("#review-selection")).to_contain_text("1selected")


@both_modes
def test_page__narrow_keeps_its_lists_and_its_title(review: ReviewScreen) -> None:
    page = review.page
    page.set_viewport_size({"width": 1024, "height": 768})
    for each in ("#history-steps", "#log-lines"):
        box = page.locator(each).bounding_box()
        assert box is not None
        assert box["height"] > 300
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("#step-title")).to_have_attribute("title", re.compile("."))
    head, tools = (page.locator(each).bounding_box() for each in (".map-head", "#review-tools"))
    assert head is not None
    assert tools is not None
    assert head["x"] + head["width"] <= tools["x"]


UNCOVERED_JS = """() => [...document.querySelectorAll('.map-corner button')].every(button => {
    const { left, right, top, bottom } = button.getBoundingClientRect();
    const isWhole = button.scrollWidth <= button.clientWidth;
    const isMet = x => button.contains(document.elementFromPoint(x, (top + bottom) / 2));
    return isWhole && isMet(left + 3) && isMet(right - 3);
})"""


def test_page__every_tool_above_the_map_can_be_read_and_reached(review: ReviewScreen) -> None:
    page = review.page
    for width in (1280, 1440, 1536, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(UNCOVERED_JS)
        head, tools = (page.locator(each).bounding_box() for each in (".map-head", "#review-tools"))
        assert head is not None
        assert tools is not None
        assert head["x"] + head["width"] <= tools["x"]
        assert head["width"] > 200


def test_history__back_and_back_again(review: ReviewScreen, mode: Mode) -> None:
    assert mode in ("embedded", "team")
    before = review.wait_for_rest()
    expect(review.page.locator("#step-checkout")).to_have_attribute("aria-disabled", "true")
    review.look_at("Run 1")
    wait_until(lambda: review.wait_for_rest() != before, "another map")
    there = review.wait_for_rest()
    review.page.locator("#step-checkout").click()
    review.introduce("Eva")
    review.expect_here("Run 1")
    state = review.state()
    assert state["num_named"] == 60
    assert [run["on_line"] for run in state["runs"]] == [True, True, False]
    expect(review.lines().first).to_contain_text("You went back to an earlier state")
    assert review.wait_for_rest() == there
    review.page.locator(".toast-act", has_text="Undo").click()
    review.expect_here("Named 30 samples three")
    assert review.state()["num_named"] == 120
    wait_until(lambda: review.wait_for_rest() == before, "the map there was")


def test_history__a_step_shows_its_own_map_wherever_the_timeline_was_left(
    review: ReviewScreen,
) -> None:
    here = review.wait_for_rest()
    review.look_at("Run 1")
    wait_until(lambda: review.wait_for_rest() != here, "another map")
    there = review.wait_for_rest()
    review.page.locator("#step-back").click()
    wait_until(lambda: review.wait_for_rest() != there, "an earlier picture")
    review.look_at("Run 1")
    wait_until(lambda: review.wait_for_rest() == there, "its own map again")
    review.page.locator("#step-back").click()
    wait_until(lambda: review.wait_for_rest() != there, "an earlier picture")
    review.look_at("Named 30 samples three")
    wait_until(lambda: review.wait_for_rest() == here, "the map of another step")


@pytest.mark.wide
def test_history__a_step_is_compared_with_where_the_project_is(review: ReviewScreen) -> None:
    review.look_at("Run 2")
    review.page.locator("#step-compare").click()
    expect(review.page.locator("#toast-host")).to_contain_text("30 samples differ: 30 named only")
    expect(review.page.locator("#review-selection")).to_contain_text("30")


def test_page__without_a_map_or_a_project_says_so(page: Page, shared_app: SharedApp) -> None:
    bare = shared_app.bare_project("not opened yet")
    page.goto(f"{shared_app.url}/review?project={bare}")
    expect(page.locator("#map-cover")).to_contain_text("This project has no map yet")
    expect(page.locator("#log-lines")).to_contain_text("Nothing was said yet")
    page.goto(f"{shared_app.url}/review?project=11111111-2222-3333-4444-555555555555")
    expect(page.locator("#map-cover")).to_contain_text("This project is not here")


@pytest.mark.wide
def test_page__of_a_map_in_space(page: Page, shared_app: SharedApp) -> None:
    places = np.random.default_rng(5).normal(size=(200, 3)).astype(np.float32)
    screen = ReviewScreen(page, shared_app.url, shared_app.drawn_project("in space", places))
    screen.open()
    screen.click_sample(int(np.argmax(places[:, 1])))
    expect(page.locator("#log-sample")).to_contain_text("Sample")
    screen.tab("comments")
    page.locator('[data-draft="new"]').fill("Far up.")
    page.keyboard.press("Control+Enter")
    screen.introduce("Ada")
    expect(page.locator(".comment-marker")).to_be_visible()


@pytest.mark.usefixtures("without_network")
@pytest.mark.wide
def test_history__a_branch_has_a_name_and_hangs_below_its_step(review: ReviewScreen) -> None:
    review.look_at("Run 1")
    review.page.locator("#step-branch").click()
    review.page.get_by_label("Name of the branch").fill("Spread it out")
    review.page.keyboard.press("Enter")
    review.introduce("Eva")
    toast = review.page.locator(".notice-toast").last
    expect(toast).to_contain_text("begins the branch Spread it out; the history shows it from then")
    review.expect_here("Run 1")
    review.page.goto(f"{review.url}/?project={review.project_id}")
    review.page.wait_for_function("() => Boolean(window.lodemap?.parts()?.state.get().shown)")
    review.page.keyboard.press("a")
    review.page.keyboard.press("4")
    wait_until(lambda: review.state()["num_named"] == 600, "all named")
    review.open()
    expect(review.step("Named 600 samples three")).to_contain_text("branch Spread it out")
    review.expect_here("Named 600 samples three")


@pytest.mark.wide
def test_history__a_step_gets_a_name_that_others_see(
    review: ReviewScreen, other_context: BrowserContext
) -> None:
    other = second(other_context, review)
    review.look_at("Run 2")
    review.page.locator("#step-name").click()
    review.page.get_by_role("textbox", name="Name").fill("The good one")
    review.page.keyboard.press("Enter")
    review.introduce("Eva")
    expect(other.step("The good one")).to_contain_text("Run 2, 90 named", timeout=4000 * PATIENCE)


def test_history__of_two_who_go_back_at_once_one_looks_again(
    review: ReviewScreen, other_context: BrowserContext, complaints: Complaints
) -> None:
    complaints.expected = ("409", "failed:", "ERR_FAILED")
    other = second(other_context, review)
    other.look_at("60 names, 6 unsure")
    other.page.route("**/state?*", lambda route: route.abort())
    review.look_at("Run 1")
    review.page.locator("#step-checkout").click()
    review.introduce("Eva")
    review.expect_here("Run 1")
    other.page.locator("#step-checkout").click()
    other.introduce("Ben")
    expect(other.page.locator("#toast-errors")).to_contain_text("Eva changed the project meanwhile")
    assert review.state()["num_named"] == 60
    other.page.unroute("**/state?*")
    other.expect_here("Run 1")


def test_differing__is_settled_with_the_keys(review: ReviewScreen) -> None:
    page = review.page
    expect(page.locator("#tab-differing .chip")).to_have_text("5")
    review.tab("differing")
    expect(page.locator("#agreement")).to_contain_text("Cohen's kappa")
    rows = page.locator(".differing-row")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_have_class("differing-row on")
    page.keyboard.press("k")
    expect(rows.first).to_have_class("differing-row on")
    page.keyboard.press("2")
    review.introduce("Eva")
    expect(rows).to_have_count(4)
    expect(page.locator("#tab-differing .chip")).to_have_text("4")
    review.tab("log")
    expect(review.lines().first).to_contain_text("settles a disagreement")
