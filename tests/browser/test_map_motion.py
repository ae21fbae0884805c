"""The map in motion: where the points are between two embeddings; the view that follows them."""

import numpy as np
import pytest

from tests.browser.bare_map import SPARSE, BareMap


@pytest.fixture
def bare(opened: BareMap) -> BareMap:
    opened.mount(SPARSE)
    return opened


def test_tween__is_half_way_at_half_time_and_turns_without_a_jump(bare: BareMap) -> None:
    found = bare.call(
        """async () => {
            const at = () => map.currentPositions()[0];
            const target = (x) => new Float32Array(10).fill(x);
            map.cut(target(0));
            const first = map.tweenTo(target(10), 6000, 'linear');
            const seen = [];
            while (map.stats().t < 0.1) {
                await lab.frame();
                seen.push([map.stats().t, at()]);
            }
            const before = at();
            const second = map.tweenTo(target(-5), 60, 'out');
            const after = at();
            const ends = [await first, await second];
            return {seen, before, after, ends, end: at(), t: map.stats().t};
        }"""
    )
    assert all(abs(x - 10 * t) < 1e-4 for t, x in found["seen"])
    assert 0.1 <= found["seen"][-1][0] < 1
    assert found["after"] == found["before"]
    assert (found["ends"], found["end"], found["t"]) == ([False, True], -5, 1)


def test_tween__draws_the_points_on_their_way(bare: BareMap) -> None:
    now = bare.call(
        """async (flat) => {
            map.tweenTo(Float32Array.from(flat), 600, 'linear');
            while (map.stats().t < 0.4) await lab.frame();
            map.tweenTo(map.currentPositions(), 1e8, 'linear');
            return [...map.currentPositions()];
        }""",
        (SPARSE * 0.5).ravel().tolist(),
    )
    places = bare.places(np.array(now).reshape(-1, 2))
    assert np.abs(places - bare.places(SPARSE)).max() > 20
    for x, y in places:
        assert np.abs(bare.center_of_mark(x, y) - np.array([x, y])).max() < 1


def test_tween__cuts_for_those_who_prefer_stillness(bare: BareMap) -> None:
    bare.page.emulate_media(reduced_motion="reduce")
    arrived = bare.call(
        """() => {
            map.tweenTo(new Float32Array(10).fill(1), 1e6);
            return [map.currentPositions()[0], map.stats().t];
        }"""
    )
    bare.page.emulate_media(reduced_motion="no-preference")
    assert arrived == [1, 1]


def test_follow__refits_until_the_user_takes_the_view(bare: BareMap) -> None:
    bare.call(
        "flat => { map.follow(true); map.tweenTo(Float32Array.from(flat), 100); }",
        (3 * SPARSE).ravel().tolist(),
    )
    bare.settle()
    assert bare.call("() => lab.range()[0][1]") > 6
    bare.page.mouse.move(450, 300)
    bare.page.mouse.wheel(0, -60)
    bare.settle()
    taken = bare.call("() => lab.range()")
    bare.call("flat => map.cut(Float32Array.from(flat))", (9 * SPARSE).ravel().tolist())
    bare.settle()
    assert bare.call("() => lab.range()") == taken


def test_rest__asks_for_few_frames_and_wakes_for_the_next(bare: BareMap) -> None:
    found = bare.call(
        """async () => {
            const plain = window.requestAnimationFrame;
            const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
            let asked = 0;
            window.requestAnimationFrame = (callback) => { asked++; return plain(callback); };
            do { asked = 0; await later(200); } while (asked > 1);  // what opened it lingers
            asked = 0;
            const start = performance.now();
            await later(1500);
            const [atRest, seconds] = [asked, (performance.now() - start) / 1000];
            const before = map.stats().frames;
            map.refreshTheme();
            await new Promise(plain);
            await new Promise(plain);
            window.requestAnimationFrame = plain;
            return {perSecond: atRest / seconds, drawn: map.stats().frames - before};
        }"""
    )
    assert found["perSecond"] < 6
    assert found["drawn"] == 1


def test_graph__taken_out_of_the_page_gives_its_context_back(bare: BareMap) -> None:
    bare.call(
        """() => {
            window.gl = document.querySelector('.map-canvas').getContext('webgl2');
            lab.graph.remove();
        }"""
    )
    bare.page.wait_for_function("gl.isContextLost()")
    bare.call("() => document.body.prepend(lab.graph)")
    assert bare.log("troubles") == []
