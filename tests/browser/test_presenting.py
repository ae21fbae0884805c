"""One shows, another follows in a browser of their own, with real hands on both."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import both_modes
from tests.browser.review_screen import ReviewScreen
from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp
from tests.browser.two_people import (
    another,
    bar,
    introduce,
    middle,
    press,
    press_by_keyboard,
    stance,
    state,
    wait_to_see_all_of,
)
from tests.patience import PATIENCE

QUICK = 5000 * PATIENCE
HUES_JS = """() => {
    const { color } = window.lodemapReview.parts().state.get().look;
    return new Set(color.filter((_, at) => at % 4 === 0)).size;
}"""


@both_modes
def test_following__goes_along_until_a_hand_of_ones_own(
    screen: Screen, other_context: BrowserContext
) -> None:
    with another(other_context) as ben:
        introduce(screen.page, screen.url, "Ada")
        introduce(ben, screen.url, "Ben")
        screen.open()
        Screen(ben, screen.url).open(screen.project_id)
        press(screen.page, "Present")
        expect(bar(screen.page)).to_contain_text("nobody follows yet", timeout=QUICK)
        expect(bar(ben)).to_contain_text("Ada is presenting", timeout=QUICK)
        press_by_keyboard(ben, "Follow")
        expect(bar(screen.page)).to_contain_text("1 person follows", timeout=QUICK)
        screen.page.mouse.move(*middle(screen.page))
        screen.page.mouse.wheel(0, -400)
        wait_to_see_all_of(ben, screen.page)
        screen.lasso(screen.middle_of(3))
        chosen = state(screen.page, "selection")
        wait_until(lambda: chosen and state(ben, "selection") == chosen, "the same selection")
        screen.page.locator("#color-mode").select_option("label")
        expect(ben.locator("#color-mode")).to_have_value("label", timeout=QUICK)
        screen.page.keyboard.press("ArrowLeft")
        wait_until(lambda: state(ben, "playback")["mode"] == "paused", "the same pause")
        pos = state(screen.page, "playback")["pos"]
        wait_until(lambda: abs(state(ben, "playback")["pos"] - pos) < 1e-3, "the same epoch")

        ben.mouse.move(*middle(ben))
        ben.mouse.wheel(0, 300)
        expect(bar(ben)).to_contain_text("Following paused")
        expect(bar(screen.page)).to_contain_text("nobody follows", timeout=QUICK)
        own = stance(ben)
        screen.page.mouse.wheel(0, -200)
        wait_until(lambda: state(screen.page, "view"), "a view")
        assert stance(ben) == own, "the hand wins"
        press(ben, "Resume")
        wait_to_see_all_of(ben, screen.page)
        ben.keyboard.press("Escape")
        expect(bar(ben)).to_contain_text("Ada is presenting")
        press(screen.page, "Stop presenting")
        expect(bar(ben)).to_be_hidden(timeout=QUICK)


def test_presenting__takes_a_name_which_is_asked_for_at_once(screen: Screen) -> None:
    """What waits for a display name meanwhile goes out with the one that is given here."""
    screen.open()
    count = screen.lasso(screen.middle_of(1))
    screen.press("1")
    card = screen.page.locator("#name-card")
    expect(card).to_be_visible()
    press(screen.page, "Present")
    screen.answer("Display name", "Ada")
    expect(bar(screen.page)).to_contain_text("nobody follows yet", timeout=QUICK)
    screen.wait_for_named(count)
    expect(card).to_have_count(0)
    said = screen.get(f"/api/projects/{screen.project_id}/state")["gestures"]
    assert [each["author"] for each in said if each["verb"] == "annotate"] == ["Ada"]


def test_asking__takes_a_name_too_and_is_told_once_it_is_given(
    screen: Screen, other_context: BrowserContext
) -> None:
    with another(other_context, 1100, 800) as ben:
        introduce(screen.page, screen.url, "Ada")
        screen.open()
        press(screen.page, "Present")
        ben.goto(f"{screen.url}/?project={screen.project_id}&follow=1")
        guest = Screen(ben, screen.url, screen.project_id)
        guest.wait_for_points()
        expect(bar(ben)).to_contain_text("Following Ada", timeout=QUICK)
        press(ben, "Ask to present")
        guest.answer("Display name", "Ben")
        expect(bar(screen.page)).to_contain_text("Ben asks to present", timeout=QUICK)
        expect(bar(ben)).to_contain_text("asked to present", timeout=QUICK)


def test_pointing_and_handing_over(screen: Screen, other_context: BrowserContext) -> None:
    with another(other_context, 1100, 800) as ben:
        introduce(screen.page, screen.url, "Ada")
        introduce(ben, screen.url, "Ben")
        screen.open()
        press(screen.page, "Present")
        ben.goto(f"{screen.url}/?project={screen.project_id}&follow=1")
        Screen(ben, screen.url, screen.project_id).wait_for_points()
        expect(bar(ben)).to_contain_text("Following Ada", timeout=QUICK)
        ben.mouse.move(*middle(ben))
        ben.keyboard.down(".")
        ben.mouse.move(middle(ben)[0] + 30, middle(ben)[1] + 20, steps=4)
        dot = screen.page.locator(".pointer span", has_text="Ben")
        expect(dot).to_be_visible(timeout=QUICK)
        place = ben.evaluate(PLACE_JS, [middle(ben)[0] + 30, middle(ben)[1] + 20])
        wait_until(lambda: is_at(screen.page, place), "the dot at the same place of the map")
        ben.keyboard.up(".")
        expect(dot).to_have_count(0, timeout=QUICK)
        expect(bar(ben)).to_contain_text("Following Ada")  # pointing moves nothing

        press(ben, "Ask to present")
        expect(bar(screen.page)).to_contain_text("Ben asks to present", timeout=QUICK)
        press(screen.page, "Hand over")
        expect(bar(ben)).to_contain_text("You are presenting", timeout=QUICK)
        expect(bar(screen.page)).to_contain_text("Following Ben", timeout=QUICK)
        ben.mouse.wheel(0, -500)
        wait_to_see_all_of(screen.page, ben)
        ben.close()
        expect(bar(screen.page)).to_contain_text("connection lost", timeout=QUICK)


PLACE_JS = """([x, y]) => window.lodemap.parts().map.main.places.unproject({ x, y }, 0)"""
DOT_JS = """place => {
    const dot = document.querySelector(".pointer > i")?.getBoundingClientRect();
    const at = window.lodemap.parts().map.main.places.of(place);
    return Boolean(dot) && Math.hypot(dot.x + dot.width / 2 - at.x, dot.y + dot.height / 2 - at.y) < 3;
}"""  # noqa: E501


def is_at(page: Page, place: list[float]) -> bool:
    return bool(page.evaluate(DOT_JS, place))


@pytest.mark.wide
def test_following__on_review_shows_what_points_are_coloured_by_and_says_what_it_means(
    screen: Screen, other_context: BrowserContext
) -> None:
    with another(other_context) as ben:
        introduce(screen.page, screen.url, "Ada")
        screen.open()
        press(screen.page, "Present")
        screen.page.locator("#color-mode").select_option("trust")
        ben.goto(f"{screen.url}/review?project={screen.project_id}&follow=1")
        ReviewScreen(ben, screen.url, screen.project_id).wait_until_shown()
        expect(bar(ben)).to_contain_text("Following Ada", timeout=QUICK)
        legend = ben.locator("#map-legend")
        expect(legend).to_contain_text("among its like", timeout=4 * QUICK)
        assert ben.evaluate(HUES_JS) > 10
        screen.page.locator("#color-mode").select_option("class")
        expect(legend).to_be_hidden(timeout=QUICK)


def test_following__in_space(space_screen: Screen, other_context: BrowserContext) -> None:
    ada = space_screen.page
    with another(other_context, 1000, 800) as ben:
        introduce(ada, space_screen.url, "Ada")
        introduce(ben, space_screen.url, "Ben")
        space_screen.open()
        Screen(ben, space_screen.url).open(space_screen.project_id)
        press(ada, "Present")
        press(ben, "Follow")
        space_screen.use("pan")
        x, y = middle(ada)
        ada.mouse.move(x, y)
        ada.mouse.down()
        ada.mouse.move(x + 120, y + 40, steps=8)
        ada.mouse.up()
        wait_until(lambda: stance(ben)["angles"] == stance(ada)["angles"], "the same turn")
        ada.keyboard.press("t")
        wait_until(lambda: stance(ben)["lens"]["flatness"] == 1, "flat as well")
        bx, by = middle(ben)
        ben.mouse.move(bx, by)
        ben.mouse.down()
        expect(bar(ben)).to_contain_text("Following paused")
        ben.mouse.up()


def test_following__through_the_history(
    page: Page, shared_app: SharedApp, other_context: BrowserContext
) -> None:
    project_id = shared_app.told_project("told, presented")
    ada = ReviewScreen(page, shared_app.url, project_id)
    with another(other_context) as other:
        ben = ReviewScreen(other, shared_app.url, project_id)
        introduce(page, shared_app.url, "Ada")
        introduce(other, shared_app.url, "Ben")
        ada.open()
        press(page, "Present")
        ben.open("&follow=1")
        expect(bar(other)).to_contain_text("Following Ada", timeout=QUICK)
        titles = page.locator(".step-node .strong, .step-node b").all_inner_texts()
        ada.step(titles[-1]).click()
        title = page.locator("#step-title").inner_text()
        expect(other.locator("#step-title")).to_have_text(title, timeout=QUICK)
        ada.click_sample(5)
        wait_until(lambda: state(other, "selection") == state(page, "selection"), "the selection")
        page.reload()
        ada.wait_until_shown()
        expect(bar(page)).to_contain_text("1 person follows", timeout=QUICK)
        other.locator(".step-node").first.click()
        expect(bar(other)).to_contain_text(re.compile("paused"))
