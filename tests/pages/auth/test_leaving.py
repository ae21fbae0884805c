"""After signing out: nothing of it is left in the browser, and no page of it speaks for another."""

from collections.abc import Iterator

import pytest

from tests.pages.auth.people import people_app, person
from tests.pages.rooms.live import live
from tests.pages.web import Served


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with people_app(tmp_path_factory.mktemp("leaving")) as running:
        yield running


def test_sign_out__lets_the_browser_forget(served: Served) -> None:
    _, ada = person(served, "Ada", "annotator")
    answer = ada.post("/api/logout", {})
    told = answer.headers["clear-site-data"]
    assert told == '"cache", "storage"', "cookies of other apps on this host are not ours to end"
    assert "Max-Age=0" in answer.headers["set-cookie"]


def test_sign_out__of_a_copied_cookie_is_worth_nothing_anywhere(served: Served) -> None:
    """Replayed at once, on every kind of connection."""
    project_id = served.project().project_id
    _, ada = person(served, "Ada", "annotator")
    copied = served.browser()
    copied.cookie = ada.cookie
    assert copied.get(f"/api/projects/{project_id}/state").status == 200
    ada.post("/api/logout", {})
    statuses = {
        copied.get(f"/api/projects/{project_id}/state").status,
        copied.get("/").status,
        copied.get("/assets/main.mjs").status,
        copied.post("/_dash-update-component", {}).status,
        copied.post("/api/logout", {}).status,
    }
    assert statuses == {401}
    with pytest.raises(Exception, match="403"), live(served.port, project_id, browser=copied):
        pass


def test_page__says_whom_it_was_made_for(served: Served) -> None:
    met, ada = person(served, "Ada", "annotator")
    assert f'data-person="{met.person_id}" data-role="annotator"'.encode() in ada.get("/").body
    met, root = person(served, "Root", "admin")
    page = root.get("/").body
    assert f'data-person="{met.person_id}"'.encode() in page
    assert b"data-role" not in page


def test_page__of_who_has_left_speaks_for_nobody_else(served: Served) -> None:
    """A tab that Ada left open, in a browser in which Ben has signed in since."""
    ada_is, _ = person(served, "Ada", "annotator")
    ben_is, ben = person(served, "Ben", "annotator")
    project = served.project()
    path = f"/api/projects/{project.project_id}/gestures"
    body = {"key": "k", "verb": "add_class", "name": "x"}
    before = served.store.journal.state(project.project_id).seq
    answer = ben.post(path, body, X_Lodemap_Person=ada_is.person_id)
    assert (answer.status, answer.code) == (401, "sign_in_needed")
    assert served.store.journal.state(project.project_id).seq == before
    assert ben.post(path, body, X_Lodemap_Person=ben_is.person_id).status == 200
    for method in ("GET", "POST"):
        headers = {"X-Lodemap-Person": ada_is.person_id}
        assert ben.ask(method, "/api/session", headers=headers).status == 401


def test_page__of_who_has_left_runs_no_callback(served: Served) -> None:
    ada_is, _ = person(served, "Ada", "annotator")
    ben_is, ben = person(served, "Ben", "annotator")
    for said in ({}, {"X_Lodemap_Person": ada_is.person_id}):
        answer = ben.post("/_dash-update-component", {}, **said)
        assert (answer.status, answer.code) == (401, "sign_in_needed")
    answer = ben.post("/_dash-update-component", {}, X_Lodemap_Person=ben_is.person_id)
    assert answer.status == 400, "it is read, and is no callback"


def test_page__of_who_has_left_is_in_no_room(served: Served) -> None:
    ada_is, _ = person(served, "Ada", "annotator")
    ben_is, ben = person(served, "Ben", "annotator")
    project_id = served.project().project_id
    with live(served.port, project_id, browser=ben, query=f"?person={ada_is.person_id}") as stale:
        assert stale.closed_with() == 4001
        assert stale.seen == []
    with live(served.port, project_id, browser=ben, query=f"?person={ben_is.person_id}") as own:
        own.wait_for_people(1)
