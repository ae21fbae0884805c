"""Drag to teach: points, groups and classes moved by mouse and by keys, and taken back."""

import math

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Point, Screen, wait_until

SHOWN_JS = (
    "id => Array.from(window.lodemap.parts().state.get().edit.embedding.slice(2 * id, 2 * id + 2))"
)
HELD_JS = "() => Array.from(window.lodemap.parts().state.get().heldOut)"
NUDGES, STEP_PX = 6, 8


@pytest.fixture
def screen(screen: Screen) -> Screen:
    """The map of a pretrained project, whose user has said who they are, with the Move tool."""
    screen.take_up_moving()
    return screen


def drag(page: Page, start: Point, way: Point, *, is_dropped: bool = True) -> None:
    """Press, move in steps as a hand does, and let go."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + way[0] / 2, start[1] + way[1] / 2, steps=4)
    page.mouse.move(start[0] + way[0], start[1] + way[1], steps=4)
    expect(page.locator("#verdict")).to_be_visible()
    if is_dropped:
        page.mouse.up()


def lonely(screen: Screen, *, is_held_out: bool = False) -> int:
    """A sample in the middle of the window that no other is near to: a press means it alone."""
    held = np.array(screen.page.evaluate(HELD_JS), bool)
    at = np.array(screen.pixels(list(range(len(held)))))
    box = screen.page.locator("#map-window").bounding_box()
    assert box is not None
    centre = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    inner = np.abs(at - centre).max(1) < 0.3 * min(box["width"], box["height"])
    for sample in np.flatnonzero(inner & (held == is_held_out)):
        if np.partition(np.linalg.norm(at - at[sample], axis=1), 1)[1] > 14:
            return int(sample)
    raise AssertionError("every point has a neighbour")


def way_to(screen: Screen, sample: int, start: Point) -> Point:
    """How far a sample is on the screen from where it was."""
    x, y = screen.pixels([sample])[0]
    return x - start[0], y - start[1]


def pins(screen: Screen) -> int:
    return int(screen.state()["num_pins"])


def test_move__one_point_goes_where_dropped_and_comes_back(screen: Screen, page: Page) -> None:
    sample = lonely(screen)
    start = screen.pixels([sample])[0]
    drag(page, start, (70, -40))
    wait_until(lambda: pins(screen) == 1, "a pin")
    assert way_to(screen, sample, start) == pytest.approx((70, -40), abs=1.5)
    expect(page.locator("#pins .pin-row")).to_have_count(1)
    page.reload()
    screen.wait_for_points()
    wait_until(lambda: math.hypot(*way_to(screen, sample, start)) > 60, "moved after a reload")
    screen.press("Control+z")
    wait_until(lambda: pins(screen) == 0, "no pin")
    wait_until(lambda: math.hypot(*way_to(screen, sample, start)) < 1, "back at its place")


def test_move__after_zoom_and_pan(screen: Screen, page: Page) -> None:
    sample = lonely(screen)
    page.mouse.move(*screen.pixels([sample])[0])
    page.mouse.wheel(0, -240)
    screen.wait_for_rest()
    screen.use("pan")
    x, y = screen.pixels([sample])[0]
    page.mouse.move(x + 30, y + 30)
    page.mouse.down()
    page.mouse.move(x - 30, y + 60, steps=5)
    page.mouse.up()
    screen.wait_for_rest()
    screen.use("move")
    start = screen.pixels([sample])[0]
    drag(page, start, (90, 30))
    wait_until(lambda: pins(screen) == 1, "a pin")
    assert way_to(screen, sample, start) == pytest.approx((90, 30), abs=1.5)


@pytest.mark.wide
def test_move__escape_puts_it_back_and_shift_keeps_the_axis(screen: Screen, page: Page) -> None:
    sample = lonely(screen)
    start = screen.pixels([sample])[0]
    drag(page, start, (60, 25), is_dropped=False)
    screen.press("Escape")
    expect(page.locator("#verdict")).to_be_hidden()
    page.mouse.up()
    assert way_to(screen, sample, start) == pytest.approx((0, 0), abs=0.5)
    page.keyboard.down("Shift")
    drag(page, start, (60, 25))
    page.keyboard.up("Shift")
    wait_until(lambda: pins(screen) == 1, "a pin")
    assert way_to(screen, sample, start) == pytest.approx((60, 0), abs=1.5)


def test_move__a_selection_goes_together_and_held_out_samples_stay(
    screen: Screen, page: Page
) -> None:
    count = screen.lasso(screen.middle_of(0), 30)
    screen.use("move")
    ids = page.evaluate("Array.from(window.lodemap.parts().state.get().selection.ids)")
    held = page.evaluate(HELD_JS)
    free = [i for i in ids if not held[i]]
    assert len(ids) == count > len(free) > 0
    before = screen.pixels(ids)
    drag(page, screen.pixels(free[:1])[0], (-60, 50))
    wait_until(lambda: pins(screen) == len(free), "as many pins as could move")
    after = screen.pixels(ids)
    for i, (x0, y0), (x1, y1) in zip(ids, before, after, strict=True):
        way = (0, 0) if held[i] else (-60, 50)
        assert (x1 - x0, y1 - y0) == pytest.approx(way, abs=1.5)


@pytest.mark.wide
def test_move__a_held_out_sample_says_why_it_stays(screen: Screen, page: Page) -> None:
    sample = lonely(screen, is_held_out=True)
    start = screen.pixels([sample])[0]
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 50, start[1], steps=4)
    page.mouse.up()
    expect(page.get_by_text("they cannot be moved")).to_be_visible()
    assert pins(screen) == 0


@pytest.mark.wide
def test_move__by_keys_drop_and_let_go(screen: Screen, page: Page) -> None:
    sample = lonely(screen)
    start = screen.pixels([sample])[0]
    page.mouse.click(*start)
    wait_until(lambda: screen.selected() == 1, "the point selected")
    expect(page.locator("#hover-card")).to_be_visible()
    screen.press("ArrowRight")
    expect(page.locator("#hover-card")).to_be_hidden()  # it would lie under the drop's
    screen.press("Escape")
    assert way_to(screen, sample, start) == pytest.approx((0, 0), abs=0.5)
    for _ in range(NUDGES):
        screen.press("ArrowDown")
    screen.press("Enter")
    wait_until(lambda: pins(screen) == 1, "a pin")
    assert way_to(screen, sample, start) == pytest.approx((0, NUDGES * STEP_PX), abs=1.5)


def test_move__a_drop_into_another_class_names_too_unless_flipped(
    screen: Screen, page: Page
) -> None:
    named = screen.teach_two(is_known=True)
    screen.press("Enter")
    screen.wait_for_run(1, "finished")
    screen.wait_for_rest()
    screen.press("Escape")
    screen.lasso(screen.middle_of(1), 12)
    screen.use("move")
    ids = page.evaluate("Array.from(window.lodemap.parts().state.get().selection.ids)")
    held = page.evaluate(HELD_JS)
    free = [i for i in ids if not held[i]]
    start, aim = screen.pixels(free[:1])[0], screen.middle_of(2)
    way = (aim[0] - start[0], aim[1] - start[1])
    drag(page, start, way, is_dropped=False)
    expect(page.locator("#verdict")).to_contain_text("relabel + move")
    screen.press("f")
    expect(page.locator("#verdict")).not_to_contain_text("relabel")
    screen.press("f")
    page.mouse.up()
    wait_until(lambda: pins(screen) == len(free), "pins")
    classes = {each["name"]: each["num_named"] for each in screen.state()["classes"]}
    assert sum(classes.values()) >= named
    text = screen.state()["undo"]["text"]
    assert " and named them " in text


@pytest.mark.wide
def test_pins__one_chosen_in_the_list_is_brought_into_sight(screen: Screen, page: Page) -> None:
    sample = lonely(screen)
    drag(page, screen.pixels([sample])[0], (70, -40))
    wait_until(lambda: pins(screen) == 1, "a pin")
    box = page.locator("#main-pane").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] - 60)
    for _ in range(8):
        page.mouse.wheel(0, -240)
    right, bottom = box["x"] + box["width"], box["y"] + box["height"]

    def is_in_sight() -> bool:
        x, y = screen.pixels([sample])[0]
        return box["x"] < x < right and box["y"] < y < bottom

    wait_until(lambda: not is_in_sight(), "the view is elsewhere")
    page.locator("#pins .pin-name").first.click()
    expect(page.locator(".spotlight")).to_be_attached()
    wait_until(is_in_sight, "the view goes there")
    assert screen.selected() == 1
    expect(page.locator(".spotlight")).to_have_count(0)


@pytest.mark.wide
def test_move__the_name_of_a_class_moves_the_class(screen: Screen, page: Page) -> None:
    screen.teach_two(is_known=True)
    screen.press("Escape")
    screen.use("move")
    name = page.locator("#main-pane .map-name").first
    box = name.bounding_box()
    assert box is not None
    drag(page, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), (50, 60))
    (place,) = wait_until(lambda: screen.state()["class_places"], "a place of the class")
    assert all(math.isfinite(each) for each in place["place"])
    expect(page.locator("#pins")).to_contain_text("whole class")
    for _ in range(2):  # at once, and after a reload
        moved = page.locator("#main-pane .map-name.displaced")
        expect(moved).to_have_count(1)
        now = moved.bounding_box()
        assert now is not None
        assert now["x"] - box["x"] == pytest.approx(50, abs=2)
        lift = now["y"] - box["y"] - (60 + 11)  # the name of a tight cluster stood above it
        assert -2 <= lift <= 60
        expect(page.locator(".displaced-was")).to_be_visible()
        was = page.locator(".displaced-was").bounding_box()
        assert was is not None
        middle = was["y"] + was["height"] / 2
        assert middle == pytest.approx(box["y"] + box["height"] / 2 + lift, abs=4)
        page.reload()
        screen.wait_for_points()
        screen.wait_for_rest()


def test_pins__pin_and_release(screen: Screen, page: Page) -> None:
    count = screen.lasso(screen.middle_of(0), 25)
    screen.press("p")
    wait_until(lambda: 0 < pins(screen) <= count, "pins")
    expect(page.locator("#pins")).to_be_visible()
    screen.press("Shift+P")
    wait_until(lambda: pins(screen) == 0, "no pins")
    screen.press("Control+z")
    wait_until(lambda: pins(screen) > 0, "pins again")
    page.get_by_role("button", name="Release all").click()
    wait_until(lambda: pins(screen) == 0, "no pins")
