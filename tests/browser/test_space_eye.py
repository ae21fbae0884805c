"""The eye on a map of three axes, turned, slid and brought nearer by real hands."""

from itertools import pairwise

import numpy as np
import pytest

from tests.browser.bare_cloud import CENTRE, CLOUD, drag
from tests.browser.bare_map import BareMap, Places

ISLANDS: Places = np.array(
    [[-2, -1, 0.5], [-1, 1.5, -0.5], [0.3, -0.7, 1], [1.2, 0.8, -1], [2, -1.4, 0]]
)


@pytest.fixture
def bare(opened: BareMap) -> BareMap:
    opened.mount(CLOUD)
    opened.tool("lasso")
    return opened


def test_points__are_drawn_where_the_sums_say_also_when_turned(bare: BareMap) -> None:
    bare.show(ISLANDS)
    bare.tool("pan")
    for by in ((0, 0), (90, 40), (-160, -100)):
        drag(bare, by)
        for x, y in bare.project(ISLANDS):
            drawn_x, drawn_y = bare.center_of_mark(x, y, reach=5)
            assert abs(drawn_x - x) < 1
            assert abs(drawn_y - y) < 1


def test_fit__shows_every_point_and_little_else(bare: BareMap) -> None:
    low, high = bare.corners()
    for _ in range(2):
        places = bare.project(CLOUD)
        assert ((places > low) & (places < high)).all()
        assert ((places.max(0) - places.min(0)) / (high - low)).max() > 0.7
        bare.tool("pan")
        drag(bare, (300, 80))
        bare.call("() => map.fit(false)")
        bare.settle()


def test_orbit__what_is_in_front_follows_the_hand_and_the_middle_stays(bare: BareMap) -> None:
    bare.tool("pan")
    before, depths = bare.project(CLOUD), bare.depths(CLOUD)
    middle = bare.project(np.zeros((1, 3)))
    drag(bare, (60, 0))
    moved = (bare.project(CLOUD) - before)[:, 0]
    assert moved[depths < -0.8].mean() > 15
    assert moved[depths > 0.8].mean() < -10
    assert np.abs(bare.project(np.zeros((1, 3))) - middle).max() < 5
    assert bare.log("selections") == []


def test_orbit__goes_round_and_over_without_standing_on_its_head(bare: BareMap) -> None:
    bare.tool("pan")
    upright = np.array([[0, 0.5, 0], [0, -0.5, 0]])
    for by in ((0, 290), (440, 0), (0, -310), (0, -310), (-440, 100)):
        drag(bare, by)
        top, bottom = bare.project(upright)
        assert top[1] < bottom[1] + 1


@pytest.mark.parametrize(("button", "key"), [("right", None), ("left", "Shift")])
def test_slide__moves_all_alike(bare: BareMap, button: str, key: str | None) -> None:
    bare.tool("pan" if key else "lasso")
    before = bare.project(np.zeros((1, 3)))
    if key:
        bare.page.keyboard.down(key)
    drag(bare, (70, -40), button)
    if key:
        bare.page.keyboard.up(key)
    assert np.abs(bare.project(np.zeros((1, 3))) - before - (70, -40)).max() < 2
    assert bare.log("selections") == []


def test_wheel__comes_nearer_to_what_is_under_the_pointer(bare: BareMap) -> None:
    before = bare.project(CLOUD)
    bare.page.mouse.move(300, 200)
    bare.page.mouse.wheel(0, -400)
    bare.settle()
    after = bare.project(CLOUD)
    assert np.ptp(after[:, 0]) > 1.4 * np.ptp(before[:, 0])
    level = np.abs(bare.depths(CLOUD)) < 0.02
    assert np.abs((after - before)[level & (np.abs(before - (300, 200)).max(1) < 60)]).max() < 60
    bare.page.mouse.wheel(0, 400)
    bare.settle()
    assert np.abs(bare.project(CLOUD) - before).max() < 1


def test_keys__turn_when_the_map_has_the_focus(bare: BareMap) -> None:
    bare.page.locator(".map-glass").focus()
    before = bare.project(CLOUD)
    bare.page.keyboard.press("ArrowRight")
    bare.settle()
    turned = bare.project(CLOUD)
    assert np.abs(turned - before).max() > 5
    bare.page.keyboard.press("ArrowLeft")
    bare.page.keyboard.press("+")
    bare.settle()
    assert np.ptp(bare.project(CLOUD)[:, 0]) > 1.1 * np.ptp(before[:, 0])


