"""The Projects page with mouse and keyboard, and names that try to be more than names."""

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.served import Served
from tests.browser.screen import Screen

HOSTILE = (
    '<img src=x onerror="window.__xss=1">',
    "<script>window.__xss=1</script>",
    '"><svg onload=window.__xss=1>',
    "{{constructor.constructor('window.__xss=1')()}}",
    "<a href=javascript:window.__xss=1>x</a>",
    "&lt;b&gt; 'quoted' \"twice\"",
)


@pytest.fixture
def projects(page: Page, shared_app: Served) -> Page:
    page.goto(f"{shared_app.url}/projects")
    page.wait_for_selector("#projects-page")
    return page


def card(page: Page, name: str) -> Locator:
    link = page.get_by_role("link", name=name, exact=True)
    return page.locator(".project-card").filter(has=link)


def choose(page: Page, name: str, act: str) -> None:
    """Open a card's menu and choose from it."""
    card(page, name).get_by_role("button").click()
    page.locator(".dropdown-menu.show").get_by_text(act, exact=True).click()


def answer(page: Page, button: str, name: str | None = None) -> None:
    """Fill the dialog and send it."""
    dialog = page.locator("#project-dialog")
    expect(dialog.get_by_role("button", name=button)).to_be_visible()
    if name is not None:
        dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("button", name=button).click()
    expect(dialog).to_have_count(0)


def create(page: Page, url: str, name: str) -> None:
    """Make a project and come back to the list."""
    page.get_by_role("button", name="New project").click()
    answer(page, "Create project", name)
    page.goto(f"{url}/projects")
    page.wait_for_selector("#projects-page")


def test_projects__live_their_whole_life(projects: Page, shared_app: Served) -> None:
    create(projects, shared_app.url, "Second")
    choose(projects, "Second", "Rename")
    answer(projects, "Rename", "Renamed")
    expect(card(projects, "Renamed")).to_be_visible()
    choose(projects, "Renamed", "Duplicate")
    answer(projects, "Duplicate", "Copy")
    projects.goto(f"{shared_app.url}/projects")
    expect(card(projects, "Copy")).to_be_visible()
    choose(projects, "Copy", "Archive")
    expect(card(projects, "Copy")).to_have_count(0)
    projects.get_by_text("Archived", exact=True).click()
    choose(projects, "Copy", "Delete")
    answer(projects, "Delete project")
    expect(card(projects, "Copy")).to_have_count(0)
    projects.reload()
    expect(card(projects, "Renamed")).to_be_visible()


@pytest.mark.parametrize("name", [" ".join(HOSTILE[:4]), " ".join(HOSTILE[4:])], ids=[1, 2])
def test_names__are_shown_literally(projects: Page, shared_app: Served, name: str) -> None:
    create(projects, shared_app.url, name)
    link = projects.locator(".project-card .card-link", has_text=name)
    expect(link).to_have_text(name)
    assert projects.evaluate("() => window.__xss") is None


def test_class_names__are_shown_literally(page: Page, app: Served) -> None:
    """In the palette, the toast, the names on the map and the hover card."""
    screen = Screen(page, app.url)
    screen.open()
    screen.settle()
    screen.lasso(screen.middle_of(0))
    screen.press("n")
    screen.introduce("<b>Eve</b>")
    screen.answer("Name", HOSTILE[0])
    expect(page.locator("#palette-rows")).to_contain_text(HOSTILE[0])
    expect(page.locator(".notice-toast").first).to_contain_text(HOSTILE[0])
    screen.lasso(screen.middle_of(1))
    screen.name_new(HOSTILE[2])
    page.mouse.move(*screen.middle_of(0))
    screen.press("Enter")
    screen.wait_for_run(1, "finished", within_s=60)
    assert page.evaluate("() => window.__xss") is None
