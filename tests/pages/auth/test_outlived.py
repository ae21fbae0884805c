"""Rights that end: a download on its way is cut off and looks so; a file made before is gone."""

import http.client
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from fastapi import Response
from starlette.responses import StreamingResponse

import pages.auth.outlived
from pages.auth.declared import requires
from store.takeaway.wish import Wish
from tasks.takeaway_records import new_takeaway
from tasks.takeaways import TakeawayDesk
from tests.pages.auth.people import people_app, person
from tests.pages.web import Browser, Served, wait_until
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


def test_film__of_a_project_that_is_closed_and_then_deleted_comes_back_to_nobody(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deleting the project takes along that it was closed to them."""
    monkeypatch.setattr(TakeawayDesk, "_work", lambda _: None)
    project_id = served.project().project_id
    met, ada = person(served, "Ada", "viewer")
    be_for(served.store.members, project_id, True, [met.person_id])
    desk: TakeawayDesk = served.dash_app.server.state.takeaways
    me = ada.get("/api/session").json["author_id"]
    film = desk.ask(new_takeaway(project_id, me, "k", Wish(), "x.html"))
    path = film.path
    assert path is not None
    path.write_text("a film")
    desk._end(film, "ready")
    own = f"/api/takeaways/{film.takeaway_id}"
    assert ada.get(f"{own}/file").body == b"a film"
    be_for(served.store.members, project_id, True, [])
    wait_until(lambda: ada.get(f"{own}/file").status == 404, "the end of the right")
    served.store.projects.delete(project_id)
    told = []

    def is_over() -> bool:
        told.append(ada.get(f"{own}/file").status)
        return not path.exists() or 200 in told

    wait_until(is_over, "the end of the film")
    assert set(told) == {404}
    assert ada.get(own).status == ada.ask("DELETE", own).status == 404
