"""Who changes what others have changed since is told so, and what is taken away counts at once."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

import pages.rooms.attending
from pages.rooms.attending import MOST_OF_ONE
from tests.pages.auth.people import people_app, person
from tests.pages.rooms.live import Live, live
from tests.pages.web import Browser, Served, wait_until

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with people_app(tmp_path_factory.mktemp("changes")) as running:
        yield running


@pytest.fixture
def root(served: Served) -> Browser:
    return person(served, "Root", "admin")[1]


class Dialog:
    """The People dialog of one tab: it knows the membership as it saw it."""

    def __init__(self, browser: Browser, project_id: str) -> None:
        self.browser, self.path = browser, f"/api/projects/{project_id}/members"
        self.seen: Any = browser.get(self.path).json

    def change(self, **wanted: object) -> Any:
        answer = self.browser.post(self.path, {"version": self.seen["version"], **wanted})
        self.seen = answer.json if answer.status == 200 else self.seen
        return answer


def test_members__count_at_once(served: Served, root: Browser) -> None:
    project_id = served.project().project_id
    cy_is, cy = person(served, "Cy", "viewer")
    dialog, state = Dialog(root, project_id), f"/api/projects/{project_id}/state"
    assert cy.get(state).status == 200
    assert dialog.change(is_closed=True).json["person_ids"] == []
    assert cy.get(state).status == 404
    dialog.change(add=[cy_is.person_id, cy_is.person_id])
    assert cy.get(state).status == 200
    dialog.change(remove=[cy_is.person_id, UNKNOWN])
    assert cy.get(state).status == 404
    assert dialog.change(is_closed=False).json["is_closed"] is False
    assert cy.get(state).status == 200


def test_members__a_tab_of_this_morning_brings_nobody_back(served: Served, root: Browser) -> None:
    project_id = served.project().project_id
    cy_is, cy = person(served, "Cy", "viewer")
    di_is, _ = person(served, "Di", "viewer")
    first = Dialog(root, project_id)
    first.change(is_closed=True, add=[cy_is.person_id])
    stale = Dialog(root, project_id)
    first.change(remove=[cy_is.person_id])
    answer = stale.change(add=[di_is.person_id])
    assert (answer.status, answer.code) == (409, "conflict")
    assert answer.json["message"].endswith(".")
    assert cy.get(f"/api/projects/{project_id}/state").status == 404
    again = Dialog(root, project_id)
    assert again.change(add=[di_is.person_id]).json["person_ids"] == [di_is.person_id]


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"add": [UNKNOWN]}, 404), ({"add": ["x"]}, 404), ({"add": "x"}, 422),
        ({"remove": [5]}, 422), ({"is_closed": "yes"}, 422), ({"version": None}, 422),
        ({"version": "other"}, 409), ({"person_ids": []}, 200),
    ],
)  # fmt: skip
def test_members__mistakes_change_nothing(
    served: Served, root: Browser, wanted: dict[str, object], status: int
) -> None:
    dialog = Dialog(root, served.project().project_id)
    before = dialog.seen
    assert dialog.change(**wanted).status == status
    assert root.get(dialog.path).json == before


def change_role(root: Browser, person_id: str, role: str, was: str) -> Any:
    return root.post(f"/api/people/{person_id}/role", {"role": role, "was": was})


def test_role__is_changed_as_it_was_seen(served: Served, root: Browser) -> None:
    eve_is, eve = person(served, "Eve", "viewer")
    assert change_role(root, eve_is.person_id, "trainer", "viewer").status == 200
    assert eve.get("/api/session").json["role"] == "trainer"
    listed = root.get("/api/people").json["people"]
    assert next(each for each in listed if each["name"] == "Eve")["role"] == "trainer"
    stale = change_role(root, eve_is.person_id, "admin", "viewer")
    assert (stale.status, stale.code) == (409, "conflict")
    assert eve.get("/api/session").json["role"] == "trainer"
    assert change_role(eve, eve_is.person_id, "admin", "trainer").status == 403


def test_role__of_who_came_by_an_invite(served: Served, root: Browser) -> None:
    secret = root.post("/api/invites", {"role": "viewer", "days": 1}).json["secret"]
    guest = served.browser()
    guest_id = guest.post("/api/invite", {"secret": secret, "name": "Gus"}).json["author_id"]
    assert change_role(root, guest_id, "annotator", "viewer").status == 200
    assert guest.get("/api/session").json["role"] == "annotator"
    assert change_role(root, guest_id, "trainer", "viewer").status == 409
    assert change_role(root, guest_id, "admin", "annotator").status == 422


def test_role__of_oneself_of_a_provider_of_nobody(served: Served, root: Browser) -> None:
    me = root.get("/api/session").json["author_id"]
    assert change_role(root, me, "viewer", "admin").status == 422
    given = served.store.people.meet("oidc", "issuer u-1", "Olga", "viewer").person_id
    assert change_role(root, given, "admin", "viewer").status == 409
    assert change_role(root, UNKNOWN, "viewer", "admin").status == 404
    assert change_role(root, given, "root", "viewer").status == 422


def test_state__says_a_new_role_to_a_page_that_is_open(served: Served, root: Browser) -> None:
    gil_is, gil = person(served, "Gil", "viewer")
    address = f"/api/projects/{served.project().project_id}/state?digest="
    digest = gil.get(address).json["digest"]
    assert gil.get(address + digest).json["unchanged"]
    assert change_role(root, gil_is.person_id, "trainer", "viewer").status == 200
    assert gil.get(address + digest).json["session"]["role"] == "trainer"


def test_room__a_role_lowered_while_it_is_open_closes_it(served: Served, root: Browser) -> None:
    project_id = served.project().project_id
    fay_is, fay = person(served, "Fay", "annotator")
    with live(served.port, project_id, browser=fay) as one:
        one.hear("room")
        assert change_role(root, fay_is.person_id, "viewer", "annotator").status == 200
        assert one.closed_with() == 4013
    with live(served.port, project_id, browser=fay) as one:
        one.say("present")
        assert one.hear("refused")["code"] == "role"


def test_room__one_person_leaves_seats_to_others(served: Served) -> None:
    project_id = served.project().project_id
    _, gil = person(served, "Gil", "viewer")
    _, hal = person(served, "Hal", "viewer")
    opened = [live(served.port, project_id, browser=gil) for _ in range(MOST_OF_ONE)]
    inside: list[Live] = [each.__enter__() for each in opened]
    inside[-1].wait_for_people(MOST_OF_ONE)
    with live(served.port, project_id, browser=gil) as refused:
        assert refused.closed_with() == 4013
    assert refused.seen[0]["code"] == "seats_taken"
    assert refused.seen[0]["message"].startswith("You have this project open 12 times;")
    with live(served.port, project_id, browser=hal) as other:
        other.wait_for_people(MOST_OF_ONE + 1)
    for each in opened:
        each.__exit__(None, None, None)
    rooms = served.dash_app.server.state.rooms
    wait_until(lambda: rooms.num_in(project_id) == 0, "the pages to go")


def test_room__one_person_takes_no_more_connections_by_many_projects(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages.rooms.attending, "MOST_EVERYWHERE", 3)
    first = served.project()
    others = [
        served.store.projects.create(f"Mine {nth}", first.dataset_id).project_id for nth in range(3)
    ]
    _, ivy = person(served, "Ivy", "viewer")
    _, jo = person(served, "Jo", "viewer")
    with ExitStack() as opened:
        for project_id in others:
            opened.enter_context(live(served.port, project_id, browser=ivy)).wait_for_people(1)
        with live(served.port, first.project_id, browser=ivy) as refused:
            assert refused.closed_with() == 4013
        assert refused.seen[0]["message"] == "You have 3 pages open; close some of them."
        with live(served.port, first.project_id, browser=jo) as other:
            other.wait_for_people(1)
