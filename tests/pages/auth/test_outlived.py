"""Rights that end while something is on its way: a download is cut off, and looks cut off."""

import http.client
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from fastapi import Response
from starlette.responses import StreamingResponse

import pages.auth.outlived
from pages.auth.declared import requires
from tests.pages.auth.people import people_app, person
from tests.pages.web import Browser, Served
from tests.store.membership import be_for

PART = b"x" * 2**16


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """An app with a download of a project that goes on until it is cut off."""
    monkeypatch.setattr(pages.auth.outlived, "CHECK_S", 0.05)
    with people_app(tmp_path) as running:

        @requires("viewer")
        def endless() -> Response:
            return StreamingResponse(PART for _ in range(10**9))

        router = running.dash_app.server.router
        running.dash_app.server.add_api_route("/api/projects/{p}/endless", endless)
        router.routes.insert(0, router.routes.pop())
        yield running


@contextmanager
def download(browser: Browser, project_id: str) -> Iterator[None]:
    """Begin; after the block the rest never comes, and nobody takes the part for all of it."""
    connection = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=20)
    path = f"/api/projects/{project_id}/endless"
    connection.request("GET", path, headers={"Cookie": browser.cookie})
    with closing(connection), connection.getresponse() as answer:
        assert answer.status == 200
        assert answer.read(2**20)
        yield
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            drain(answer)


def drain(answer: http.client.HTTPResponse) -> None:
    while answer.read(2**20):
        pass


def test_download__ends_with_the_membership(served: Served) -> None:
    project_id = served.project().project_id
    met, ada = person(served, "Ada", "viewer")
    be_for(served.store.members, project_id, True, [met.person_id])
    with download(ada, project_id):
        be_for(served.store.members, project_id, True, [])


@pytest.mark.parametrize("how", ["sign out", "removed", "password"])
def test_download__ends_with_the_sign_in(served: Served, how: str) -> None:
    project_id = served.project().project_id
    met, ada = person(served, "Ada", "viewer")
    with download(ada, project_id):
        if how == "sign out":
            ada.post("/api/logout", {})
        elif how == "removed":
            person(served, "Root", "admin")[1].ask("DELETE", f"/api/people/{met.person_id}")
        else:
            served.dash_app.server.state.door.accounts.change("Ada", password="another horse")
