"""Lasso, box, click and keys make a selection, and it keeps its members."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen, wait_until


def test_selection__lasso_adds_subtracts_and_lets_go(screen: Screen) -> None:
    screen.open()
    zeros, ones = screen.middle_of(0), screen.middle_of(1)
    first = screen.lasso(zeros, 50)
    assert first > 5
    both = screen.lasso(ones, 50, held="Shift")
    assert both > first
    assert screen.lasso(ones, 50, held="Alt") < both
    screen.press("Escape")
    assert screen.selected() == 0


def test_selection__box_and_click(screen: Screen, page: Page) -> None:
    screen.open()
    x, y = screen.middle_of(0)
    screen.use("box")
    page.mouse.move(x - 60, y - 60)
    page.mouse.down()
    page.mouse.move(x, y, steps=4)
    page.mouse.move(x + 60, y + 60, steps=4)
    page.mouse.up()
    wait_until(lambda: screen.selected() > 5, "the box's points selected")
    page.mouse.click(*screen.pixels([0])[0])
    wait_until(lambda: screen.selected() == 1, "the clicked point selected alone")


@pytest.mark.wide
def test_selection__a_lasso_may_begin_on_the_words_of_the_hints(screen: Screen, page: Page) -> None:
    screen.open()
    box = page.locator("#hints ol").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    screen.use("lasso")
    page.mouse.move(x, y)
    page.mouse.down()
    for right, down in ((200, 100), (200, 400), (-200, 400), (-200, 100), (0, 0)):
        page.mouse.move(x + right, y + down, steps=4)
    page.mouse.up()
    wait_until(lambda: screen.selected() > 100, "the points below the hints selected")
    assert page.evaluate("() => String(getSelection())") == ""


@pytest.mark.wide
def test_selection__by_keys_all_and_those_without_a_name(screen: Screen, page: Page) -> None:
    """From an empty selection, without the mouse; what is hidden is left out."""
    screen.open()
    page.get_by_role("button", name="Select all").click()
    assert screen.selected() == 1797
    named = screen.lasso(screen.middle_of(1))
    screen.press("1")
    screen.introduce()
    screen.wait_for_named(named)
    screen.press("Shift+A")
    assert wait_until(lambda: screen.selected() == 1797 - named, "those without a name")
    page.get_by_role("button", name="Hide no class", exact=True).click()
    screen.press("a")
    assert wait_until(lambda: screen.selected() == named, "those in sight")
    page.get_by_role("button", name="Show no class", exact=True).click()
    screen.press("Control+a")
    assert wait_until(lambda: screen.selected() == 1797, "all")


@pytest.mark.wide
def test_selection__keeps_its_members_when_points_move(screen: Screen) -> None:
    screen.open()
    screen.teach_two()
    count = screen.lasso(screen.middle_of(0))
    before = screen.positions()
    screen.press("Enter")
    screen.wait_for_motion(before)
    screen.wait_for_run(1, "finished", within_s=60)
    assert screen.selected() == count


@pytest.mark.wide
def test_gallery__shows_sorts_and_drops(screen: Screen, page: Page) -> None:
    """A click on a picture takes its sample from the selection; only what is in sight is drawn."""
    screen.open()
    count = screen.lasso(screen.middle_of(0), 150)
    tiles = page.locator("#gallery-view .tile")
    expect(page.locator("#gallery-count")).to_have_text(f"{count:,}")
    assert 5 <= tiles.count() <= min(count, 120)
    first = tiles.first.get_attribute("aria-label")
    page.locator("#gallery-order").select_option("farthest")
    wait_until(lambda: tiles.first.get_attribute("aria-label") != first, "another order")
    tiles.first.click()
    expect(page.locator("#gallery-count")).to_have_text(f"{count - 1:,}")
    assert screen.selected() == count - 1
