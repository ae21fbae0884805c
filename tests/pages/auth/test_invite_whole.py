"""Coming in by an invite is one transaction: nobody has used a link up and is not signed in."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

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


def accept(browser: Browser, secret: str) -> Any:
    return browser.post("/api/invite", {"secret": secret, "name": "Ann"})


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
