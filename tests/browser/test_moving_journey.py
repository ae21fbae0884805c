"""What becomes of drags from beginning to end: a network behind Celery learns them, or nobody."""

import math
import os
import signal
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp
from tests.browser.test_moving import HELD_JS, drag, lonely, pins, way_to
from tests.patience import PATIENCE

team = pytest.mark.parametrize("mode", ["team"])
LONG_UPDATE_JS = """path => fetch(path, {
    method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ key: "long", kind: "fine_tune", config: { num_epochs: 60 } }),
}).then((answer) => answer.status)"""
OUTSIDE = ("#palette-rows", "#timeline-track", "#run-panel")
"""A panel on either side, and the time line."""


@pytest.fixture
def moving(screen: Screen) -> Screen:
    """The map of a pretrained project, whose user has said who they are, with the Move tool."""
    screen.take_up_moving()
    return screen


@team
def test_journey__a_point_and_a_group_are_learned_behind_celery(moving: Screen, page: Page) -> None:
    sample = lonely(moving)
    drag(page, moving.pixels([sample])[0], (70, -40))
    wait_until(lambda: pins(moving) == 1, "a pin")
    count = moving.lasso(moving.middle_of(0), 30)
    moving.use("move")
    ids = page.evaluate("Array.from(window.lodemap.parts().state.get().selection.ids)")
    held = page.evaluate(HELD_JS)
    free = [each for each in ids if not held[each]]
    assert len(ids) == count >= len(free) > 1
    drag(page, moving.pixels(free[:1])[0], (-60, 50))
    wait_until(lambda: pins(moving) == 1 + len(set(free) - {sample}), "pins of the group")
    before, num_pins = moving.positions(), pins(moving)
    moving.press("Enter")
    moving.wait_for_motion(before, 60)
    moving.wait_for_run(1, "finished", within_s=90)
    expect(page.locator("#receipt")).to_be_visible()
    expect(page.locator("#receipt")).to_contain_text(f"{num_pins} samples")
    moving.wait_for_rest()
    page.reload()
    moving.wait_for_points()
    assert pins(moving) == num_pins
    expect(page.locator("#pins")).to_be_visible()
    moving.press("Control+z")
    wait_until(lambda: [r["on_line"] for r in moving.runs()] == [True, False], "the run undone")
    moving.press("Control+z")
    wait_until(lambda: pins(moving) == 1, "the pin of the first drag alone")
    moving.wait_for_rest()


@pytest.mark.parametrize(
    "where", [OUTSIDE[0], *(pytest.param(each, marks=pytest.mark.wide) for each in OUTSIDE[1:])]
)
def test_drag__let_go_beside_the_map_is_cancelled(moving: Screen, page: Page, where: str) -> None:
    sample = lonely(moving)
    start = moving.pixels([sample])[0]
    box = page.locator(where).first.bounding_box()
    assert box is not None
    end = (box["x"] + box["width"] / 2, box["y"] + min(30, box["height"] / 2))
    drag(page, start, (end[0] - start[0], end[1] - start[1]), is_dropped=False)
    expect(page.locator("#verdict")).to_contain_text("Outside the map")
    page.mouse.up()
    expect(page.get_by_text("nothing was moved")).to_be_visible()
    expect(page.locator("#verdict")).to_be_hidden()
    assert math.hypot(*way_to(moving, sample, start)) < 0.5
    assert pins(moving) == 0
    assert moving.state()["undo"] is None


@pytest.mark.wide
def test_drag__that_comes_back_to_the_map_is_dropped(moving: Screen, page: Page) -> None:
    sample = lonely(moving)
    start = moving.pixels([sample])[0]
    box = page.locator("#palette-rows").bounding_box()
    assert box is not None
    drag(page, start, (box["x"] + 20 - start[0], 0), is_dropped=False)
    page.mouse.move(start[0] + 40, start[1] + 20, steps=4)
    expect(page.locator("#verdict")).not_to_contain_text("Outside")
    page.mouse.up()
    wait_until(lambda: pins(moving) == 1, "a pin")
    assert way_to(moving, sample, start) == pytest.approx((40, 20), abs=1.5)


@team
def test_worker__that_falls_silent_is_told_before_its_lease_ends(
    moving: Screen, page: Page, shared_app: SharedApp
) -> None:
    drag(page, moving.pixels([lonely(moving)])[0], (70, -40))
    wait_until(lambda: pins(moving) == 1, "a pin")
    page.evaluate(LONG_UPDATE_JS, f"/api/projects/{moving.project_id}/runs")
    run_id = moving.wait_for_run(1, "running", within_s=60)["run_id"]
    wait_until(lambda: moving.runs()[1]["last_epoch"] >= 1, "an epoch", 60)
    pid = shared_app.worker_pid(run_id)
    os.kill(pid, signal.SIGSTOP)  # as if it were gone; other tests go on with it
    try:
        silent_s = time.monotonic()
        expect(page.locator("#run-state")).to_have_text("worker lost")
        expect(page.locator("#run-epoch")).to_have_text("Waiting for another worker")
        assert time.monotonic() - silent_s < 4 * PATIENCE
    finally:
        os.kill(pid, signal.SIGCONT)
    expect(page.locator("#run-state")).to_have_text("learning")
    page.locator("#stop").click()
    moving.wait_for_run(1, "stopped", "finished", within_s=60)
