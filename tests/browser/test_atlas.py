"""What lives where: pictures below the points, beside the pointer and on the card of a drag."""

from typing import Literal

import numpy as np
import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.screen import Point, Screen, wait_until
from tests.browser.shared_app import SharedApp
from tests.browser.test_force import picture, set_theme

EMPTY_JS = """async () => {
    const { decodeAtlas, cellAt } = await import("/assets/insight/atlas.mjs");
    const { name } = performance.getEntriesByType("resource").find((each) => each.name.includes("/atlases/"));
    const atlas = decodeAtlas(await (await fetch(name)).arrayBuffer());
    const { state, map } = window.lodemap.parts();
    const { embedding } = state.get().picture;
    const at = Array.from({ length: embedding.length / 2 },
        (_, id) => map.places.of(embedding.subarray(2 * id, 2 * id + 2)));
    const ways = [[22, 0], [-22, 0], [0, 22], [0, -22]];
    const isFree = (x, y) => at.every((p) => Math.hypot(p.x - x, p.y - y) > 14)
        && document.elementFromPoint(x, y)?.matches(".nsewdrag")
        && cellAt(atlas, map.places.unproject({ x, y }, 0)) >= 0;
    for (const { x, y } of at)
        for (const [dx, dy] of ways) if (isFree(x + dx, y + dy)) return [x + dx, y + dy];
    return null;
}"""  # noqa: E501
ATLASES_JS = "() => performance.getEntriesByType('resource').filter((each) => each.name.includes('/atlases/')).length"  # noqa: E501
decoding = pytest.mark.parametrize("preset", ["annotate-vae"])


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.wide)])
def test_atlas__is_shown_remembered_and_taken_away(
    screen: Screen, page: Page, theme: Literal["light", "dark"]
) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/atlases/" in request.url:
            asked.append(request.url)

    page.on("request", note)
    screen.open()
    set_theme(page, theme)
    screen.wait_for_points()
    screen.wait_for_rest()
    bare = picture(page)
    assert asked == []
    screen.press("w")
    expect(page.locator("#atlas-note")).to_have_text("A typical sample of each place")
    wait_until(lambda: np.abs(picture(page) - bare).max() > 40, "pictures")
    page.reload()
    screen.wait_for_points()
    expect(page.locator("#atlas-note")).to_be_visible()
    expect(page.locator("#toggle-atlas")).to_have_attribute("aria-pressed", "true")
    page.locator("#toggle-atlas").click()
    expect(page.locator("#atlas-note")).to_be_hidden()
    wait_until(lambda: np.abs(picture(page) - bare).mean() < 0.5, "the bare map")


def empty_place(page: Page) -> Point:
    x, y = page.evaluate(EMPTY_JS)
    return x, y


@pytest.mark.wide
def test_atlas__the_card_beside_the_pointer_on_empty_ground(screen: Screen, page: Page) -> None:
    screen.open()
    screen.wait_for_rest()
    screen.press("w")
    expect(page.locator("#atlas-note")).to_be_visible()
    page.mouse.move(*empty_place(page))
    expect(page.locator("#atlas-card")).to_have_text("A typical sample here.")
    page.mouse.move(*screen.pixels([0])[0])
    expect(page.locator("#atlas-card")).to_be_hidden()


@decoding
def test_atlas__a_drag_shows_what_the_network_draws(screen: Screen, page: Page) -> None:
    screen.open()
    screen.wait_for_rest()
    expect(page.locator("#atlas-note")).to_be_hidden()
    screen.use("move")
    wait_until(lambda: page.evaluate(ATLASES_JS) > 0, "the atlas asked for")
    held = page.evaluate("() => Array.from(window.lodemap.parts().state.get().heldOut)")
    ids = [sample for sample, is_held in enumerate(held) if not is_held]
    middle = np.median(screen.pixels(ids), axis=0)
    away = np.linalg.norm(np.array(screen.pixels(ids)) - middle, axis=1)
    start = screen.pixels([ids[int(away.argmin())]])[0]
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 20, start[1] + 5, steps=4)
    expect(page.locator("#verdict")).to_contain_text("The network draws this here.")
    screen.press("Escape")
    page.mouse.up()


@pytest.mark.wide
def test_atlas__is_in_the_list_of_keys(screen: Screen, page: Page) -> None:
    screen.open()
    screen.press("?")
    expect(page.get_by_text("Atlas: what lives where")).to_be_visible()


@pytest.mark.wide
def test_atlas__of_three_axes_says_why_there_is_none(space_screen: Screen, page: Page) -> None:
    space_screen.open()
    button = page.locator("#toggle-atlas")
    expect(button).to_be_disabled()
    why = "Atlases need a map of two axes; this one has three."
    expect(button).to_have_attribute("data-tip", why)


@pytest.mark.wide
def test_atlas__before_the_first_snapshot_there_is_nothing_and_no_error(
    shared_app: SharedApp, page: Page, request: pytest.FixtureRequest
) -> None:
    project_id = shared_app.bare_project(request.node.name, is_stopped=True)
    page.goto(f"{shared_app.url}/?project={project_id}")
    expect(page.locator("#toggle-atlas")).to_be_visible()
    wait_until(lambda: page.evaluate("() => Boolean(window.lodemap?.parts?.())"), "the page")
    page.keyboard.press("w")
    expect(page.locator("#toggle-atlas")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#atlas-note")).to_be_hidden()
