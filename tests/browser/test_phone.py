"""The width of a phone: not handsome, but all is in reach and nothing lies over another."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen
from tests.browser.test_panels import overlap

PHONE = {"width": 390, "height": 844}
SIDEWAYS_JS = """() => [...document.querySelectorAll(".top, .data-page, .runs-main, .review-page")]
    .filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.className)"""


def test_phone__pages_fit_their_width(screen: Screen, page: Page) -> None:
    """No page scrolls sideways, and who is here stays on the screen."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    screen.open()
    me = page.locator(".top .who")
    for path, ready in (
        ("/", "#update"),
        ("/data", "#set-samples"),
        ("/runs", "#curves-plot"),
        ("/review", "#map-graph"),
    ):
        page.goto(f"{screen.url}{path}?project={screen.project_id}")
        expect(page.locator(ready)).to_be_visible()
        expect(me).to_be_in_viewport(ratio=1)
        assert page.evaluate(SIDEWAYS_JS) == [], path


def test_phone__a_data_set_is_called_by_its_name(screen: Screen, page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{screen.url}/data?project={screen.project_id}")
    title = page.locator("#data-set-title")
    expect(page.locator("#set-samples")).to_have_text("1,797")
    expect(title).to_be_in_viewport(ratio=1)
    for name in ("Export all", "Bring in another data set"):
        assert not overlap(title, page.get_by_role("link", name=name))


@pytest.mark.wide
def test_phone__the_bar_under_a_selection_is_in_sight_as_a_whole(
    screen: Screen, page: Page
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    screen.open()
    screen.press("a")
    for name in ("Name the selection", "Comment on the selection", "Clear the selection"):
        expect(page.locator("#selection-bar").get_by_label(name)).to_be_in_viewport(ratio=1)
