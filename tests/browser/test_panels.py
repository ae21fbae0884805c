"""The side panels: they make room for the map by their edge, and stay as they were left."""

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp

SCROLLING_JS = """() => [...document.querySelectorAll(".map-page > .side, .map-page > .side *")]
    .filter((each) => each.scrollHeight > each.clientHeight + 1
        && ["auto", "scroll"].includes(getComputedStyle(each).overflowY))
    .map((each) => each.className)"""


def width_of(page: Page) -> float:
    box = page.locator("#map-window").bounding_box()
    assert box is not None
    return box["width"]


def test_panels__collapse_by_their_edge_and_are_remembered(screen: Screen, page: Page) -> None:
    screen.open()
    page.evaluate("() => { window.graphBefore = document.querySelector('.js-plotly-plot'); }")
    before = width_of(page)
    page.get_by_role("button", name="Hide classes and knobs").click()
    expect(page.get_by_label("Classes", exact=True)).to_be_hidden()
    screen.press("]")
    expect(page.locator("#gallery-empty")).to_be_hidden()
    wait_until(lambda: width_of(page) == before + 216 + 264, "room for the map")
    assert page.evaluate("() => window.graphBefore === document.querySelector('.js-plotly-plot')")
    page.reload()
    screen.wait_for_points()
    assert width_of(page) == before + 216 + 264
    page.locator(".edge.right").focus()
    screen.press("Enter")
    expect(page.locator("#gallery-empty")).to_be_visible()
    screen.press("[")
    expect(page.get_by_label("Classes", exact=True)).to_be_visible()


def test_low_window__a_column_scrolls_as_a_whole(screen: Screen, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 600})
    screen.open()
    screen.press("a")
    expect(page.locator(".tile").first).to_be_attached()
    assert set(page.evaluate(SCROLLING_JS)) == {"side left", "side right"}
    assert page.locator(".tile").count() < 100  # those in sight alone, of all that are selected
    page.locator("#gallery-view").focus()
    screen.press("End")
    expect(page.locator(".tile.at")).to_be_in_viewport(ratio=0.9)
    screen.press("Home")
    expect(page.locator(".tile.at")).to_be_in_viewport(ratio=0.9)


@pytest.mark.wide
def test_gallery__has_pictures_below_a_receipt(screen: Screen, page: Page) -> None:
    """What a lead asks to look through is in sight on a small screen, a receipt above it or not."""
    screen.open()
    expect(page.locator("#leads")).to_contain_text("alike that nobody has named", timeout=20_000)
    screen.press("j")
    screen.press("1")
    screen.introduce()
    screen.press("Escape")
    screen.press("Enter")
    screen.wait_for_run(1, "finished", within_s=60)
    expect(page.locator("#receipt")).to_be_visible()
    expect(page.locator("#leads:not(.stale)")).to_contain_text("nobody has named", timeout=20_000)
    row = page.locator(".palette-row", has_text="no class")  # all are predicted
    unnamed = 1797 - screen.state()["num_named"]
    expect(row.locator(".num")).to_have_text(f"{unnamed:,}")
    screen.press("j")
    expect(page.locator("#leads")).to_contain_text("click its picture below")
    expect(page.locator(".tile").first).to_be_in_viewport(ratio=0.9)
    for height in (720, 800, 860, 900):
        page.set_viewport_size({"width": 1280, "height": height})
        screen.press("k")
        screen.press("j")
        for each in ("button.lead-accept", ".lead-foot", ".tile >> nth=0"):
            expect(page.locator(each)).to_be_in_viewport(ratio=0.9)
        scrolling = page.evaluate(SCROLLING_JS)
        assert not [each for each in scrolling if "leads" in each or "block gallery" in each]
        assert not overlap(page.locator(".lead-foot"), page.locator(".gallery"))


def test_page__stays_in_the_window_when_the_skip_link_leads_to_it(
    screen: Screen, page: Page
) -> None:
    """Words for those who hear the page lie far down a column that scrolls."""
    screen.open()
    page.set_viewport_size({"width": 1280, "height": 400})
    page.get_by_role("link", name="Skip to the page").focus()
    page.keyboard.press("Enter")
    heights = "() => [document.documentElement.scrollHeight, window.scrollY]"
    assert page.evaluate(heights) == [400, 0]


@pytest.mark.wide
def test_hints__leave_the_chip_in_sight(first_screen: Screen, page: Page) -> None:
    first_screen.open()
    chip, hints = page.locator("#map-caption"), page.locator("#hints")
    for width in (1000, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        expect(chip).to_contain_text("learning")
        expect(hints).to_be_visible()
        assert not overlap(chip, hints)


def overlap(one: Locator, other: Locator) -> bool:
    """Whether two boxes on the screen share a pixel."""
    a, b = one.bounding_box(), other.bounding_box()
    assert a is not None
    assert b is not None
    is_beside = a["x"] >= b["x"] + b["width"] or b["x"] >= a["x"] + a["width"]
    is_below = a["y"] >= b["y"] + b["height"] or b["y"] >= a["y"] + a["height"]
    return not (is_beside or is_below)


@pytest.mark.usefixtures("without_network")
def test_pins__leave_room_for_the_knobs_and_for_their_own_head(
    page: Page, shared_app: SharedApp
) -> None:
    places = np.random.default_rng(3).normal(size=(1500, 2)).astype(np.float32)
    project_id = shared_app.drawn_project("many pins", places)
    for name in ("fig", "plum", "lime", "grape", "melon", "peach", "cherry", "quince"):
        made = {"key": name, "verb": "add_class", "name": name}
        path = f"{shared_app.url}/api/projects/{project_id}/gestures"
        assert page.request.post(path, data=made).ok
    page.add_init_script("sessionStorage.setItem('lodemap.name-asked', '1')")
    screen = Screen(page, shared_app.url, project_id)
    screen.open()
    screen.press("a")
    screen.press("p")
    expect(page.locator("#pin-count")).to_have_text("1,350")
    expect(page.locator(".pin-row .narrow-only").first).to_have_text("#")
    for height in (720, 800):
        page.set_viewport_size({"width": 1280, "height": height})
        last = 2 if height >= 760 else 0
        first_knob, row = "#knobs .knob >> nth=0", ".palette-row >> nth=7"
        for each in (first_knob, f".pin-row >> nth={last}", row):
            expect(page.locator(each)).to_be_in_viewport(ratio=0.9)
        link, panel = (
            page.locator(each).bounding_box() for each in ("#pin-release-all", ".side.left")
        )
        assert link is not None
        assert panel is not None
        assert link["x"] + link["width"] <= panel["x"] + panel["width"] - 8
