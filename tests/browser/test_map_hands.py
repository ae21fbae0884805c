"""The hands on the map: real mouse and keyboard, checked by sums of their own."""

import numpy as np
import pytest

from tests.browser.bare_map import SPARSE, BareMap, Places, surely

RNG = np.random.default_rng(5)
POINTS: Places = RNG.uniform(-1, 1, (1500, 2))
DENT = [(250.0, 150.0), (640.0, 130.0), (560.0, 330.0), (700.0, 520.0), (300.0, 500.0)]
KNOT = [(250.0, 150.0), (650.0, 450.0), (650.0, 150.0), (250.0, 450.0)]


@pytest.fixture
def bare(opened: BareMap) -> BareMap:
    opened.mount(POINTS)
    opened.tool("lasso")
    return opened


@pytest.mark.parametrize("path", [DENT, KNOT], ids=["dented", "crossing itself"])
def test_lasso__selects_the_points_inside(bare: BareMap, path: list[tuple[float, float]]) -> None:
    inside, near = surely(bare.places(POINTS), path)
    bare.draw(path)
    (found,) = bare.log("selections")
    assert len(inside) > 100
    assert set(found["ids"]) - near == inside
    assert (found["mode"], found["region"]["kind"]) == ("replace", "lasso")


def test_box__selects_the_points_inside_also_when_flat(bare: BareMap) -> None:
    bare.tool("box")
    corners = [(200.0, 300.0), (700.0, 300.0), (700.0, 312.0), (200.0, 312.0)]
    inside, near = surely(bare.places(POINTS), corners)
    bare.draw([corners[0], corners[2]])
    (found,) = bare.log("selections")
    assert set(found["ids"]) - near == inside
    assert len(found["ids"]) < 100
    assert found["region"]["kind"] == "box"


@pytest.mark.parametrize(("key", "mode"), [("Shift", "add"), ("Alt", "subtract")])
def test_lasso__keys_decide_what_becomes_of_it(bare: BareMap, key: str, mode: str) -> None:
    bare.draw(DENT)
    second = [(x + 120, y) for x, y in DENT]
    inside, near = surely(bare.places(POINTS), second)
    bare.draw(second, key)
    _, found = bare.log("selections")
    assert found["mode"] == mode
    assert set(found["ids"]) - near == inside


def test_lasso__after_pan_and_zoom_and_on_the_line_of_the_last(bare: BareMap) -> None:
    bare.draw(DENT)
    bare.tool("pan")
    bare.page.mouse.move(450, 300)
    bare.page.mouse.wheel(0, -240)
    bare.page.mouse.down()
    bare.page.mouse.move(520, 340, steps=6)
    bare.page.mouse.up()
    bare.settle()
    bare.tool("lasso")
    inside, near = surely(bare.places(POINTS), DENT)
    bare.draw(DENT)
    assert set(bare.log("selections")[-1]["ids"]) - near == inside
    bare.page.wait_for_function("!lab.graph.layout.selections?.length")


def test_lasso__half_way_through_a_tween_takes_the_points_where_they_are(bare: BareMap) -> None:
    shifted = POINTS + np.array([0.6, 0])
    bare.call(
        "flat => { map.tweenTo(Float32Array.from(flat), 1e7, 'linear'); }", shifted.ravel().tolist()
    )
    inside, near = surely(bare.places(POINTS), DENT)
    bare.draw(DENT)
    assert set(bare.log("selections")[-1]["ids"]) - near == inside


def test_outline__stays_where_it_was_drawn_and_goes_with_the_selection(bare: BareMap) -> None:
    bare.draw(DENT)
    outline = bare.page.locator(".map-outline")
    box = outline.bounding_box()
    assert box is not None
    assert abs(box["x"] - 250) < 3
    assert abs(box["x"] + box["width"] - 700) < 3
    bare.call("() => map.setSelected(new Uint8Array(1500), 0)")
    bare.page.wait_for_function("document.querySelector('.map-outline').getAttribute('d') === ''")


@pytest.mark.parametrize("tool", ["pan", "lasso", "box"])
def test_click__takes_the_nearest_point_with_any_tool(bare: BareMap, tool: str) -> None:
    bare.tool(tool)
    places = bare.places(POINTS)
    x, y = places[7] + (0.8, 0.4)
    bare.draw([(x, y), (x + 1.5, y + 1)], "Shift")
    nearest = int(np.argmin(np.linalg.norm(places - (x + 1.5, y + 1), axis=1)))
    bare.settle()
    assert [(s["ids"], s["mode"]) for s in bare.log("selections")] == [([nearest], "add")]


