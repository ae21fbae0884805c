"""What the map draws: the right place, the right colour, and after losing its context."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.browser.bare_map import SPARSE, BareMap, assert_aligned

BACKGROUND = np.array([252, 252, 251])
BRICK = np.array([180, 48, 12])


@pytest.fixture
def bare(opened: BareMap) -> BareMap:
    opened.mount(SPARSE)
    return opened


def center(bare: BareMap, index: int) -> NDArray[np.float64]:
    """Colour on the screen at a point's very centre, by Plotly's scale."""
    x, y = bare.places(SPARSE)[index]
    return np.asarray(bare.colors(x, y, 0)[0, 0])


def test_points__lie_where_plotly_has_them(bare: BareMap) -> None:
    assert_aligned(bare, SPARSE)


def test_points__follow_wheel_and_pan_also_in_the_middle(bare: BareMap) -> None:
    before = bare.places(SPARSE)[2]
    bare.page.mouse.move(*before)
    bare.page.mouse.wheel(0, -60)
    bare.settle()
    assert_aligned(bare, SPARSE)
    held = bare.places(SPARSE)[2]
    bare.page.mouse.move(500, 400)
    bare.page.mouse.down()
    bare.page.mouse.move(530, 420, steps=5)
    bare.settle()
    dragged = held + np.array([30, 20])
    assert np.abs(bare.center_of_mark(*dragged) - dragged).max() < 1
    bare.page.mouse.up()
    bare.settle()
    assert_aligned(bare, SPARSE)


def test_points__stay_in_place_when_the_graph_is_resized(bare: BareMap) -> None:
    bare.call("() => Plotly.relayout(lab.graph, {width: 701.5, height: 480, 'margin.l': 41.3})")
    bare.settle()
    assert_aligned(bare, SPARSE)


def test_colors__are_the_ones_given_seen_through_the_themes_opacity(bare: BareMap) -> None:
    expected = 0.78 * BRICK + 0.22 * BACKGROUND
    assert np.abs(center(bare, 2) - expected).max() < 6


def test_colors__selected_are_full_with_a_halo_and_others_dim(bare: BareMap) -> None:
    bare.call("() => map.setSelected(Uint8Array.of(0, 0, 1, 0, 0), 1)")
    bare.settle()
    assert np.abs(center(bare, 2) - BRICK).max() < 6
    assert np.abs(center(bare, 3) - (0.38 * BRICK + 0.62 * BACKGROUND)).max() < 6


def test_colors__follow_the_theme(bare: BareMap) -> None:
    bare.call("() => { document.documentElement.dataset.bsTheme = 'dark'; map.refreshTheme(); }")
    bare.settle()
    shown = center(bare, 2)
    bare.call("() => { document.documentElement.dataset.bsTheme = 'light'; }")
    assert np.abs(shown - (0.9 * BRICK + 0.1 * np.array([16, 20, 24]))).max() < 6


def test_marks__hidden_are_gone_and_rings_are_hollow(bare: BareMap) -> None:
    bare.call("() => map.setLook(lab.repeat([180, 48, 12, 255], 5), Uint8Array.of(0, 16, 4, 0, 0))")
    bare.settle()
    assert np.abs(center(bare, 1) - BACKGROUND).max() < 3
    x, y = bare.places(SPARSE)[2]
    ring = np.abs(bare.colors(x, y) - BACKGROUND).sum(axis=2)
    assert ring[8, 8] < 0.4 * ring.max()
    assert ring.max() > 150


def test_hover__draws_an_accent_ring(bare: BareMap) -> None:
    x, y = bare.places(SPARSE)[2]
    bare.page.mouse.move(x, y)
    bare.page.wait_for_function("lab.log.hovers.length === 1")
    bare.settle()
    distance = np.abs(bare.colors(x, y) - (11, 101, 112)).sum(axis=2)
    assert (distance < 60).sum() >= 12


def test_context__lost_and_restored_draws_again_what_changed_meanwhile(bare: BareMap) -> None:
    bare.call(
        """() => {
            const gl = document.querySelector('.map-canvas').getContext('webgl2');
            window.loss = gl.getExtension('WEBGL_lose_context');
            loss.loseContext();
        }"""
    )
    bare.page.wait_for_function("lab.log.troubles.includes('context_lost')")
    assert bare.call("() => map.stats().state") == "lost"
    bare.call("() => { map.setSelected(Uint8Array.of(0, 0, 1, 0, 0), 1); loss.restoreContext(); }")
    bare.page.wait_for_function("lab.log.troubles.at(-1) === 'context_restored'")
    bare.settle()
    assert_aligned(bare, SPARSE)
    assert np.abs(center(bare, 2) - BRICK).max() < 6


def test_destroy__twenty_maps_leave_no_context_and_no_listener(bare: BareMap) -> None:
    found = bare.call(
        """async () => {
            map.destroy();
            const made = [], plain = HTMLCanvasElement.prototype.getContext;
            HTMLCanvasElement.prototype.getContext = function (...args) {
                const context = plain.apply(this, args);
                if (args[0] === 'webgl2') made.push(context);
                return context;
            };
            for (let k = 0; k < 20; k++) {
                window.map = await lab.mount();
                map.setPoints(5, 2);
                map.cut(new Float32Array(10));
                await lab.frame();
                await lab.frame();
                map.destroy();
            }
            HTMLCanvasElement.prototype.getContext = plain;
            await lab.frame();
            const alive = made.filter((context) => !context.isContextLost()).length;
            const left = document.querySelectorAll('.map-canvas, .map-overlay').length;
            return {made: made.length, alive, left, troubles: lab.log.troubles};
        }"""
    )
    assert found == {"made": 20, "alive": 0, "left": 0, "troubles": []}


def test_no_webgl__is_told_and_the_hands_still_work(bare: BareMap) -> None:
    bare.call(
        """() => {
            window.plain = HTMLCanvasElement.prototype.getContext;
            HTMLCanvasElement.prototype.getContext = () => null;
        }"""
    )
    bare.mount(SPARSE)
    bare.call("() => { HTMLCanvasElement.prototype.getContext = plain; }")
    assert bare.log("troubles") == ["no_webgl"]
    bare.tool("lasso")
    places = bare.places(SPARSE)
    x, y = places[2]
    bare.draw([(x - 20, y - 20), (x + 20, y - 20), (x + 20, y + 20), (x - 20, y + 20)])
    assert bare.log("selections")[-1]["ids"] == [2]


def test_names__stand_at_their_place_and_do_not_overlap(bare: BareMap) -> None:
    x, y = SPARSE[2]
    bare.call(
        "names => map.setNames(names.map(([text, x, y]) => ({text, x, y})))",
        [["apple", x, y], ["apricot", x + 0.05, y], ["far", 90, y]],
    )
    bare.settle()
    shown = bare.call(
        """() => [...document.querySelectorAll('.map-name')]
            .map((name) => [name.textContent, name.style.opacity])"""
    )
    assert shown == [["apple", "1"], ["apricot", "0"], ["far", "0"]]
    box = bare.page.locator(".map-name").first.bounding_box()
    assert box is not None
    place = bare.places(SPARSE)[2]
    assert np.abs(place - (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)).max() < 1.5