def test_double_click__with_the_turning_hand_fits(bare: BareMap) -> None:
    bare.tool("pan")
    before = bare.project(CLOUD)
    drag(bare, (400, 250), "right")
    bare.page.mouse.dblclick(120, 80)
    bare.settle()
    assert np.abs(bare.project(CLOUD) - before).max() < 1


def test_view__neither_freezes_nor_jumps_while_points_move(bare: BareMap) -> None:
    """A hand turns the cloud while frames arrive that make it grow beyond the window."""
    bare.tool("pan")
    bare.call(
        """([n, flat]) => {
            map.follow(true);
            window.seen = [];
            window.isOver = false;
            (async () => {
                for (let k = 1; k < 60 && !isOver; k++)
                    await map.tweenTo(Float32Array.from(flat, v => v * (1 + k / 20)), 60, "linear");
            })();
            (function look() {
                const {x, y} = map.places.of([1, 0.5, 0.5]);
                seen.push([x, y]);
                if (!isOver) requestAnimationFrame(look);
            })();
        }""",
        [len(CLOUD), CLOUD.ravel().tolist()],
    )
    mouse = bare.page.mouse
    mouse.move(*CENTRE)
    mouse.down()
    for step in range(60):
        mouse.move(CENTRE[0] + 2 * step, CENTRE[1])
    seen = bare.call("() => { isOver = true; return seen; }")
    mouse.up()
    steps = [np.linalg.norm(np.subtract(a, b)) for a, b in pairwise(seen)]
    assert np.linalg.norm(np.subtract(seen[0], seen[-1])) > 15
    assert max(steps) < 60
    bare.settle()
    assert (
        (bare.project(CLOUD) > bare.corners()[0]) & (bare.project(CLOUD) < bare.corners()[1])
    ).all()


def test_touch__one_finger_turns_and_two_come_nearer(bare: BareMap) -> None:
    bare.tool("pan")
    devtools = bare.page.context.new_cdp_session(bare.page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": nth} for nth, (x, y) in enumerate(places)]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    before = bare.project(CLOUD)
    touch("touchStart", CENTRE)
    for step in range(1, 6):
        touch("touchMove", (CENTRE[0] + 12 * step, CENTRE[1]))
    touch("touchEnd")
    bare.settle()
    turned = bare.project(CLOUD)
    assert np.abs(turned - before).max() > 10
    touch("touchStart", (400, 300))
    touch("touchStart", (400, 300), (500, 300))
    for step in range(1, 6):
        touch("touchMove", (400 - 10 * step, 300), (500 + 10 * step, 300))
    touch("touchEnd")
    bare.settle()
    assert np.ptp(bare.project(CLOUD)[:, 1]) > 1.5 * np.ptp(turned[:, 1])
    devtools.detach()


def test_touch__a_second_finger_ends_a_lasso(bare: BareMap) -> None:
    devtools = bare.page.context.new_cdp_session(bare.page)
    one = [{"x": x, "y": 200, "id": 0} for x in (200, 300, 400)]
    for kind, points in (
        ("touchStart", one[:1]), ("touchMove", one[1:2]), ("touchMove", one[2:]),
        ("touchStart", [one[2], {"x": 500, "y": 400, "id": 1}]), ("touchEnd", []),
    ):  # fmt: skip
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    bare.settle()
    assert bare.log("selections") == []
    assert not bare.page.locator(".map-draft").get_attribute("d")
    devtools.detach()


def test_axes__may_change_on_the_same_map_and_the_frame_with_them(bare: BareMap) -> None:
    """Two axes after three, three again, and a context lost between: each seen its own way."""
    plotly = bare.page.locator(".cartesianlayer")
    assert not plotly.is_visible()
    bare.show(CLOUD[:, :2])
    assert plotly.is_visible()
    assert bare.page.locator(".map-glass").count() == 0
    assert np.abs(bare.places(CLOUD[:, :2]) - bare.project(CLOUD[:, :2])).max() < 0.1
    bare.show(ISLANDS)
    before = bare.page.screenshot()
    bare.call(
        """async () => {
            const gl = document.querySelector('.map-canvas').getContext('webgl2');
            const loss = gl.getExtension('WEBGL_lose_context');
            loss.loseContext();
            while (map.stats().state !== 'lost') await lab.frame();
            loss.restoreContext();
            while (map.stats().state !== 'ready') await lab.frame();
        }"""
    )
    bare.settle()
    assert bare.page.screenshot() == before
