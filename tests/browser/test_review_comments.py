"""Comments between two browsers, and bookmarks that open the same view."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Complaints
from tests.browser.review_screen import ReviewScreen
from tests.browser.screen import Screen, wait_until
from tests.browser.test_review import second
from tests.patience import PATIENCE

WITHIN_MS = 4000 * PATIENCE
"""For what another person did: it is looked for once a second."""


def write(review: ReviewScreen, text: str) -> None:
    """Write a comment about what is selected."""
    review.page.locator('[data-draft="new"]').fill(text)
    review.page.locator("#comment-list").get_by_role("button", name="Comment", exact=True).click()


def test_comments__go_to_and_fro_between_two_people(
    review: ReviewScreen, other_context: BrowserContext
) -> None:
    other = second(other_context, review)
    review.click_sample(37)
    review.page.locator("#review-selection").get_by_role("button", name="Comment").click()
    write(review, "Is this #three, like @sample 12? <img src=x onerror=alert(1)>")
    review.introduce("Ada")
    marker = other.page.locator(".comment-marker")
    expect(marker).to_have_text("1", timeout=WITHIN_MS)
    marker.click()
    thread = other.page.locator(".thread")
    expect(thread).to_contain_text("<img src=x onerror=alert(1)>")
    expect(thread.locator("img")).to_have_count(0)
    thread.get_by_label("Reply").fill("No, a nine.")
    other.page.keyboard.press("Enter")
    other.introduce("Ben")
    expect(review.page.locator(".reply")).to_contain_text("No, a nine.", timeout=WITHIN_MS)
    expect(review.page.locator(".reply")).not_to_contain_text("Edit")
    review.page.locator(".thread").get_by_role("button", name="sample 12").click()
    expect(review.page.locator("#log-sample")).to_contain_text("Sample 12")
    review.tab("comments")
    review.page.locator(".thread").get_by_role("button", name="Resolve").click()
    expect(marker).to_have_count(0, timeout=WITHIN_MS)
    expect(thread).to_contain_text("Resolved by Ada.")


@pytest.mark.usefixtures("without_network")
def test_comments__begin_on_the_map_with_what_is_selected_there(review: ReviewScreen) -> None:
    page = review.page
    Screen(page, review.url, review.project_id).open()
    page.keyboard.press("a")
    page.locator("#selection-bar").get_by_role("button", name="Comment").click()
    review.wait_until_shown()
    expect(page.locator("#review-selection")).to_contain_text("600selected")
    expect(page.locator(".composer-about")).to_contain_text("600 samples")
    expect(page.locator('[data-draft="new"]')).to_be_focused()
    page.keyboard.type("What are these?")
    page.keyboard.press("Control+Enter")
    review.introduce("Ada")
    expect(page.locator(".thread")).to_contain_text("What are these?")
    expect(page.locator(".comment-marker")).to_have_text("1")


@pytest.mark.wide
def test_comments__without_a_connection_are_not_lost_in_silence(
    review: ReviewScreen, complaints: Complaints
) -> None:
    complaints.expected = ("ERR_INTERNET_DISCONNECTED",)
    review.look_at("Run 1")
    review.tab("comments")
    write(review, "First.")
    review.introduce("Ada")
    expect(review.page.locator(".thread")).to_have_count(1)
    review.page.context.set_offline(True)
    write(review, "Second.")
    expect(review.page.locator("#toast-errors")).to_contain_text("The answer was lost")
    expect(review.page.locator("#map-offline")).to_contain_text("Connection lost.")
    review.page.context.set_offline(False)
    expect(review.page.locator("#map-offline")).to_be_hidden()
    expect(review.page.locator('[data-draft="new"]')).to_have_value("Second.")


@pytest.mark.wide
def test_comments__on_a_region_draw_it_again(review: ReviewScreen) -> None:
    review.wait_for_rest()
    review.lasso_around(37)
    page = review.page
    expect(page.locator("#review-selection")).to_be_visible()
    review.tab("comments")
    page.get_by_role("button", name="This region").click()
    write(review, "Crowded here.")
    review.introduce("Ada")
    expect(page.locator(".thread")).to_contain_text("region,")
    page.locator("#review-selection").get_by_label("Clear the selection").click()
    expect(page.locator(".map-outline")).to_have_attribute("d", "")
    frame = "() => window.lodemapReview.parts().state.get().shown.n"
    drawn_on = page.evaluate(frame)
    page.locator("#step-back").click()
    wait_until(lambda: page.evaluate(frame) != drawn_on, "an earlier picture")
    page.locator(".thread .comment-head button.chip").click()
    wait_until(lambda: page.locator(".map-outline").get_attribute("d"), "the region's outline")
    assert page.evaluate(frame) == drawn_on, "on the picture it was drawn on"
    expect(page.locator("#review-selection")).to_be_visible()


@pytest.mark.wide
def test_comments__ones_own_are_edited_and_deleted(review: ReviewScreen) -> None:
    review.look_at("Run 2")
    page = review.page
    review.tab("comments")
    expect(page.locator(".composer-about")).to_contain_text("run 2")
    write(review, "Too long.")
    review.introduce("Ada")
    thread = page.locator(".thread")
    thread.get_by_role("button", name="Edit").click()
    page.get_by_label("Edit the comment").fill("Too long, I think.")
    thread.get_by_role("button", name="Save").click()
    expect(thread).to_contain_text("Too long, I think.")
    expect(thread).to_contain_text("edited")
    thread.get_by_role("button", name="Delete").click()
    page.locator("dialog[open]").get_by_role("button", name="Delete").click()
    expect(page.locator("#comment-list")).to_contain_text("No comments yet")


def test_comments__what_is_being_typed_outlives_what_others_say(
    review: ReviewScreen, other_context: BrowserContext
) -> None:
    other = second(other_context, review)
    for each in (review, other):
        each.look_at("Run 1")
        each.tab("comments")
    field = review.page.locator('[data-draft="new"]')
    field.click()
    review.page.keyboard.type("Half a sen")
    field.evaluate("node => { window.typedIn = node; }")
    write(other, "First.")
    other.introduce("Ben")
    expect(review.page.locator(".thread")).to_contain_text("First.", timeout=WITHIN_MS)
    assert review.page.evaluate("window.typedIn === document.activeElement"), "never taken out"
    review.page.keyboard.type("tence")
    expect(field).to_have_value("Half a sentence")


def test_bookmarks__open_the_very_view(review: ReviewScreen, other_context: BrowserContext) -> None:
    page = review.page
    review.look_at("Run 1")
    review.wait_for_rest()
    page.mouse.move(640, 400)
    page.mouse.wheel(0, -400)
    review.click_sample(37)
    page.locator("#review-bookmarks").click()
    page.get_by_label("Keep this view as").fill("Where it splits")
    page.keyboard.press("Enter")
    review.introduce("Ada")
    expect(page.locator("#toast-host")).to_contain_text("Kept as Where it splits")
    view = "() => JSON.stringify(window.lodemapReview.parts().stage.main.stance.of)"
    kept = page.evaluate(view)
    page.locator("#review-bookmarks").click()
    link = page.locator(".bookmark-rows a").get_attribute("href")
    other = second(other_context, review)
    other.page.goto(f"{review.url}{link}")
    other.wait_until_shown()
    toast = other.page.locator("#toast-host")
    expect(toast).to_contain_text("This is Where it splits, kept by Ada.")
    expect(other.page.locator("#step-title")).to_have_text("Run 1")
    expect(other.page.locator("#review-selection")).to_contain_text("1")
    wait_until(lambda: other.page.evaluate(view) == kept, "the view that was kept")


@pytest.mark.wide
def test_bookmarks__one_that_is_gone_says_so(review: ReviewScreen) -> None:
    review.open("&bookmark=11111111-2222-3333-4444-555555555555")
    expect(review.page.locator("#toast-errors")).to_contain_text("This bookmark is not here")
