"""Force and regions: toggles that change the picture in both themes and fetch nothing while off."""

import io
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, Request, expect

from tests.browser.screen import Screen, wait_until

FRAMES_JS = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
CANVAS_JS = """() => {
    const canvas = document.querySelector('.map-canvas');
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return { x: left, y: top, width, height };
}"""


def picture(page: Page) -> NDArray[np.float64]:
    """Pixels of the map, (height, width, 3), with the pointer out of the way."""
    page.mouse.move(5, 5)
    page.evaluate(FRAMES_JS)
    shot = page.screenshot(clip=page.evaluate(CANVAS_JS), animations="disabled")
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), float)


def num_like(pixels: NDArray[np.float64], color: tuple[int, int, int]) -> int:
    """How many pixels have nearly this colour."""
    return int((np.abs(pixels - color).max(axis=2) < 12).sum())


def set_theme(page: Page, theme: Literal["light", "dark"]) -> None:
    page.evaluate("theme => localStorage.setItem('lodemap.theme', theme)", theme)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)


@pytest.fixture
def taught(screen: Screen, page: Page) -> Screen:
    """A project with two named classes and the Update that learned from them."""
    screen.open()
    screen.teach_two()
    page.locator("#update").click()
    screen.wait_for_run(1, "finished", within_s=60)
    screen.press("Escape")
    screen.wait_for_rest()
    return screen


@pytest.mark.parametrize(
    ("theme", "accent", "warn"),
    [
        pytest.param("light", (11, 101, 112), (127, 77, 0), marks=pytest.mark.wide),
        ("dark", (86, 196, 205), (240, 182, 92)),
    ],
)
def test_force__arrows_appear_and_go_with_their_legend(
    taught: Screen,
    page: Page,
    theme: Literal["light", "dark"],
    accent: tuple[int, int, int],
    warn: tuple[int, int, int],
) -> None:
    set_theme(page, theme)
    taught.wait_for_points()
    taught.wait_for_rest()
    before = picture(page)
    legend = page.locator("#force-legend")
    expect(legend).to_be_hidden()
    page.locator("#toggle-force").click()
    expect(legend).to_have_text("pull to its classpush from others")
    with_arrows = picture(page)
    assert num_like(with_arrows, accent) > num_like(before, accent) + 200
    assert num_like(with_arrows, warn) > num_like(before, warn) + 60
    taught.press("v")
    expect(legend).to_be_hidden()
    np.testing.assert_array_equal(picture(page), before)


@pytest.mark.wide
def test_regions__wash_the_map_behind_the_points(taught: Screen, page: Page) -> None:
    before = picture(page)
    taught.press("r")
    expect(page.locator("#toggle-regions")).to_have_attribute("aria-pressed", "true")
    wait_until(lambda: changed(page, before) > 0.2, "a wash over a good part of the map")
    assert np.abs(picture(page) - before).mean() < 20, "it is only a wash"
    taught.press("r")
    wait_until(lambda: changed(page, before) == 0, "the wash gone")


def changed(page: Page, before: NDArray[np.float64]) -> float:
    """Share of the map's pixels that are not what they were."""
    return float((picture(page) != before).any(axis=2).mean())


@pytest.mark.wide
def test_force__of_a_selection_is_drawn_by_point(taught: Screen, page: Page) -> None:
    page.locator("#toggle-force").click()
    expect(page.locator("#force-legend")).to_be_visible()
    whole = picture(page)
    assert taught.lasso(taught.middle_of(1)) > 5
    assert changed(page, whole) > 0.001


@pytest.mark.wide
def test_force__says_when_it_begins(screen: Screen, page: Page) -> None:
    screen.open()
    page.locator("#toggle-force").click()
    expect(page.locator("#force-legend")).to_have_text("Force begins with the first Update.")


@pytest.mark.wide
def test_fields__are_fetched_only_while_they_are_shown(taught: Screen, page: Page) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/fields/" in request.url:
            asked.append(request.url)

    page.on("request", note)
    page.locator("#update").click()
    taught.wait_for_run(2, "finished", within_s=60)
    taught.wait_for_rest()
    assert asked == []
    page.locator("#toggle-regions").click()
    wait_until(lambda: len(asked) == 1, "one field, that of the snapshot on screen")
    page.locator("#toggle-force").click()
    page.keyboard.press("ArrowLeft")
    wait_until(lambda: len(asked) == 2, "the field of the epoch before")


@pytest.mark.wide
def test_force__is_remembered(taught: Screen, page: Page) -> None:
    page.locator("#toggle-force").click()
    page.reload()
    taught.wait_for_points()
    expect(page.locator("#toggle-force")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#force-legend")).to_be_visible()
