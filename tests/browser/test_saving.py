"""What is seen on the map, saved by the menu in its corner or by a key, in 2D and 3D."""

import io
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen
from tests.browser.shared_app import SharedApp

pytestmark = pytest.mark.usefixtures("without_network")


@pytest.fixture(params=[2, 3])
def page(page: Page, shared_app: SharedApp, request: pytest.FixtureRequest) -> Page:
    """A map of a few hundred points, with two axes or three."""
    points = np.random.default_rng(2).normal(size=(400, request.param)).astype(np.float32)
    project_id = shared_app.drawn_project(f"Saved: {request.param}", points)
    Screen(page, shared_app.url, project_id).open()
    return page


def by_menu(page: Page, kind: str) -> Path:
    page.locator("#map-more").click()
    with page.expect_download() as caught:
        page.get_by_role("menuitem", name=f"Save as {kind}").click()
    return saved(page, caught)


def saved(page: Page, caught: object) -> Path:
    """Return the file, which is called what the page says."""
    download = caught.value  # type: ignore[attr-defined]
    expect(page.locator(".notice-toast").last).to_contain_text(download.suggested_filename)
    assert "epoch" in download.suggested_filename
    return Path(download.path())


def test_svg__has_a_mark_for_each_point(page: Page) -> None:
    root = ElementTree.parse(by_menu(page, "SVG")).getroot()
    marks = root.findall(".//{http://www.w3.org/2000/svg}circle")
    assert len(marks) >= 390
    assert (root[0].text or "").startswith("Saved: ")


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.wide)])
def test_png__by_the_key_in_the_theme_that_is_seen(page: Page, theme: str) -> None:
    while page.locator("html").get_attribute("data-bs-theme") != theme:
        page.locator("[data-act=theme]").click()
    with page.expect_download() as caught:
        page.keyboard.press("Control+s")
    picture = Image.open(io.BytesIO(saved(page, caught).read_bytes())).convert("RGB")
    box = page.locator("#main-pane .map-canvas").bounding_box()
    assert box is not None
    assert picture.width > 2 * box["width"]
    pixels = np.asarray(picture, float)
    assert (pixels[4, 4].mean() > 128) == (theme == "light")
    assert pixels.std() > 1, "there is something on it"
