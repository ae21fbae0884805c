"""A fit frames the bulk of the points, and says what it leaves out."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.bare_map import BareMap, Places
from tests.browser.screen import Screen
from tests.browser.shared_app import SharedApp

pytestmark = pytest.mark.usefixtures("without_network")

NUM = 3000


def cloud(num_axes: int) -> Places:
    """A normal cloud, the first three points of which are far away."""
    points = np.random.default_rng(3).normal(size=(NUM, num_axes))
    points[:3] *= 0
    points[0, 0], points[1, 1], points[2, 0] = 900, -500, -700
    return points


@pytest.mark.parametrize("num_axes", [2, 3])
def test_fit__frames_the_bulk_and_shows_all_when_asked(opened: BareMap, num_axes: int) -> None:
    points = cloud(num_axes)
    opened.mount(points)
    places = opened.project(points)
    low, high = opened.corners() if num_axes == 2 else corners_of_glass(opened)
    is_in = np.all((places >= low) & (places <= high), axis=1, keepdims=True)
    assert is_in[3:].all()
    assert np.ptp(places[3:], axis=0).max() > 0.5 * (high - low).min()
    assert opened.log("outside") == [3]
    opened.call("() => map.fit(false, true)")
    opened.settle()
    places = opened.project(points)
    assert ((places >= low) & (places <= high)).all()
    assert opened.log("outside") == [3, 0]
    opened.call("() => map.fit(false)")
    opened.settle()
    opened.page.mouse.move(450, 300)
    opened.page.mouse.wheel(0, -240)
    opened.settle()
    assert opened.log("outside") == [3, 0, 3, 0], "told of what a hand has left out"


def test_follow__is_not_led_away_by_a_few(opened: BareMap) -> None:
    points = np.random.default_rng(4).normal(size=(NUM, 2))
    opened.mount(points)
    opened.call("() => map.follow(true)")
    before = opened.call("() => lab.range()")
    points[0] = (800, 800)
    opened.call("flat => map.cut(Float32Array.from(flat))", points.ravel().tolist())
    opened.settle()
    assert opened.call("() => lab.range()") == before


def test_note__counts_what_is_outside_and_shows_all(page: Page, shared_app: SharedApp) -> None:
    project_id = shared_app.drawn_project("a few far away", cloud(2).astype(np.float32))
    Screen(page, shared_app.url, project_id).open()
    note = page.locator("#map-outside")
    expect(note).to_have_text("3 points outside the view")
    note.click()
    expect(note).to_be_hidden()


@pytest.mark.parametrize(
    ("num_axes", "size"),
    [
        (2, (1280, 800)),
        (3, (1920, 1080)),
        pytest.param(2, (1920, 1080), marks=pytest.mark.wide),
        pytest.param(3, (1280, 800), marks=pytest.mark.wide),
    ],
)
def test_fit__keeps_clear_of_what_floats_over_the_map(
    page: Page, shared_app: SharedApp, num_axes: int, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    points = np.random.default_rng(5).uniform(-1, 1, (NUM, num_axes)).astype(np.float32)
    project_id = shared_app.drawn_project(f"clear {num_axes} {size[0]}", points)
    screen = Screen(page, shared_app.url, project_id)
    screen.open()
    expect(page.locator("#hints")).to_be_visible()
    assert_clear(screen)
    page.locator("#map-fit").click()
    assert_clear(screen)


def assert_clear(screen: Screen) -> None:
    """Check that no point lies below the hints, the head or the corner."""
    screen.page.wait_for_function(
        """() => {
            const floats = [...document.querySelectorAll('#hints, .map-head, .map-corner')];
            const lowest = Math.max(...floats.map((one) => one.getBoundingClientRect().bottom));
            const { map, state } = window.lodemap.parts();
            const { latentDim } = state.get().shown;
            const at = map.currentPositions();
            for (let i = 0; i < at.length; i += latentDim)
                if (map.places.of([...at.subarray(i, i + latentDim)]).y < lowest) return false;
            return true;
        }"""
    )


def corners_of_glass(bare: BareMap) -> tuple[Places, Places]:
    box = bare.page.locator(".map-glass").bounding_box()
    assert box is not None
    low = np.array([box["x"], box["y"]])
    return low, low + np.array([box["width"], box["height"]])


SHARE_JS = """() => {
    const { map } = window.lodemap.parts();
    const box = document.querySelector(".js-plotly-plot").getBoundingClientRect();
    const at = map.currentPositions();
    const placeOf = (i) => map.places.of([...at.subarray(2 * i, 2 * i + 2)]);
    const xs = Array.from({ length: at.length / 2 }, (_, i) => placeOf(i).x);
    return (Math.max(...xs) - Math.min(...xs)) / box.width;
}"""
"""How much of the map's width the points take."""


def test_window__of_another_size_shows_the_map_as_large_as_it_may(
    page: Page, shared_app: SharedApp
) -> None:
    """Unless somebody has chosen what to see."""
    page.set_viewport_size({"width": 1900, "height": 640})
    points = np.random.default_rng(6).uniform(-1, 1, (NUM, 2)).astype(np.float32)
    screen = Screen(page, shared_app.url, shared_app.drawn_project("grows", points))
    screen.open()
    screen.wait_for_rest()
    page.set_viewport_size({"width": 1900, "height": 1000})
    page.wait_for_function(f"() => ({SHARE_JS})() > 0.7")
    screen.wait_for_rest()
    fitted = page.evaluate(SHARE_JS)
    page.mouse.move(900, 500)
    page.mouse.wheel(0, -400)
    screen.wait_for_rest()
    assert page.evaluate(SHARE_JS) > 1.1 * fitted
    page.set_viewport_size({"width": 1900, "height": 900})
    screen.wait_for_rest()
    assert page.evaluate(SHARE_JS) > 1.1 * fitted


TICKS_JS = """() => {
    const top = document.querySelector(".js-plotly-plot").getBoundingClientRect().top;
    return [...document.querySelectorAll(".ytick > text")].map((each) =>
        [each.getBoundingClientRect().top - top, getComputedStyle(each).visibility === "visible"]);
}"""


def test_numbers__none_stands_half_below_a_windows_head(opened: BareMap) -> None:
    opened.mount(np.random.default_rng(5).normal(size=(NUM, 2)))
    told: list[tuple[float, bool]] = []
    opened.page.mouse.move(450, 300)
    for _ in range(8):
        opened.page.mouse.wheel(0, -60)
        opened.settle()
        told += opened.call(TICKS_JS)
    assert any(is_seen for _, is_seen in told)
    assert not all(is_seen for _, is_seen in told), "one was in the way"
    assert all(top > 40 for top, is_seen in told if is_seen)
