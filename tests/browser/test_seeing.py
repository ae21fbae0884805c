"""Hover, colours, legend, histograms, theme, keys overlay: looking without touching."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen, wait_until

NUM_LEAVINGS = 5
CONTEXTS_JS = """
(() => {
  const original = HTMLCanvasElement.prototype.getContext;
  window.webglContexts = [];
  HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
    const context = original.call(this, kind, ...rest);
    if (context && String(kind).startsWith('webgl')) window.webglContexts.push(context);
    return context;
  };
})();
"""


def test_hover__shows_the_sample(screen: Screen, page: Page) -> None:
    screen.open()
    screen.wait_for_rest()  # a hint that appears makes the map give it room
    x, y = screen.pixels([7])[0]
    page.mouse.move(x - 5, y - 5)
    page.mouse.move(x, y)
    card = page.locator("#hover-card")
    expect(card).to_be_visible()
    expect(card).to_contain_text("Sample")
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()


@pytest.mark.wide
def test_colours__follow_the_menu_and_the_theme(screen: Screen, page: Page) -> None:
    """Each way to colour draws another picture, and so does the theme."""
    screen.open()
    pictures = set()
    plot = page.locator("#map-graph")
    for choice in ("class", "label", "confidence", "uncertainty"):
        page.locator("#color-mode").select_option(choice)
        page.mouse.move(5, 5)
        pictures.add(plot.screenshot())
    assert len(pictures) >= 2
    switch = page.get_by_role("button", name="Theme:")
    switch.click()
    if "dark" in (switch.get_attribute("aria-label") or "").split("Switch")[1]:
        switch.click()  # the round is auto, light, dark
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


@pytest.mark.wide
def test_legend__a_click_hides_and_a_double_click_isolates(screen: Screen, page: Page) -> None:
    screen.open()
    eye = page.get_by_role("button", name="Hide 1")
    eye.click()
    expect(page.get_by_role("button", name="Show 1")).to_be_visible()
    page.get_by_role("button", name="Show 1").click()
    page.get_by_role("button", name="Hide 1").dblclick()
    expect(page.get_by_role("button", name="Show 2")).to_be_visible()
    expect(page.get_by_role("button", name="Hide 1")).to_be_visible()


@pytest.mark.wide
def test_histograms__on_demand(screen: Screen, page: Page) -> None:
    screen.open()
    expect(page.locator("#histogram-x")).to_be_hidden()
    page.locator("#toggle-histograms").click()
    expect(page.locator("#histogram-x")).to_be_visible()
    expect(page.locator("#histogram-y")).to_be_visible()


@pytest.mark.wide
def test_keys__an_overlay_lists_them(screen: Screen, page: Page) -> None:
    screen.open()
    screen.press("?")
    overlay = page.get_by_role("dialog")
    expect(overlay).to_contain_text("Name the selection")
    expect(overlay).to_contain_text("Undo")
    screen.press("Escape")
    expect(overlay).to_have_count(0)
    screen.press("?")
    expect(overlay).to_be_visible()
    screen.press("?")
    expect(overlay).to_have_count(0)


@pytest.mark.wide
def test_pages__leak_no_webgl_context(screen: Screen, page: Page) -> None:
    """Chromium gives a page 16 contexts; a few changes of the page tell whether they come back."""
    page.add_init_script(CONTEXTS_JS)
    screen.open()
    for _ in range(NUM_LEAVINGS):
        page.get_by_role("link", name="Projects").first.click()
        page.wait_for_selector("#projects-page")
        page.get_by_role("link", name="Map").first.click()
        screen.wait_for_points()

    def num_live() -> int:
        return int(page.evaluate("() => webglContexts.filter((c) => !c.isContextLost()).length"))

    wait_until(lambda: num_live() < NUM_LEAVINGS, "old contexts given back")
