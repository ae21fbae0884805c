"""Collapse: the knobs warn before it, the run panel tells of it, and one click leads back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen, wait_until
from tests.patience import PATIENCE


def turn(page: Page, name: str, value: str) -> None:
    page.locator(f"#knob-annotate-vae-{name}").fill(value)


@pytest.mark.parametrize("preset", ["annotate-vae"])
def test_collapse__is_foretold_told_and_taken_back(screen: Screen, page: Page) -> None:
    screen.open()
    screen.teach_two()
    before = screen.state()["head"]["run_id"]
    forecast = page.locator(".forecast")
    expect(forecast).to_be_hidden()
    turn(page, "beta_kl", "300")
    expect(forecast).to_contain_text("may collapse")
    turn(page, "beta_classifier", "1")
    expect(forecast).to_contain_text("will collapse")
    screen.press("Tab")

    screen.button("Update").click()
    alarm = page.locator("#run-alarm")
    expect(alarm).to_contain_text("collapsed to one blob", timeout=30_000 * PATIENCE)
    expect(alarm).to_contain_text("lower Smoothness from 300 to 3")
    alarm.get_by_role("button", name="Undo").click()
    wait_until(lambda: screen.state()["head"]["run_id"] == before, "back before the Update")
    # the map before, of a pretraining cut short, may be a blob of its own making
    wait_until(
        lambda: alarm.is_hidden() or "collapsed" not in alarm.inner_text(), "no word of the Update"
    )
