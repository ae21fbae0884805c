"""The Projects page where a team has kept everything."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shared_app import SharedApp
from tests.browser.test_projects import answer, card, choose

MANY = 100


@pytest.mark.wide
def test_many__every_act_is_seen_and_keeps_the_focus(page: Page, shared_app: SharedApp) -> None:
    for number in range(MANY):
        shared_app.bare_project(f"Kept {number}")
    page.goto(f"{shared_app.url}/projects")
    choose(page, "Kept 50", "Rename")
    answer(page, "Rename", "Renamed among many")
    expect(card(page, "Renamed among many").get_by_role("button")).to_be_focused()
    choose(page, "Kept 51", "Archive")
    expect(card(page, "Kept 51")).to_have_count(0)
    page.get_by_text("Archived", exact=True).click()
    expect(card(page, "Kept 51")).to_be_visible()
