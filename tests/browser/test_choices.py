"""How a project's map was left is how it is found again."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import Screen
from tests.browser.shared_app import SharedApp

BUTTONS = ("#toggle-force", "#toggle-pictures", "#loop", '[data-front="0.5"]')


@pytest.fixture
def other_id(shared_app: SharedApp) -> str:
    """Another project of the same app."""
    return shared_app.new_project("left alone", latent_dim=3)


@pytest.mark.wide
def test_choices__come_back_after_a_reload_and_are_the_projects_own(
    space_screen: Screen, page: Page, other_id: str
) -> None:
    space_screen.open()
    for key in "viodt":
        space_screen.press(key)
    page.reload()
    space_screen.wait_for_points()
    expect(page.locator('[data-sight="flat"]')).to_have_attribute("aria-pressed", "true")
    for button in BUTTONS:
        expect(page.locator(button)).to_have_attribute("aria-pressed", "true")
    Screen(page, space_screen.url, other_id).open()
    expect(page.locator('[data-sight="space"]')).to_have_attribute("aria-pressed", "true")
    for button in BUTTONS:
        expect(page.locator(button)).to_have_attribute("aria-pressed", "false")
