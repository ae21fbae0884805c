"""Coming in by an invite is one transaction: nobody has used a link up and is not signed in."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from pages.auth.people_door import PeopleDoor
from store.errors import StoreUnavailableError
from tests.pages.auth.people import people_app, person
from tests.pages.web import Browser, Served


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with people_app(tmp_path) as running:
        yield running


def invite(served: Served) -> str:
    root = person(served, "Root", "admin")[1]
    return str(root.post("/api/invites", {"role": "viewer", "days": 1}).json["secret"])


def accept(browser: Browser, secret: str, **more: str) -> Any:
    return browser.post("/api/invite", {"secret": secret, "name": "Ann", **more})


def lose_answer(browser: Browser, secret: str, key: str) -> None:
    """Let a process come to grief between the commit of an accepted invite and its answer."""

    def die(*_: Any) -> None:
        raise OSError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PeopleDoor, "hand_over", die)
        assert accept(browser, secret, key=key).status == 500


def test_accept__signs_in_with_its_only_write(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After it the database is silent: whoever was let in has the cookie all the same."""
    secret, ann = invite(served), served.browser()
    write, num_begun = served.store.database.write, 0

    def write_once() -> AbstractContextManager[Any]:
        nonlocal num_begun
        num_begun += 1
        if num_begun > 1:
            raise StoreUnavailableError("The database does not answer.")
        return write()

    monkeypatch.setattr(served.store.database, "write", write_once)
    assert accept(ann, secret).status == 201
    assert ann.get("/api/session").json["name"] == "Ann"


def test_accept__that_cannot_sign_in_uses_nothing_up(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, ann = invite(served), served.browser()

    def fail(*_: Any) -> str:
        raise StoreUnavailableError("The database does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr("store.people.invites.begin_sign_in", fail)
        assert accept(ann, secret).status == 503
    assert [each.name for each in served.store.people.list()] == ["Root"]
    assert accept(ann, secret).status == 201


def test_accept__ends_what_the_browser_had_before(served: Served) -> None:
    secret = invite(served)
    _, browser = person(served, "Ben", "viewer")
    token = browser.cookie.split("=", 1)[1]
    assert accept(browser, secret).status == 201
    assert browser.get("/api/session").json["name"] == "Ann"
    assert served.store.people.signed_in(token) is None


def test_accept__whose_answer_was_lost_lets_the_same_page_in_again(served: Served) -> None:
    secret, ann, key = invite(served), served.browser(), "a1" * 32
    lose_answer(ann, secret, key)
    again = accept(ann, secret, key=key)
    assert again.status == 201
    assert ann.get("/api/session").json["author_id"] == again.json["author_id"]
    assert [each.name for each in served.store.people.list()] == ["Ann", "Root"]
    assert [each.num_used for each in served.store.invites.list()] == [1]


def test_accept__whose_answer_was_lost_is_called_what_they_say_then(served: Served) -> None:
    secret, ann, key = invite(served), served.browser(), "a1" * 32
    lose_answer(ann, secret, key)
    assert accept(ann, secret, name="Root", key=key).status == 409
    again = accept(ann, secret, name="Anna", key=key)
    assert (again.status, again.json["name"]) == (201, "Anna")
    assert [each.name for each in served.store.people.list()] == ["Anna", "Root"]


def test_accept__whose_answer_was_lost_lets_nobody_else_in(served: Served) -> None:
    secret, key = invite(served), "a1" * 32
    lose_answer(served.browser(), secret, key)
    for more in ({}, {"key": "b2" * 32}):
        assert accept(served.browser(), secret, **more).status == 410
    assert accept(served.browser(), f"{secret}x", key=key).status == 410
    assert accept(served.browser(), secret, key="short").status == 422


@pytest.mark.parametrize("end", ["revoked", "removed"])
def test_accept__again_ends_with_the_invite_and_with_the_person(served: Served, end: str) -> None:
    secret, key = invite(served), "a1" * 32
    lose_answer(served.browser(), secret, key)
    if end == "revoked":
        served.store.invites.revoke(served.store.invites.list()[0].invite_id)
    else:
        served.store.people.remove(served.store.people.list()[0].person_id)
    assert accept(served.browser(), secret, key=key).status == 410
