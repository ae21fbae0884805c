"""A project with a 3D map in the real app: made, seen, taught, turned while it learns, reopened."""

from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen, wait_until
from tests.browser.shared_app import SharedApp

WATCH_JS = """() => {
    window.seen = [];
    const { map } = window.lodemap.parts();
    (function look() {
        const { x, y } = map.places.of([0, 0, 0]);
        seen.push([x, y, map.stats().t]);
        requestAnimationFrame(look);
    })();
}"""


def middle(page: Page) -> tuple[float, float]:
    box = page.locator(".map-glass").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_dialog__makes_a_project_with_three_axes(page: Page, shared_app: SharedApp) -> None:
    page.goto(f"{shared_app.url}/projects?new=1")
    dialog = page.locator("#project-dialog")
    dialog.get_by_label("Name").fill("In space")
    dialog.get_by_label("Map").select_option("3")
    dialog.get_by_role("button", name="Create project").click()
    screen = Screen(page, shared_app.url)
    screen.wait_for_points()
    screen.project_id = page.evaluate("window.lodemap.parts().state.get().projectId")
    assert screen.state()["project"]["latent_dim"] == 3
    expect(page.locator("#map-sight")).to_be_visible()
    screen.settle()


def test_journey__choose_through_the_cloud_name_and_reopen(
    space_screen: Screen, page: Page
) -> None:
    screen = space_screen
    screen.open()
    expect(screen.button("Turn")).to_be_visible()
    expect(page.locator("#toggle-histograms")).to_be_hidden()
    everything = screen.lasso(screen.middle_of(0), radius=90)
    expect(page.locator("#selection-bar.placed")).to_be_visible()
    screen.press("d")
    expect(screen.button("Front half")).to_have_attribute("aria-pressed", "true")
    front = wait_until(lambda: 0 < screen.selected() < everything and screen.selected(), "fewer")
    screen.press("d")
    wait_until(lambda: screen.selected() == everything, "all depths again")
    screen.press("1")
    screen.introduce()
    screen.wait_for_named(everything)
    assert front > 0
    expect(page.locator(".map-name")).to_have_text(["1"])
    page.reload()
    screen.wait_for_points()
    screen.wait_for_named(everything)
    expect(page.locator(".map-name")).to_have_text(["1"])
    expect(screen.button("3D")).to_have_attribute("aria-pressed", "true")


@pytest.mark.wide
def test_gallery__shows_where_its_picture_lies(space_screen: Screen, page: Page) -> None:
    space_screen.open()
    assert space_screen.lasso(space_screen.middle_of(3), radius=50) > 0
    page.locator(".tile").first.hover()
    ring = page.locator(".hover-ring").bounding_box()
    hovered = page.evaluate("window.lodemap.parts().state.get().hoverId")
    ((x, y),) = space_screen.pixels([hovered])
    assert ring is not None
    assert abs(ring["x"] + ring["width"] / 2 - x) < 2
    assert abs(ring["y"] + ring["height"] / 2 - y) < 2


@pytest.mark.wide
def test_flat__morphs_and_a_lasso_there_is_a_lasso(space_screen: Screen, page: Page) -> None:
    screen = space_screen
    screen.open()
    screen.wait_for_rest()
    before = screen.pixels([0, 1, 2])
    screen.button("Flat").click()
    expect(page.locator("#map-front")).to_be_hidden()
    expect(screen.button("Pan")).to_be_visible()
    screen.wait_for_rest()
    assert np.abs(np.subtract(screen.pixels([0, 1, 2]), before)).max() > 5
    assert screen.lasso(screen.middle_of(4), radius=50) > 5
    screen.press("t")
    expect(screen.button("Turn")).to_be_visible()
    page.wait_for_function(
        """([x, y]) => { const { map } = window.lodemap.parts();
            const at = map.places.of(map.currentPositions().subarray(0, 3));
            return Math.hypot(at.x - x, at.y - y) < 2; }""",
        arg=before[0],
    )


@pytest.mark.wide
def test_run__the_view_turns_with_the_hand_while_points_move(
    space_screen: Screen, page: Page
) -> None:
    screen = space_screen
    screen.open()
    screen.teach_two()
    screen.press("Escape")
    screen.press("h")
    before = screen.positions()
    x, y = middle(page)
    page.evaluate(WATCH_JS)
    screen.press("Enter")
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(400):
        page.mouse.move(x + 60 * np.sin(step / 20), y)
        if screen.positions() != before and step > 60:
            break
    page.mouse.up()
    screen.wait_for_run(1, "finished")
    seen = np.array(page.evaluate("seen"))
    moving = seen[(seen[:, 2] > 0) & (seen[:, 2] < 1)]
    assert len(moving) > 5, "no frame of the run was seen on its way"
    jumps = [np.hypot(*np.subtract(b, a)) for a, b in pairwise(seen[:, :2])]
    assert max(jumps) < 40
