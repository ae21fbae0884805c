"""Time: the timeline's playhead is dragged, stepped and replayed while the map follows."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen, wait_until


def drag_to(page: Page, share: float) -> None:
    """Take the playhead to a share of the timeline with the mouse, in three moves."""
    box = page.locator("#timeline-track").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.9, y)
    page.mouse.down()
    for at in (0.7, 0.4, share):
        page.mouse.move(box["x"] + box["width"] * at, y)
    page.mouse.up()


def shown_epoch(page: Page) -> float:
    return float(page.locator("#timeline-track").get_attribute("aria-valuenow") or "nan")


def test_time__is_scrubbed_stepped_and_gone_live(screen: Screen, page: Page) -> None:
    screen.open()
    end = screen.positions()
    drag_to(page, 0.2)
    wait_until(lambda: abs(shown_epoch(page) - 3) < 0.7, "the third epoch of fifteen")
    screen.wait_for_motion(end)
    expect(page.locator("#map-caption")).to_contain_text("Pretraining, epoch")
    screen.wait_for_rest()
    early = screen.positions()
    page.get_by_role("button", name="One epoch on").click()
    screen.wait_for_motion(early)
    later = shown_epoch(page)
    screen.press("ArrowLeft")
    wait_until(lambda: shown_epoch(page) < later, "a step back")
    page.get_by_role("button", name="Go live").click()
    wait_until(lambda: screen.positions() == end, "the newest picture")
    expect(page.locator("#map-caption")).to_be_hidden()


def test_gestures__are_walked_by_keys_from_the_map(screen: Screen, page: Page) -> None:
    """The Keys dialog says how, and with the Move tool the same keys move the selection."""
    screen.open()
    screen.teach_two()
    screen.press("Enter")
    screen.wait_for_run(1, "finished", within_s=60)
    end = float(page.locator("#timeline-track").get_attribute("aria-valuemax") or "nan")
    wait_until(lambda: shown_epoch(page) == end, "the newest picture")
    expect(page.locator("#timeline-track .gesture").first).to_be_visible()
    page.evaluate("() => document.activeElement.blur()")
    screen.press("Shift+ArrowLeft")
    wait_until(lambda: 1 < shown_epoch(page) < end, "the end of the pretraining")
    expect(page.locator("#tip")).to_contain_text("named")
    spoken = page.get_by_role("status").filter(has_text="then")
    expect(spoken).to_contain_text("named")
    between = shown_epoch(page)
    screen.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    rows = keys.locator(".key-row", has=page.get_by_text("The gestures before"))
    expect(rows.locator("kbd")).to_have_text(["Shift", "←"])
    expect(keys.get_by_text("The gestures after")).to_be_visible()
    arrows = keys.locator(".key-row", has=page.get_by_text("Move tool: move the selection"))
    expect(arrows.locator("kbd")).to_have_text(["←", "→", "↑", "↓"])
    assert keys.evaluate("node => node.scrollHeight <= node.clientHeight"), "all are in sight"
    screen.press("Escape")
    screen.press("Shift+ArrowRight")
    screen.press("Shift+ArrowLeft")
    assert shown_epoch(page) == between, "there are no gestures on either side"


@pytest.mark.wide
def test_replay__runs_at_any_speed_and_pauses(screen: Screen, page: Page) -> None:
    screen.open()
    end = screen.positions()
    page.get_by_label("Speed of the replay").select_option("0.5")
    drag_to(page, 0.05)
    wait_until(lambda: shown_epoch(page) < 2, "the beginning")
    page.locator("#timeline-track").blur()
    screen.press(" ")
    began = shown_epoch(page)
    wait_until(lambda: shown_epoch(page) > began + 1, "the replay moves on")
    screen.press(" ")
    paused = shown_epoch(page)
    expect(page.get_by_role("button", name="Replay", exact=True)).to_be_visible()
    page.get_by_label("Speed of the replay").select_option("4")
    screen.wait_for_rest()
    assert shown_epoch(page) <= paused + 1
    page.get_by_role("button", name="Replay", exact=True).click()
    wait_until(lambda: screen.positions() == end, "the end of the replay")
    wait_until(lambda: page.locator("#go-live").inner_text() == "Live", "live again")
