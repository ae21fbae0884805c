"""Choosing through a cloud of three axes: real mouse and keyboard, checked by sums."""

import numpy as np
import pytest

from tests.browser.bare_cloud import CLOUD, drag
from tests.browser.bare_map import BareMap, surely

DENT = [(250.0, 150.0), (640.0, 130.0), (560.0, 330.0), (700.0, 520.0), (300.0, 500.0)]


@pytest.fixture
def bare(opened: BareMap) -> BareMap:
    opened.mount(CLOUD)
    opened.tool("lasso")
    return opened


def test_lasso__takes_all_depths_or_the_front_and_takes_anew(bare: BareMap) -> None:
    inside, near = surely(bare.project(CLOUD), DENT)
    bare.draw(DENT)
    found = bare.log("selections")[-1]
    assert len(inside) > 100
    assert set(found["ids"]) - near == inside
    assert (found["mode"], found["region"]["kind"]) == ("replace", "lasso")
    bare.call("() => map.setFrontShare(0.5)")
    front = bare.log("selections")[-1]["ids"]
    depths = bare.depths(CLOUD)
    assert 20 < len(front) < len(found["ids"])
    assert set(front) < set(found["ids"])
    assert depths[front].max() < min(depths[i] for i in set(found["ids"]) - set(front))
    bare.call("() => map.setFrontShare(1)")
    assert bare.log("selections")[-1]["ids"] == found["ids"]
    bare.call("() => { map.setOutline(null); map.setFrontShare(0.5); map.setFrontShare(1); }")
    assert len(bare.log("selections")) == 3, "a region that is gone chose again"


@pytest.mark.parametrize(("key", "mode"), [("Shift", "add"), ("Alt", "subtract")])
def test_box__keys_decide_what_becomes_of_it(bare: BareMap, key: str, mode: str) -> None:
    bare.tool("box")
    corners = [(300.0, 250.0), (520.0, 250.0), (520.0, 400.0), (300.0, 400.0)]
    inside, near = surely(bare.project(CLOUD), corners)
    bare.draw([corners[0], corners[2]], key)
    (found,) = bare.log("selections")
    assert set(found["ids"]) - near == inside
    assert (found["mode"], found["region"]["kind"]) == (mode, "box")


def test_outline__stays_where_it_was_drawn_until_the_view_turns(bare: BareMap) -> None:
    bare.draw(DENT)
    box = bare.page.locator(".map-outline").bounding_box()
    assert box is not None
    assert abs(box["x"] - 250) < 3
    assert abs(box["x"] + box["width"] - 700) < 3
    region = "lab.log.selections.at(-1).region"
    assert len(bare.call(f"() => map.places.outline({region})")) > 20
    drag(bare, (40, 0), "middle")
    assert bare.call("() => document.querySelector('.map-outline').getAttribute('d')") == ""
    bare.call(f"() => map.setOutline({region})")
    bare.settle()
    assert bare.call("() => document.querySelector('.map-outline').getAttribute('d')") == ""
    assert bare.call(f"() => map.places.outline({region})") == []


def test_click_and_hover__mean_the_point_in_front(bare: BareMap) -> None:
    places, depths = bare.project(CLOUD), bare.depths(CLOUD)
    at = places[int(np.argmin(depths))]
    under = np.linalg.norm(places - at, axis=1) <= 3.5
    front = int(np.flatnonzero(under)[np.argmin(depths[under])])
    bare.page.mouse.move(*at)
    bare.page.wait_for_function("lab.log.hovers.length > 0")
    assert bare.log("hovers")[-1]["id"] == front
    bare.draw([tuple(at), (at[0] + 0.4, at[1])])
    assert bare.log("selections")[-1]["ids"] == [front]


def test_flat__lies_along_the_two_main_axes_and_comes_back(bare: BareMap) -> None:
    before = bare.project(CLOUD)
    bare.call("() => map.setFlat(true)")
    bare.settle()
    flat, depths = bare.project(CLOUD), bare.depths(CLOUD)
    spread = np.linalg.svd(CLOUD - CLOUD.mean(0))[1]
    scale = np.linalg.norm(flat[0] - flat[1]) / np.linalg.norm(CLOUD[0] - CLOUD[1])
    assert np.std(flat[:, 0]) > np.std(flat[:, 1]) > np.std(depths * scale)
    assert abs(np.std(depths) - spread[2] / np.sqrt(len(CLOUD))) < 0.01
    inside, near = surely(bare.project(CLOUD), DENT)
    bare.draw(DENT)
    assert set(bare.log("selections")[-1]["ids"]) - near == inside
    bare.tool("pan")
    drag(bare, (50, 30))
    assert np.abs(bare.project(CLOUD) - flat - (50, 30)).max() < 2
    bare.call("() => map.setFlat(false)")
    bare.settle()
    assert np.abs(bare.project(CLOUD) - before).max() < 1
