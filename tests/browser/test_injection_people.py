"""T8: people whose names are payloads, where somebody signs in, invites, lists and presents."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page, expect

from store.people.roles import Role
from tests.attacks.payloads import PAYLOADS
from tests.browser.conftest import Complaints
from tests.browser.test_injection import check
from tests.browser.test_people import sign_in
from tests.pages.auth.people import PASSWORD, people_app, person
from tests.pages.rooms.live import live
from tests.pages.web import Browser, Served

NAMES = [payload for payload in PAYLOADS if len(payload) <= 60]
"""A name has at most 60 characters."""


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with people_app(tmp_path_factory.mktemp("people"), page=None) as running:
        running.dash_app.server.state.door.accounts.add("Ada", "admin", PASSWORD)
        yield running


def met(served: Served, name: str, role: Role) -> Browser:
    """Somebody of a name that was cleaned as every name is, and who has signed in."""
    return person(served, name, role)[1]


@pytest.mark.timeout(600)
def test_names__of_people_are_shown_as_typed(
    served: Served, page: Page, complaints: Complaints
) -> None:
    told: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        told.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    complaints.expected += ("401", "410")
    people = [met(served, name, "admin") for name in NAMES]
    assert len(people) > 15
    url, project = f"http://127.0.0.1:{served.port}", served.project(40).project_id

    secret = people[0].post("/api/invites", {"role": "viewer", "days": 1}).json["secret"]
    page.goto(f"{url}/invite#{secret}")
    check(page, f"{NAMES[0]} invites you")

    page.goto(f"{url}/")
    sign_in(page, NAMES[1], "wrong horse")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    check(page)
    sign_in(page, "Ada")
    page.get_by_label("You are Ada, admin").click()
    page.get_by_role("menuitem", name="People").click()
    expect(page.get_by_role("dialog", name="People")).to_be_visible()
    check(page, *NAMES, within="dialog[open]")

    with live(served.port, project, browser=people[2]) as presenter:
        presenter.hear("room")
        page.goto(f"{url}/?project={project}")
        presenter.say("present")
        check(page, NAMES[2])
    assert (told, complaints.unexpected()) == ([], [])


def test_name__of_who_is_here_is_in_no_script_of_the_page(served: Served) -> None:
    """The HTML of a page holds no name at all, whoever asks for it."""
    for name in NAMES:
        html = met(served, name, "admin").get("/").body.decode()
        assert "<title>" in html
        assert name not in html
        assert json.dumps(name)[1:-1] not in html
