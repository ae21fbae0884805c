"""The Projects page with mouse and keyboard, and names that try to be more than names."""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect

from tests.browser.conftest import Complaints
from tests.browser.screen import Screen
from tests.browser.shared_app import SharedApp

HOSTILE = (
    '<img src=x onerror="window.__xss=1">',
    "<script>window.__xss=1</script>",
    '"><svg onload=window.__xss=1>',
    "{{constructor.constructor('window.__xss=1')()}}",
    "<a href=javascript:window.__xss=1>x</a>",
    "&lt;b&gt; 'quoted' \"twice\"",
)


@pytest.fixture
def projects(page: Page, shared_app: SharedApp) -> Page:
    page.goto(f"{shared_app.url}/projects")
    page.wait_for_selector("#projects-page")
    return page


def card(page: Page, name: str) -> Locator:
    link = page.get_by_role("link", name=name, exact=True)
    return page.locator(".project-card").filter(has=link)


def choose(page: Page, name: str, act: str) -> None:
    """Open a card's menu and choose from it."""
    card(page, name).get_by_role("button", name=f"More for {name}").click()
    page.get_by_role("menuitem", name=act, exact=True).click()


def answer(page: Page, button: str, name: str | None = None) -> None:
    """Fill the dialog and send it."""
    dialog = page.locator("#project-dialog")
    expect(dialog.get_by_role("button", name=button)).to_be_visible()
    if name is not None:
        field = dialog.get_by_label("Name")
        expect(field).not_to_have_value("")  # the offered name has come, and is typed over
        field.fill(name)
    dialog.get_by_role("button", name=button).click()
    expect(dialog).to_have_count(0)


def create(page: Page, url: str, name: str) -> None:
    """Make a project and come back to the list."""
    page.get_by_role("button", name="New project").click()
    answer(page, "Create project", name)
    page.goto(f"{url}/projects")
    page.wait_for_selector("#projects-page")


def test_projects__live_their_whole_life(projects: Page, shared_app: SharedApp) -> None:
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


@pytest.mark.parametrize(
    "act",
    [
        pytest.param("Rename", marks=pytest.mark.wide),
        pytest.param("Duplicate", marks=pytest.mark.wide),
        "New project",
        pytest.param("switcher", marks=pytest.mark.wide),
        pytest.param("address", marks=pytest.mark.wide),
    ],
)
def test_dialog__offered_name_is_typed_over_at_once(
    projects: Page, shared_app: SharedApp, act: str
) -> None:
    """The field has the focus before the offered name is in it."""
    if act == "New project":
        projects.get_by_role("button", name=act).click()
    elif act == "switcher":  # from a page that never needed this one's module
        projects.goto(f"{shared_app.url}/data")
        projects.locator(".project-button").click()
        projects.locator(".switcher").get_by_text("New project").click()
    elif act == "address":
        projects.goto(f"{shared_app.url}/projects?new=1")
    else:
        shared_app.bare_project(f"To {act}")
        projects.reload()
        choose(projects, f"To {act}", act)
    field = projects.locator("#project-dialog").get_by_label("Name")
    expect(field).to_be_focused()
    expect(field).not_to_have_value("")
    projects.keyboard.type("Mine")
    expect(field).to_have_value("Mine")
    projects.keyboard.press("Home")
    projects.keyboard.type("All ")
    expect(field).to_have_value("All Mine")


def test_dialog__asks_once_however_often_it_is_pressed(projects: Page) -> None:
    """By mouse and by Enter, while the first answer is under way."""
    projects.get_by_role("button", name="New project").click()
    field = projects.locator("#project-dialog").get_by_label("Name")
    field.fill("Pressed twice")
    held: list[Route] = []

    def is_answer(request: Request) -> bool:
        return "project-dialog-submit.n_clicks" in (request.post_data or "")

    def hold(route: Route) -> None:
        if is_answer(route.request):
            held.append(route)
        else:
            route.continue_()

    projects.route(re.compile("_dash-update-component"), hold)
    submit = projects.locator("#project-dialog-submit")
    with projects.expect_request(is_answer):
        field.press("Enter")
    expect(submit).to_be_disabled()
    field.press("Enter")
    submit.click(force=True)
    held[0].continue_()
    projects.wait_for_url("**/?project=*")
    assert len(held) == 1
    asked = projects.evaluate("() => fetch('/api/projects').then((answer) => answer.json())")
    names = [each["name"] for each in asked]
    assert names.count("Pressed twice") == 1
    assert "Pressed twice (2)" not in names


