"""Lasso and box by our own hand on a flat map: what it takes, and what it leaves to the view."""

import numpy as np
import pytest

from tests.browser.bare_map import BareMap, surely
from tests.browser.fingers import pen, touch
from tests.browser.test_map_hands import DENT, POINTS


@pytest.fixture
def bare(opened: BareMap) -> BareMap:
    opened.mount(POINTS)
    opened.tool("lasso")
    return opened


@pytest.mark.parametrize("draw", [touch, pen], ids=["finger", "pen"])
def test_lasso__by_finger_and_pen_takes_the_points_and_leaves_the_view(
    bare: BareMap, draw: object
) -> None:
    inside, near = surely(bare.places(POINTS), DENT)
    before = bare.call("() => lab.range()")
    draw(bare.page, [*DENT, DENT[0]])  # type: ignore[operator]
    bare.page.wait_for_function("lab.log.selections.length > 0")
    (found,) = bare.log("selections")
    assert set(found["ids"]) - near == inside
    bare.settle()
    assert bare.call("() => lab.range()") == before
    assert bare.log("hovers") == [] or bare.log("hovers")[-1]["id"] is None


def test_escape__takes_back_what_is_being_drawn(bare: BareMap) -> None:
    mouse = bare.page.mouse
    mouse.move(*DENT[0])
    mouse.down()
    mouse.move(*DENT[1], steps=5)
    mouse.move(*DENT[2], steps=5)
    draft = bare.page.locator(".map-draft")
    assert draft.get_attribute("d")
    bare.page.keyboard.press("Escape")
    assert draft.get_attribute("d") == ""
    mouse.move(*DENT[3], steps=5)
    mouse.up()
    bare.settle()
    assert bare.log("selections") == []


def test_wheel_and_middle_button__move_the_view_with_the_lasso_in_hand(bare: BareMap) -> None:
    before = bare.places(POINTS)
    bare.page.mouse.move(450, 300)
    bare.page.mouse.wheel(0, -240)
    bare.settle()
    nearer = bare.places(POINTS)
    assert np.ptp(nearer, axis=0).min() > 1.05 * np.ptp(before, axis=0).min()
    bare.page.mouse.down(button="middle")
    bare.page.mouse.move(510, 280, steps=5)
    bare.page.mouse.up(button="middle")
    bare.settle()
    assert np.abs(bare.places(POINTS) - nearer - (60, -20)).max() < 2
    assert bare.log("selections") == []


def test_region__is_in_data_coordinates_and_takes_nothing_out_of_sight(bare: BareMap) -> None:
    bare.call("() => map.setRange({x: [-0.5, 0.5], y: [-0.5, 0.5]})")
    bare.settle()
    low, high = (corner.tolist() for corner in bare.corners())
    bare.tool("box")
    bare.draw([(low[0] + 20, low[1] + 20), (high[0] + 60, high[1] + 60)])
    (found,) = bare.log("selections")
    path = np.array(found["region"]["path"])
    assert path.min() > -0.5 - 1e-6
    assert path.max() < 0.502
    chosen = POINTS[found["ids"]]
    assert np.abs(chosen).max() < 0.502
    assert bare.call("() => lab.graph._fullLayout.selections.length") == 0
