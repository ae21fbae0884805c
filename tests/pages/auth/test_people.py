"""What an admin does with people, invites and members, over HTTP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from pages.auth.tries import Tries
from store.errors import DiskFullError, StoreUnavailableError
from store.people.password_file import PasswordFile
from store.people.people import People
from store.sql.database import Database
from store.sql.people_tables import INVITE
from tests.pages.auth.people import PASSWORD, people_app, person
from tests.pages.web import Browser, Served

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with people_app(tmp_path_factory.mktemp("people")) as running:
        yield running


@pytest.fixture
def root(served: Served) -> Browser:
    served.dash_app.server.state.tries = Tries()
    return person(served, "Root", "admin")[1]


def invite(root: Browser, **changes: object) -> Any:
    answer = root.post("/api/invites", {"role": "annotator", "days": 7, **changes})
    assert answer.status == 201, answer.body
    return answer.json


def accept(served: Served, secret: str, name: str = "") -> tuple[int, Browser]:
    browser, name = served.browser(), name or f"Guest {uuid4()}"
    return browser.post("/api/invite", {"secret": secret, "name": name}).status, browser


def test_invite__lets_one_in_with_its_role(served: Served, root: Browser) -> None:
    made = invite(root)
    told = served.browser().post("/api/invite/read", {"secret": made["secret"]}).json
    assert told == {"role": "annotator", "by": "Root"}
    status, guest = accept(served, made["secret"], "Guest of honour")
    assert status == 201
    session = guest.get("/api/session").json
    assert (session["name"], session["role"]) == ("Guest of honour", "annotator")
    assert accept(served, made["secret"])[0] == 410, "for one"
    assert served.browser().post("/api/invite/read", {"secret": made["secret"]}).status == 410


def test_invite__keeps_a_hash_only_and_is_shown_once(served: Served, root: Browser) -> None:
    made = invite(root)
    with served.store.database.read() as connection:
        rows = [tuple(row) for row in connection.execute(select(INVITE))]
    assert made["secret"] not in str(rows)
    listed = root.get("/api/invites").json["invites"]
    assert "secret" not in listed[0]
    assert listed[0]["is_open"]


def test_invite__for_many_until_it_is_revoked(served: Served, root: Browser) -> None:
    made = invite(root, is_for_many=True, role="viewer")
    first, ann = accept(served, made["secret"], "Ann")
    second, _ = accept(served, made["secret"], "Anna")
    assert (first, second) == (201, 201)
    assert root.ask("DELETE", f"/api/invites/{made['invite_id']}").status == 200
    assert accept(served, made["secret"])[0] == 410
    assert ann.get("/api/session").status == 200, "whom it let in stays"


def test_invite__ends_by_itself(served: Served, root: Browser) -> None:
    made = invite(root)
    with served.store.database.write() as connection:
        connection.execute(update(INVITE).values(expires_at=INVITE.c.expires_at - 8 * 24 * 3600))
    assert accept(served, made["secret"])[0] == 410


def test_invite__to_a_project_makes_a_member(served: Served, root: Browser) -> None:
    project_id = served.project().project_id
    made = invite(root, project_id=project_id)
    path = f"/api/projects/{project_id}/members"
    closed = {"version": root.get(path).json["version"], "is_closed": True}
    assert root.post(path, closed).json["person_ids"] == []
    _, guest = accept(served, made["secret"])
    assert guest.get(f"/api/projects/{project_id}/state").status == 200
    members = root.get(path).json
    assert members["person_ids"] == [guest.get("/api/session").json["author_id"]]


@pytest.mark.parametrize(
    "changes",
    [
        {"role": "admin"}, {"role": "root"}, {"role": None}, {"days": 0}, {"days": 91},
        {"days": -1}, {"days": "7"}, {"days": True}, {"project_id": 5},
    ],
    ids=str,
)  # fmt: skip
def test_invite__mistakes(root: Browser, changes: dict[str, object]) -> None:
    answer = root.post("/api/invites", {"role": "viewer", "days": 7, **changes})
    assert answer.status == 422
    assert answer.json["message"].endswith(".")


def test_invite__to_what_is_not_there(root: Browser) -> None:
    body = {"role": "viewer", "project_id": UNKNOWN}
    assert root.post("/api/invites", body).status == 404
    assert root.ask("DELETE", f"/api/invites/{UNKNOWN}").status == 404
    assert root.ask("DELETE", "/api/invites/x").code == "bad_id"


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\u202eb", None, 5])
def test_invite__a_name_that_will_not_do_leaves_it_open(
    served: Served, root: Browser, name: object
) -> None:
    made = invite(root)
    body = {"secret": made["secret"], "name": name}
    assert served.browser().post("/api/invite", body).status == 422
    assert accept(served, made["secret"])[0] == 201


def test_people__are_listed_without_what_others_call_them(served: Served, root: Browser) -> None:
    person(served, "Ada", "viewer")
    told = root.get("/api/people").json
    ada = next(each for each in told["people"] if each["name"] == "Ada")
    assert set(ada) == {"person_id", "origin", "name", "role", "seen_at", "is_me"}
    assert [each["name"] for each in told["people"] if each["is_me"]] == ["Root"]
    assert told["has_invites"]


def test_people__removed_are_out_at_once(served: Served, root: Browser) -> None:
    gone, ben = person(served, "Ben", "viewer")
    assert ben.get("/api/session").status == 200
    assert root.ask("DELETE", f"/api/people/{gone.person_id}").status == 200
    assert ben.get("/api/session").status == 401
    login = served.browser().post("/api/login", {"name": "Ben", "password": PASSWORD})
    assert login.status == 401
    assert root.ask("DELETE", f"/api/people/{gone.person_id}").status == 404
    me = root.get("/api/session").json["author_id"]
    assert root.ask("DELETE", f"/api/people/{me}").status == 422


def silent(*_: object) -> NoReturn:
    raise StoreUnavailableError("Silent; nothing was saved.")


def full(*_: object) -> NoReturn:
    raise DiskFullError("The disk is full - not saved.")


@contextmanager
def silent_at_the_commit(*_: object) -> Iterator[bool]:
    yield True
    silent()


@pytest.mark.parametrize(
    ("broken", "name", "breaking", "status"),
    [
        (Database, "write", silent, 503),
        (PasswordFile, "_becoming", full, 507),
        (People, "forgetting", silent_at_the_commit, 503),
    ],
)
def test_people__removed_in_vain_stay_until_it_is_done_again(
    served: Served,
    root: Browser,
    monkeypatch: pytest.MonkeyPatch,
    broken: type,
    name: str,
    breaking: Callable[..., object],
    status: int,
) -> None:
    """Whoever gets the name later is another person, and no member of what they were."""
    gone, _ = person(served, "Lea", "viewer")

    with monkeypatch.context() as patch:
        patch.setattr(broken, name, breaking)
        assert root.ask("DELETE", f"/api/people/{gone.person_id}").status == status
    accounts = served.dash_app.server.state.door.accounts
    assert accounts.find("Lea") is not None
    assert served.store.people.get(gone.person_id).subject == "lea"
    assert root.ask("DELETE", f"/api/people/{gone.person_id}").status == 200
    assert accounts.find("Lea") is None
    assert person(served, "Lea", "viewer")[0].person_id != gone.person_id


def test_bookmark__of_somebody_who_was_taken_out_is_an_admins_to_delete(
    served: Served, root: Browser
) -> None:
    ada, hers = person(served, "Ada of old", "annotator")
    _, ben = person(served, "Ben of now", "trainer")
    at = f"/api/projects/{served.project(40).project_id}/bookmarks"
    kept = hers.post(at, {"key": "b", "name": "Here", "view": {}}).json
    assert root.ask("DELETE", f"/api/people/{ada.person_id}").status == 200
    may = [who.get(at).json["bookmarks"][0]["may_delete"] for who in (ben, root)]
    assert may == [False, True]
    assert ben.ask("DELETE", f"{at}/{kept['bookmark_id']}").code == "not_yours"
    assert root.ask("DELETE", f"{at}/{kept['bookmark_id']}").status == 200
    assert root.get(at).json["bookmarks"] == []