def test_search__hides_cards_at_once_and_asks_nobody(projects: Page, shared_app: SharedApp) -> None:
    for number in range(7):
        shared_app.bare_project(f"Sought {number}")
    projects.reload()
    field = projects.get_by_label("Find a project")
    asked: list[str] = []
    projects.on("request", lambda request: asked.append(request.post_data or ""))
    field.fill("sought 3")
    expect(projects.locator(".project-card:visible")).to_have_count(1)
    field.fill("nothing of the kind")
    expect(projects.locator("#projects-no-match")).to_be_visible()
    field.fill("")
    expect(projects.locator("#projects-no-match")).to_be_hidden()
    assert projects.locator(".project-card:visible").count() >= 7
    assert [body for body in asked if "projects-find" in body] == []
    field.fill("sought 3")
    choose(projects, "Sought 3", "Archive")
    expect(projects.locator("#projects-no-match")).to_be_visible()


def test_search__is_there_where_many_cards_are(projects: Page, shared_app: SharedApp) -> None:
    """By the cards on screen, not by those that were there when the page was drawn."""
    for number in range(7):
        shared_app.bare_project(f"Resting {number}", is_archived=True)
    field = projects.get_by_label("Find a project")
    projects.get_by_label("Archived").check(force=True)
    expect(card(projects, "Resting 6")).to_be_visible()
    expect(field).to_be_visible()
    field.fill("resting 3")
    expect(projects.locator(".project-card:visible")).to_have_count(1)
    field.fill("")
    projects.get_by_label("Active").check(force=True)
    expect(card(projects, "Resting 6")).to_have_count(0)
    expect(field).to_be_visible(visible=projects.locator(".project-card").count() >= 7)


@pytest.mark.parametrize(
    "name",
    [" ".join(HOSTILE[:4]), pytest.param(" ".join(HOSTILE[4:]), marks=pytest.mark.wide)],
    ids=[1, 2],
)
def test_names__are_shown_literally(projects: Page, shared_app: SharedApp, name: str) -> None:
    create(projects, shared_app.url, name)
    link = projects.locator(".project-card .card-link", has_text=name)
    expect(link).to_have_text(name)
    assert projects.evaluate("() => window.__xss") is None


@pytest.mark.wide
def test_project__deleted_in_another_tab(
    screen: Screen, page: Page, context: BrowserContext, complaints: Complaints
) -> None:
    """The map says so once and asks no more; its dialogs forgive a slip of the mouse."""
    complaints.expected = ("404",)
    screen.open()
    asked: list[str] = []
    other = context.new_page()
    other.goto(f"{screen.url}/projects")
    name = screen.state()["project"]["name"]
    choose(other, name, "Archive")
    expect(card(other, name)).to_have_count(0)
    other.get_by_text("Archived", exact=True).click()
    choose(other, name, "Delete")
    answer(other, "Delete project")
    expect(page.locator("#map-cover")).to_contain_text("This project is not here")
    page.on(
        "request", lambda request: asked.append(request.url) if "/api/" in request.url else None
    )
    expect(page.locator(".notice-toast.error")).to_have_count(0)
    page.keyboard.press("?")
    drag_out_of_the_dialog(page)
    assert asked == []


def drag_out_of_the_dialog(page: Page) -> None:
    """Press within it, let go on the dimmed page: it stays; press there: it closes."""
    dialog = page.locator("dialog[open]")
    box = dialog.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] - 30, box["y"] + 20, steps=3)
    page.mouse.up()
    expect(dialog).to_be_visible()
    page.mouse.click(box["x"] - 30, box["y"] + 20)
    expect(dialog).to_have_count(0)


@pytest.mark.wide
def test_class_names__are_shown_literally(screen: Screen, page: Page) -> None:
    """In the palette, the toast, the names on the map and the hover card."""
    screen.open()
    screen.lasso(screen.middle_of(0))
    screen.name_new(HOSTILE[0])
    screen.introduce("<b>Eve</b>")
    expect(page.locator("#palette-rows")).to_contain_text(HOSTILE[0])
    expect(page.locator(".notice-toast").first).to_contain_text(HOSTILE[0])
    screen.lasso(screen.middle_of(1))
    screen.name_new(HOSTILE[2])
    page.mouse.move(*screen.middle_of(0))
    screen.press("Enter")
    screen.wait_for_run(1, "finished", within_s=60)
    assert page.evaluate("() => window.__xss") is None
