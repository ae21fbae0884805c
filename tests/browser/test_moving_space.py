"""Drag to teach in three axes, also after the map was turned; and the receipt of a move."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen, wait_until
from tests.browser.test_moving import HELD_JS, drag, pins, way_to

NAMED_JS = """classIndex => {
    const { map, state } = window.lodemap.parts();
    const name = state.get().names.find((each) => each.classIndex === classIndex);
    const { x, y } = map.places.of([name.x, name.y, name.z]);
    return [x, y];
}"""
PINNED_JS = "() => Array.from(window.lodemap.parts().state.get().pins.ids)"


def in_front(screen: Screen) -> int:
    """A sample that may be moved and that a press at its pixel means: no other is near it."""
    held = np.array(screen.page.evaluate(HELD_JS), bool)
    at = np.array(screen.pixels(list(range(len(held)))))
    box = screen.page.locator("#map-window").bounding_box()
    assert box is not None
    centre = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    inner = np.abs(at - centre).max(1) < 0.35 * min(box["width"], box["height"])
    for sample in np.flatnonzero(inner & ~held):
        if np.partition(np.linalg.norm(at - at[sample], axis=1), 1)[1] > 12:
            return int(sample)
    raise AssertionError("every point has a neighbour")


@pytest.fixture
def space(space_screen: Screen) -> Screen:
    space_screen.open()
    space_screen.page.evaluate("sessionStorage.setItem('lodemap.name-asked', '1')")
    space_screen.page.reload()
    space_screen.wait_for_points()
    space_screen.wait_for_rest()
    return space_screen


def test_move__in_space_keeps_to_the_plane_of_the_eye(space: Screen, page: Page) -> None:
    page.mouse.move(640, 400)
    page.mouse.down()
    page.mouse.move(720, 430, steps=6)
    page.mouse.up()
    space.use("move")
    sample = in_front(space)
    start = space.pixels([sample])[0]
    drag(page, start, (60, -30))
    wait_until(lambda: pins(space) == 1, "a pin")
    assert page.evaluate(PINNED_JS) == [sample]
    assert way_to(space, sample, start) == pytest.approx((60, -30), abs=2)
    space.press("Control+z")
    wait_until(lambda: pins(space) == 0, "no pin")
    wait_until(lambda: np.hypot(*way_to(space, sample, start)) < 1, "back at its place")


@pytest.mark.wide
def test_move__the_name_of_a_class_follows_the_hand_in_space(space: Screen, page: Page) -> None:
    """Whatever its samples' depths are: of two names at least one lies away from its first one."""
    space.teach_two(is_known=True)
    space.press("Escape")
    space.use("move")
    for _ in range(2):
        name = page.locator("#main-pane .map-name:not(.displaced)").first
        class_index = int(name.get_attribute("data-class-index") or "")
        before = page.evaluate(NAMED_JS, class_index)
        box = name.bounding_box()
        assert box is not None
        drag(page, (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), (110, 90))
        wait_until(
            lambda: class_index in [c["class_index"] for c in space.state()["class_places"]],  # noqa: B023
            "a place of the class",
        )
        after = page.evaluate(NAMED_JS, class_index)
        assert np.subtract(after, before) == pytest.approx((110, 90), abs=1)


@pytest.mark.wide
def test_receipt__says_what_a_move_did(screen: Screen, page: Page) -> None:
    screen.open()
    screen.teach_two()
    screen.press("Enter")
    screen.wait_for_run(1, "finished")
    screen.wait_for_rest()
    screen.press("Escape")
    screen.use("move")
    sample = in_front(screen)
    drag(page, screen.pixels([sample])[0], (50, 40))
    wait_until(lambda: pins(screen) == 1, "a pin")
    screen.press("Enter")
    screen.wait_for_run(2, "finished")
    receipt = page.locator("#receipt")
    expect(receipt).to_be_visible(timeout=20_000)
    expect(receipt).to_contain_text("You moved 1 sample")
    expect(page.locator("#receipt-arrived")).to_contain_text("of 1")
    expect(page.locator("#receipt-words")).not_to_contain_text("Measuring", timeout=60_000)
    page.locator("#receipt-close").click()
    expect(receipt).to_be_hidden()
    expect(page.locator("#run-loss")).to_be_visible()