@pytest.mark.parametrize("key", ["Shift", "Alt"])
def test_click__that_misses_while_a_key_is_held_leaves_the_selection(
    bare: BareMap, key: str
) -> None:
    bare.call("() => map.setRange({x: [5, 6], y: [5, 6]})")
    bare.settle()
    bare.page.keyboard.down(key)
    bare.page.mouse.click(400, 300)
    bare.page.keyboard.up(key)
    bare.page.mouse.click(400, 300)
    assert [(s["ids"], s["mode"]) for s in bare.log("selections")] == [([], "replace")]


def test_click__on_an_empty_place_selects_nothing_and_twice_fits(bare: BareMap) -> None:
    bare.tool("pan")
    bare.call("() => map.setRange({x: [5, 6], y: [5, 6]})")
    bare.settle()
    bare.page.mouse.click(400, 300)
    assert [(s["ids"], s["mode"]) for s in bare.log("selections")] == [([], "replace")]
    bare.page.mouse.dblclick(400, 300)
    bare.page.wait_for_function("lab.range()[0][0] < -1 && lab.range()[0][1] < 2")
    bare.settle()


def test_hover__tells_the_point_under_the_pointer_and_when_it_leaves(bare: BareMap) -> None:
    places = bare.places(POINTS)
    bare.page.mouse.move(*(places[42] + 0.3))
    bare.page.wait_for_function("lab.log.hovers.length > 0")
    nearest = int(np.argmin(np.linalg.norm(places - places[42] - 0.3, axis=1)))
    assert bare.log("hovers")[-1]["id"] == nearest
    bare.page.mouse.move(1200, 700)
    bare.page.wait_for_function("lab.log.hovers.at(-1).id === null")


def test_hover__passes_over_hidden_points_and_rests_while_a_button_is_held(bare: BareMap) -> None:
    places = bare.places(POINTS)
    bare.call("() => map.setLook(new Uint8Array(6000).fill(255), new Uint8Array(1500).fill(16))")
    bare.page.mouse.move(*places[42])
    bare.settle()
    assert bare.log("hovers") == []
    bare.call("() => map.setLook(new Uint8Array(6000).fill(255), new Uint8Array(1500))")
    bare.page.wait_for_function("lab.log.hovers.length === 1")
    bare.draw([tuple(places[42]), (700.0, 200.0), (700.0, 400.0)])
    assert [hover["id"] is None for hover in bare.log("hovers")[:2]] == [False, True]


def test_hover__waits_after_a_drop_until_the_pointer_moves_again(bare: BareMap) -> None:
    """The pointer is where it dropped, not where it took hold: what is there was not pointed at."""
    bare.call(
        """async () => {
            map.destroy();
            const onGrab = ({ id }) => ({ kind: "points", ids: Uint32Array.of(id) });
            const onDrop = () => { lab.log.views.push("drop"); };
            window.map = await lab.mount({ onGrab, onDrop, onView: () => {} });
        }"""
    )
    bare.show(np.repeat(SPARSE, 2, axis=0))  # below each that is taken lies another
    bare.tool("move")
    taken, free = bare.places(SPARSE[[0, 1]])
    bare.page.mouse.move(*taken)
    bare.page.wait_for_function("lab.log.hovers.at(-1)?.id >= 0")
    bare.page.mouse.down()
    bare.page.mouse.move(*(free + 60), steps=4)
    bare.page.mouse.up()
    bare.page.wait_for_function("lab.log.views.length === 1")
    bare.settle()
    assert bare.log("hovers")[-1]["id"] is None
    bare.page.mouse.move(*taken)
    bare.page.wait_for_function("lab.log.hovers.at(-1).id >= 0")


def test_keys__move_and_zoom_a_flat_map_that_has_the_focus(bare: BareMap) -> None:
    before = bare.project(POINTS)
    bare.page.keyboard.press("ArrowRight")
    bare.settle()
    assert np.abs(bare.project(POINTS) - before).max() < 1
    bare.page.locator(".map-focus").focus()
    bare.page.keyboard.press("ArrowRight")
    bare.page.keyboard.press("ArrowRight")
    bare.settle()
    moved = bare.project(POINTS)
    assert np.abs(moved - before - (48, 0)).max() < 2
    bare.page.keyboard.press("+")
    bare.settle()
    assert np.ptp(bare.project(POINTS)[:, 0]) > 1.1 * np.ptp(before[:, 0])
    bare.draw(DENT)
    assert len(bare.log("selections")) == 1
