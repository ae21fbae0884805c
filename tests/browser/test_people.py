"""Who signed in: what a role may not do says why, and an invite lets somebody in."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from ml.records import RunConfig
from tests.browser.conftest import Complaints
from tests.pages.auth.people import PASSWORD, people_app
from tests.pages.learning import learn
from tests.pages.web import Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with people_app(tmp_path_factory.mktemp("people"), page=None) as running:
        accounts = running.dash_app.server.state.door.accounts
        accounts.add("Ada", "admin", PASSWORD)
        accounts.add("Vera", "viewer", PASSWORD)
        project = running.project(40, ("apple", "pear"))
        pretraining = running.store.runs.submit(
            project.project_id, "pretrain", RunConfig("annotate-vae"), "Ada", "ada", "p"
        )
        learn(running.store, pretraining.run_id, 40)
        running.store.leases.finish(pretraining.run_id, "worker", "finished")
        yield running


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def edge_of(control: Locator) -> str:
    return str(control.evaluate("each => getComputedStyle(each).borderTopColor"))


def middle_of(control: Locator) -> float:
    box = control.bounding_box()
    assert box
    return box["y"] + box["height"] / 2


def test_people__sign_in_are_told_what_they_may_and_invite_others(
    served: Served, page: Page, complaints: Complaints
) -> None:
    complaints.expected += ("401", "410")  # the page that asks, and weights no network made
    page.goto(f"http://127.0.0.1:{served.port}/")

    sign_in(page, "Vera", "wrong horse")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    expect(page.get_by_label("Password")).to_be_focused()
    sign_in(page, "Vera")
    expect(page.locator("#map-page")).to_be_visible()
    update = page.locator("#update")
    expect(update).to_have_attribute("aria-disabled", "true")
    update.hover()
    expect(page.locator("#tip")).to_contain_text("You are a viewer here; teaching the network")
    page.keyboard.press("u")
    expect(page.locator("#toast-host")).to_contain_text("naming, moving, commenting and presenting")
    page.get_by_label("You are Vera, viewer").click()
    expect(page.get_by_role("menuitem")).to_have_text(["Sign out"])
    page.evaluate("() => localStorage.setItem('lodemap.choice.p', '1')")
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    kept = page.evaluate("() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    assert [each for each in kept if each != "lodemap.theme"] == []

    sign_in(page, "Ada")
    expect(page.locator("#update")).not_to_have_attribute("aria-disabled", "true")
    page.get_by_label("You are Ada, admin").click()
    page.get_by_role("menuitem", name="People").click()
    dialog = page.get_by_role("dialog", name="People")
    expect(dialog.get_by_role("button", name="Remove Vera")).to_be_visible()
    dialog.get_by_role("button", name="Make a link").click()
    field = dialog.get_by_label("Link of the invite")
    link = field.input_value()
    assert edge_of(dialog.get_by_label("Make them a member")) == edge_of(field)
    assert middle_of(dialog.get_by_role("button", name="Copy")) == middle_of(field)

    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_text("Ada invites you to name samples and comment.")).to_be_visible()
    page.get_by_label("Your name").fill("Guest of honour")
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_label("You are Guest of honour, annotator")).to_be_visible()
    expect(page).to_have_url(f"http://127.0.0.1:{served.port}/")
    expect(page.locator("#undo[data-denied]")).to_have_count(0)
    expect(page.locator("#update")).to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize("rest", ["", "#no-such-link"])
def test_invite__that_lets_nobody_in_asks_for_no_name(
    served: Served, page: Page, complaints: Complaints, rest: str
) -> None:
    complaints.expected += ("410",)
    page.goto(f"http://127.0.0.1:{served.port}/invite{rest}")
    expect(page.get_by_text(re.compile("has ended|is not whole"))).to_be_visible()
    expect(page.get_by_label("Your name")).to_be_hidden()


def test_invite__that_cannot_be_read_now_can_be_accepted_in_a_moment(
    served: Served, page: Page, complaints: Complaints
) -> None:
    complaints.expected += ("502", "410")
    page.route("**/api/invite/read", lambda route: route.fulfill(status=502))
    page.goto(f"http://127.0.0.1:{served.port}/invite#no-such-link")
    expect(page.get_by_text("The server answered 502.")).to_be_visible()
    page.get_by_label("Your name").fill("Ann")
    page.get_by_role("button", name="Come in").click()
    expect(page.get_by_text("has ended")).to_be_visible()
