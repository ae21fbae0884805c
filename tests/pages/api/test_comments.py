"""Comments and bookmarks by their routes: whose they are, what they may be about."""

import base64
import re
from typing import Any

import pytest

from store.records import Project
from tests.pages.web import Browser, Served, packed

NO_RUN = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def project(served: Served) -> Project:
    return served.project()


def path_of(project: Project, rest: str) -> str:
    return f"/api/projects/{project.project_id}/{rest}"


def add(browser: Browser, project: Project, key: str, **values: Any) -> Any:
    body = {"key": key, "text": "Odd.", "kind": "point", "samples": packed([3], 60), **values}
    return browser.post(path_of(project, "comments"), body)


def comments(browser: Browser, project: Project) -> Any:
    return browser.get(path_of(project, "comments")).json


def test_comments__are_written_answered_settled(
    served: Served, visitor: Browser, project: Project
) -> None:
    ben = served.browser()
    assert comments(visitor, project) == {"stamp": 0, "comments": [], "is_more": False}
    first = add(visitor, project, "1", text="  Is this <b>one</b>?\nOr #apple ").json
    assert (first["text"], first["is_mine"]) == ("Is this <b>one</b>?\nOr #apple", True)
    reply = add(ben, project, "2", text="No.", reply_to=first["comment_id"]).json
    settled = ben.post(
        path_of(project, f"comments/{first['comment_id']}/resolve"), {"resolved": True}
    )
    assert settled.json["resolved_by"]
    found = comments(ben, project)
    assert [each["comment_id"] for each in found["comments"]] == [
        reply["comment_id"], first["comment_id"],
    ], "in the order they changed"  # fmt: skip
    again = ben.get(path_of(project, f"comments?after={found['stamp']}")).json
    assert again == {"stamp": 3, "comments": [], "is_more": False}


def test_comments__tell_their_samples_when_asked(visitor: Browser, project: Project) -> None:
    whole = packed(list(range(0, 60, 2)), 60)
    said = add(visitor, project, "1", kind="selection", samples=whole).json
    assert (said["count"], said["some"], "samples" in said) == (30, list(range(0, 60, 2)), False)
    answer = visitor.get(path_of(project, f"comments/{said['comment_id']}/samples"))
    assert answer.body == base64.b64decode(whole)
    assert visitor.get(path_of(project, f"comments/{NO_RUN}/samples")).status == 404


def test_comments__sent_twice_are_there_once(visitor: Browser, project: Project) -> None:
    one, two = add(visitor, project, "1"), add(visitor, project, "1")
    assert one.json["comment_id"] == two.json["comment_id"]
    assert len(comments(visitor, project)["comments"]) == 1


def test_comments__only_ones_own_are_changed_and_not_over_a_newer_text(
    served: Served, visitor: Browser, project: Project
) -> None:
    mine = path_of(project, f"comments/{add(visitor, project, '1').json['comment_id']}")
    other = served.browser()
    refused = other.post(mine, {"text": "x", "version": 1})
    assert (refused.status, refused.code) == (403, "not_yours")
    assert other.ask("DELETE", mine).status == 403
    assert visitor.post(mine, {"text": "Newer", "version": 1}).json["version"] == 2
    late = visitor.post(mine, {"text": "Older", "version": 1})
    assert (late.status, late.code) == (409, "conflict")
    assert visitor.ask("DELETE", mine).status == 200
    (gone,) = comments(visitor, project)["comments"]
    assert (gone["is_deleted"], gone["text"]) == (True, "")
    assert visitor.post(mine, {"text": "x", "version": 3}).status == 404


def test_comments__a_deleted_one_keeps_its_place_while_it_is_answered(
    visitor: Browser, project: Project
) -> None:
    first = add(visitor, project, "1").json["comment_id"]
    add(visitor, project, "2", reply_to=first)
    visitor.ask("DELETE", path_of(project, f"comments/{first}"))
    reply, head = comments(visitor, project)["comments"]
    assert (head["is_deleted"], head["text"], reply["text"]) == (True, "", "Odd.")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"text": " \n "}, "empty"),
        ({"text": "x" * 2001}, "2001 characters"),
        ({"text": "a\u202eb"}, "U\\+202E"),
        ({"text": 3}, "text must be text"),
        ({"kind": "planet"}, "point, a selection"),
        ({"samples": packed([1, 2], 60)}, "1 sample, not 2"),
        ({"kind": "selection", "samples": ""}, "Nothing is selected"),
        ({"kind": "region", "path": [[0, 0], [1, 1]]}, "3 to 1000 corners"),
        ({"kind": "region", "path": [[0, 0], [1, 1], [1, "x"]]}, "two numbers"),
        ({"kind": "region", "path": [[0, 0], [1, 1], [1e9, 0]]}, "two numbers"),
        (
            {"kind": "run", "run_id": "1" * 8 + "-2222-3333-4444-555555555555"},
            "not of this project",
        ),
        ({"snapshot": {"n": "x"}}, "run_id and n"),
    ],
)
def test_comments__refuse_in_one_sentence(
    visitor: Browser, project: Project, values: dict[str, Any], words: str
) -> None:
    answer = add(visitor, project, "1", **values)
    assert answer.status in (400, 404, 422)
    assert re.search(words, answer.json["message"]), answer.json["message"]
    assert comments(visitor, project)["comments"] == []


def test_comments__of_an_archived_project_stay_as_they_are(
    served: Served, visitor: Browser, project: Project
) -> None:
    served.store.projects.set_archived(project.project_id, is_archived=True)
    assert add(visitor, project, "1").status == 423


def test_bookmarks__are_kept_listed_and_deleted_by_whoever_made_them(
    served: Served, visitor: Browser, project: Project
) -> None:
    view = {"step_id": 0, "stance": {"x": [-1, 1], "y": [-1, 1]}, "size": [800, 400]}
    body = {"key": "1", "name": " Where it splits ", "view": view, "samples": packed([1, 2], 60)}
    kept = visitor.post(path_of(project, "bookmarks"), body).json
    assert (kept["name"], kept["view"]) == ("Where it splits", view)
    assert visitor.post(path_of(project, "bookmarks"), body).json == kept
    other = served.browser()
    (seen,) = other.get(path_of(project, "bookmarks")).json["bookmarks"]
    assert (seen["is_mine"], seen["samples"]) == (False, body["samples"])
    own = path_of(project, f"bookmarks/{kept['bookmark_id']}")
    assert other.ask("DELETE", own).code == "not_yours"
    assert visitor.ask("DELETE", own).status == 200
    assert visitor.ask("DELETE", own).status == 404


@pytest.mark.parametrize(
    "body",
    [
        {"name": "", "view": {}},
        {"name": "x", "view": {"evil": 1}},
        {"name": "x", "view": []},
        {"name": "x", "view": {"stance": "y" * 5000}},
        {"name": "x" * 61, "view": {}},
        {"name": "x", "view": {}, "samples": packed(list(range(60)), 60)[:-4] + "////"},
    ],
)
def test_bookmarks__refuse_what_is_no_view(
    visitor: Browser, project: Project, body: dict[str, Any]
) -> None:
    answer = visitor.post(path_of(project, "bookmarks"), {"key": "1", **body})
    assert answer.status in (400, 422), answer.body
    assert answer.json["message"]
