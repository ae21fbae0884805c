"""Drags by finger and pen, of ten thousand points, without a connection, and as others see them."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Complaints
from tests.browser.fingers import Path, pen, touch
from tests.browser.screen import Point, Screen, wait_until
from tests.browser.shared_app import SharedApp
from tests.browser.test_moving import drag, pins, way_to
from tests.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("without_network")

GRID = np.stack(np.meshgrid(np.arange(5), np.arange(5)), -1).reshape(-1, 2).astype(np.float32)
"""Points so far apart that a press means one alone."""
MIDDLE = 12
CORNER = 18
"""Beside the middle, where the name of a class of all would lie."""
MOST_MOVED = 10_000
CROWD = 11_112
"""Every tenth is held out, so that exactly as many as may move at once can."""
WAY = (90.0, -45.0)


def opened(page: Page, shared_app: SharedApp, project_id: str) -> Screen:
    """The project's map with the Move tool, of somebody who is not asked for a name."""
    page.add_init_script("sessionStorage.setItem('lodemap.name-asked', '1')")
    screen = Screen(page, shared_app.url, project_id)
    screen.open()
    screen.use("move")
    return screen


@pytest.fixture
def screen(page: Page, shared_app: SharedApp, request: pytest.FixtureRequest) -> Screen:
    return opened(page, shared_app, shared_app.drawn_project(request.node.name, GRID))


@pytest.fixture
def guest(other_context: BrowserContext, shared_app: SharedApp, screen: Screen) -> Screen:
    """The same map before somebody else."""
    return opened(other_context.new_page(), shared_app, screen.project_id)


@pytest.mark.parametrize(
    "hand", [touch, pytest.param(pen, marks=pytest.mark.wide)], ids=["finger", "pen"]
)
def test_move__by_finger_and_pen(
    screen: Screen, page: Page, hand: Callable[[Page, Path], None]
) -> None:
    start = screen.pixels([MIDDLE])[0]
    hand(page, [start, ahead(start)])
    wait_until(lambda: pins(screen) == 1, "a pin")
    assert way_to(screen, MIDDLE, start) == pytest.approx(WAY, abs=1.5)


def test_move__is_seen_by_somebody_else(screen: Screen, page: Page, guest: Screen) -> None:
    start, theirs = screen.pixels([MIDDLE])[0], guest.pixels([MIDDLE])[0]
    drag(page, start, WAY)
    wait_until(lambda: pins(screen) == 1, "a pin")
    wait_until(lambda: abs(way_to(guest, MIDDLE, theirs)[0] - WAY[0]) < 1.5, "the move")
    wait_until(lambda: guest.page.locator("#pins .pin-row").count() == 1, "the pin in the list")
    screen.press("Control+z")
    wait_until(lambda: abs(way_to(guest, MIDDLE, theirs)[0]) < 1, "the move taken back")


@pytest.mark.wide
def test_move__ten_thousand_points_at_once(page: Page, shared_app: SharedApp) -> None:
    places = np.random.default_rng(9).normal(size=(CROWD, 2)).astype(np.float32)
    screen = opened(page, shared_app, shared_app.drawn_project("ten thousand", places))
    screen.press("a")
    sample = int(np.argmin(np.linalg.norm(places[1:10], axis=1))) + 1
    before = np.array(screen.positions()).reshape(-1, 2)
    drag(page, screen.pixels([sample])[0], WAY)
    wait_until(lambda: pins(screen) == MOST_MOVED, "ten thousand pins")
    way = np.array(screen.positions()).reshape(-1, 2) - before  # the view may have been refitted
    is_free = np.arange(CROWD) % 10 != 0
    assert way[sample, 0] > 0.2
    assert way[sample, 1] > 0.1
    assert np.abs(way[is_free] - way[sample]).max() < 1e-5
    assert np.abs(way[~is_free]).max() == 0


def test_move__to_a_class_that_is_still_on_its_way(
    screen: Screen, page: Page, context: BrowserContext, complaints: Complaints
) -> None:
    """It gets the index the server gives it, past one taken back, also in the middle of a drag."""
    complaints.expected += ("ERR_INTERNET_DISCONNECTED", "Failed to load", "Failed to fetch")
    page.mouse.click(*screen.pixels([MIDDLE])[0])
    screen.name_new("taken back")
    screen.wait_for_named(1)
    screen.press("Control+z")
    screen.wait_for_named(0)
    context.set_offline(True)
    screen.press("a")
    screen.name_new("fig")
    start = screen.pixels([CORNER])[0]
    page.mouse.click(*start)
    screen.press("0")
    expect(page.locator("#palette-named")).to_have_text("24 of 25 named")
    screen.press("Escape")
    name = page.locator("#main-pane .map-name").bounding_box()
    assert name is not None
    drag(page, (name["x"] + name["width"] / 2, name["y"] + name["height"] / 2), (-60, 20))
    expect(page.locator("#pins")).to_contain_text("whole class")
    drag(page, start, way_to(screen, CORNER + 1, start), is_dropped=False)
    expect(page.locator("#verdict")).to_contain_text("relabel + move")
    context.set_offline(False)
    expect(page.locator("#map-offline")).to_be_hidden(timeout=15_000 * PATIENCE)
    wait_until(lambda: screen.state()["class_places"], "the place of the class")
    expect(page.locator("#verdict")).to_contain_text("will be named fig")
    page.mouse.up()
    wait_until(lambda: pins(screen) == 1, "a pin")
    (fig,) = [each for each in screen.state()["classes"] if each["name"] == "fig"]
    assert fig["num_named"] == 25
    assert [each["class_index"] for each in screen.state()["class_places"]] == [fig["class_index"]]


def ahead(start: Point) -> Point:
    return start[0] + WAY[0], start[1] + WAY[1]
