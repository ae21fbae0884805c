"""The whole loop without a mouse."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen, wait_until


def test_loop__by_keyboard_alone(screen: Screen, page: Page) -> None:
    """Colour by the data set's labels, select a class by its menu, name it, Update, Stop, undo."""
    screen.open()
    page.locator("#color-mode").focus()
    page.keyboard.type("Data-set")
    expect(page.locator("#color-mode")).to_have_value("label")
    select_all_of(page, "1")
    count = wait_until(screen.selected, "a selection")
    assert count > 100
    screen.press("1")
    screen.introduce()
    screen.wait_for_named(count)
    page.locator("#knob-lodemap-num_epochs").press("Control+a")
    page.keyboard.type("200")
    screen.press("Escape")
    before = screen.positions()
    screen.press("Enter")
    screen.wait_for_motion(before)
    screen.press("s")
    screen.wait_for_run(1, "stopped")
    screen.press("Control+z")
    wait_until(lambda: screen.state()["head"]["run_id"] == screen.runs()[0]["run_id"], "undone")
    screen.press("Control+z")
    screen.wait_for_named(0)


@pytest.mark.wide
def test_rows__arrows_walk_and_the_focus_stays(screen: Screen, page: Page) -> None:
    """Through the palette's rows; on a row of the legend that is drawn anew; along the timeline."""
    screen.open()
    page.get_by_role("button", name="More for 1", exact=True).focus()
    screen.press("ArrowDown")
    expect(page.get_by_role("button", name="More for 2", exact=True)).to_be_focused()
    page.get_by_role("combobox", name="Colour").select_option("label")
    row = page.get_by_role("button", name="Show 3", exact=True)
    row.focus()
    screen.press("Enter")
    expect(row).to_have_attribute("aria-pressed", "false")
    expect(row).to_be_focused()
    track = page.get_by_role("slider", name="Time")
    before = float(track.get_attribute("aria-valuenow") or 0)
    track.press("ArrowDown")
    wait_until(lambda: float(track.get_attribute("aria-valuenow") or 0) == before - 1, "a step")
    page.get_by_role("button", name="Go live").press("Enter")
    expect(page.get_by_role("button", name="Live", exact=True)).to_be_focused()


@pytest.mark.wide
def test_selection__is_said_and_its_pictures_have_names(screen: Screen, page: Page) -> None:
    screen.open()
    page.get_by_label("Order of the pictures").focus()
    screen.press("Escape")
    screen.press("a")
    told = page.locator("#map-window [role=status]", has_text="selected")
    expect(told).to_have_text("1,797 selected")
    pictures = page.get_by_role("listbox", name="Selected samples")
    pictures.focus()
    screen.press("ArrowRight")
    expect(page.locator(".hover-ring")).to_be_visible()
    screen.press("Delete")
    expect(told).to_have_text("1,796 selected")
    screen.press("Tab")
    expect(page.locator(".hover-ring")).to_be_hidden()
    screen.press("Escape")
    expect(told).to_have_text("Nothing is selected")


def select_all_of(page: Page, class_name: str) -> None:
    """Open a class's menu and choose with the arrow keys."""
    page.get_by_role("button", name=f"More for {class_name}", exact=True).focus()
    page.keyboard.press("Enter")
    entry = page.get_by_role("menuitem", name="Select all")
    expect(entry).to_be_visible()
    for _ in range(8):
        if entry.evaluate("node => node === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    # the focus goes back to the row; the page's own keys speak where nothing has it
    page.evaluate("() => document.activeElement.blur()")


def test_tab__reaches_every_control(screen: Screen, page: Page) -> None:
    """Tab walks from the first link through tools, classes, knobs and timeline, and shows where."""
    screen.open()
    reached = set()
    for _ in range(120):
        screen.press("Tab")
        reached.add(
            page.evaluate(
                "() => document.activeElement.id || document.activeElement.dataset.tool || ''"
            )
        )
    wanted = {"undo", "color-mode", "auto-update", "update", "palette-add",
              "knob-lodemap-num_epochs",
              "play", "timeline-track", "lasso"}  # fmt: skip
    assert wanted - reached == set()
