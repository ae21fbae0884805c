"""The cards of the Projects page: their menus, and a page where a team has kept everything."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.shared_app import SharedApp
from tests.browser.test_projects import card, choose

MANY = 100


@pytest.mark.wide
def test_many__every_act_is_seen_and_keeps_the_focus(page: Page, shared_app: SharedApp) -> None:
    for number in range(MANY):
        shared_app.bare_project(f"Kept {number}")
    page.goto(f"{shared_app.url}/projects")
    button = card(page, "Kept 50").get_by_role("button")
    button.hover()  # it has come into sight: a menu closes where its button scrolls
    button.press("ArrowDown")
    page.get_by_role("menuitem", name="Rename").press("Enter")
    field = page.locator("#project-dialog").get_by_label("Name")
    expect(field).not_to_have_value("")
    field.fill("Renamed among many")
    field.press("Enter")
    expect(card(page, "Renamed among many").get_by_role("button")).to_be_focused()
    choose(page, "Kept 51", "Archive")
    expect(card(page, "Kept 51")).to_have_count(0)
    page.get_by_text("Archived", exact=True).click()
    expect(card(page, "Kept 51")).to_be_visible()


def test_menu__is_of_its_button(page: Page, shared_app: SharedApp) -> None:
    """A second press closes it, an arrow opens it; it does not stay behind when its card moves.

    Who goes by keyboard is on the next card once this one is put away.
    """
    for number in range(12):
        shared_app.bare_project(f"Menu {number}")
    page.goto(f"{shared_app.url}/projects")
    button = card(page, "Menu 11").get_by_role("button")
    menu = page.get_by_role("menu")
    for expanded in ("true", "false"):
        button.click()
        expect(button).to_have_attribute("aria-expanded", expanded)
        expect(menu).to_have_count(1 if expanded == "true" else 0)
    button.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Rename")).to_be_focused()
    page.mouse.move(700, 500)
    page.mouse.wheel(0, 200)
    expect(menu).to_have_count(0)
    button.press("ArrowDown")
    page.get_by_role("menuitem", name="Archive").press("Enter")
    expect(card(page, "Menu 11")).to_have_count(0)
    expect(card(page, "Menu 10").get_by_role("button")).to_be_focused()


def test_switcher__a_long_name_leaves_the_page_s_name_beside_it(
    page: Page, shared_app: SharedApp
) -> None:
    project_id = shared_app.bare_project("long " * 20)
    page.goto(f"{shared_app.url}/projects?project={project_id}")
    expect(page.locator(".project-button")).to_contain_text("long")
    expect(page.locator("#top-page")).to_have_text("Projects")
    button, beside = (
        page.locator(each).bounding_box() for each in (".project-button", "#top-page")
    )
    assert button is not None
    assert beside is not None
    assert beside["x"] - (button["x"] + button["width"]) < 24


@pytest.mark.wide
def test_dialog__ties_what_went_wrong_to_its_field(page: Page, shared_app: SharedApp) -> None:
    page.goto(f"{shared_app.url}/projects?new=1")
    dialog = page.locator("#project-dialog")
    field = dialog.get_by_label("Name")
    expect(field).to_be_focused()
    field.fill("")
    page.locator("#project-dialog-submit").click()
    expect(field).to_have_attribute("aria-invalid", "true")
    problem = dialog.locator(f"#{field.get_attribute('aria-describedby')}")
    expect(problem).not_to_be_empty()
    field.fill("Tied")
    page.locator("#project-dialog-submit").click()
    expect(dialog).to_have_count(0)
