"""What a person is told when an Update is taken back."""

from typing import Any

import pytest
from sqlalchemy import update as sql_update

from pages.api.wording import ASK_AGAIN, NOT_BEGUN, STILL_ASKED, STILL_LEARNED
from store.records import Project
from store.sql.tables import RUN
from tests.pages.learning import learn
from tests.pages.web import Browser, Served, packed

N = 60


@pytest.fixture
def project(served: Served) -> Project:
    """A project whose map has formed, with two classes named."""
    made = served.project(N, ("apple", "pear"))
    visitor = served.browser()
    finish(served, post(visitor, made, "runs", key="p:0", kind="pretrain", config={}))
    for index in range(2):
        values = {"verb": "annotate", "class_index": index, "samples": packed([1 + index], N)}
        post(visitor, made, "gestures", key=f"n{index}", **values)
    return made


def post(visitor: Browser, project: Project, noun: str, **body: Any) -> Any:
    answer = visitor.post(f"/api/projects/{project.project_id}/{noun}", body)
    assert answer.status in (200, 201, 202), answer.body
    return answer.json


def finish(served: Served, run: Any) -> None:
    learn(served.store, run["run_id"], N)
    served.store.leases.finish(run["run_id"], "worker", "finished")


def update(visitor: Browser, project: Project, key: str) -> Any:
    return post(visitor, project, "runs", key=key, kind="fine_tune", config={})


def test_undo__of_an_update_that_waits_says_how_to_ask_again(
    visitor: Browser, project: Project
) -> None:
    update(visitor, project, "u")
    answer = post(visitor, project, "gestures", key="z", verb="undo")
    assert answer["message"] == f"Took back the Update of run 1. {NOT_BEGUN}"
    state = visitor.get(f"/api/projects/{project.project_id}/state").json
    assert (state["redo"], state["runs"][-1]["state"]) == (None, "stopped")


def test_undo__of_the_newest_update_says_no_more(
    served: Served, visitor: Browser, project: Project
) -> None:
    finish(served, update(visitor, project, "u"))
    answer = post(visitor, project, "gestures", key="z", verb="undo")
    assert answer["message"] == "Took back the Update of run 1."
    newest = visitor.get(f"/api/projects/{project.project_id}/log").json["lines"][0]
    assert newest["text"] == "took back the Update"


def test_undo__beneath_a_later_update_says_that_its_learning_stays(
    served: Served, visitor: Browser, project: Project
) -> None:
    finish(served, update(visitor, project, "u1"))
    finish(served, update(served.browser(), project, "u2"))
    answer = post(visitor, project, "gestures", key="z", verb="undo")
    assert answer["message"] == f"Took back the Update of run 1. {STILL_LEARNED}"


def test_undo__where_an_earlier_lodemap_let_a_run_in_that_is_its_own_ancestor(
    served: Served, visitor: Browser, project: Project
) -> None:
    finish(served, update(visitor, project, "u1"))
    later = update(served.browser(), project, "u2")
    finish(served, later)
    itself = {"parent_run_id": later["run_id"]}
    with served.store.database.write() as connection:
        connection.execute(sql_update(RUN).where(RUN.c.run_id == later["run_id"]).values(itself))
    answer = post(visitor, project, "gestures", key="z", verb="undo")
    assert answer["message"] == "Took back the Update of run 1."


def test_undo__of_an_update_that_somebody_else_shares_says_that_the_run_stays(
    visitor: Browser, served: Served, project: Project
) -> None:
    update(visitor, project, "u1")
    other = served.browser()
    update(other, project, "u2")
    answer = post(other, project, "gestures", key="z", verb="undo")
    assert answer["message"] == f"Took back the Update of run 1. {STILL_ASKED}"
    state = other.get(f"/api/projects/{project.project_id}/state").json
    assert (state["redo"]["verb"], state["runs"][-1]["state"]) == ("update", "queued")


def test_redo__of_a_gesture_whose_update_had_not_begun_says_that_nothing_trains(
    visitor: Browser, project: Project
) -> None:
    values = {"verb": "annotate", "class_index": 0, "samples": packed([9], N)}
    gesture = post(visitor, project, "gestures", key="n9", **values)
    asked = {"key": "u", "kind": "fine_tune", "config": {}, "auto_of": gesture["seq"]}
    run = post(visitor, project, "runs", **asked)
    post(visitor, project, "gestures", key="z", verb="undo")
    answer = post(visitor, project, "gestures", key="y", verb="redo")
    assert answer["message"] == f"Brought back the name apple of 1 sample. {ASK_AGAIN}"
    state = visitor.get(f"/api/projects/{project.project_id}/state").json
    places = {r["run_id"]: (r["on_line"], r["line_place"]) for r in state["runs"]}
    assert places[run["run_id"]] == (False, None)


def test_undo__names_the_run_that_goes_with_it(visitor: Browser, project: Project) -> None:
    def undone() -> object:
        return visitor.get(f"/api/projects/{project.project_id}/state").json["undo"]["run_id"]

    values = {"verb": "annotate", "class_index": 0, "samples": packed([9], N)}
    gesture = post(visitor, project, "gestures", key="n9", **values)
    before = undone()
    asked = {"key": "u", "kind": "fine_tune", "config": {}, "auto_of": gesture["seq"]}
    assert [before, post(visitor, project, "runs", **asked)["run_id"]] == [None, undone()]
    by_hand = {"key": "v", "kind": "fine_tune", "config": {}}
    assert post(visitor, project, "runs", **by_hand)["run_id"] == undone()


def test_undo__of_an_expected_gesture_takes_nothing_else_back(
    visitor: Browser, project: Project
) -> None:
    values = {"verb": "mark_unsure", "samples": packed([9], N)}
    first = post(visitor, project, "gestures", key="a", **values)["seq"]
    later = post(visitor, project, "gestures", key="b", verb="clear", samples=packed([1], N))["seq"]
    body = {"key": "u", "verb": "undo", "expected": first}
    refused = visitor.post(f"/api/projects/{project.project_id}/gestures", body)
    assert (refused.status, refused.code) == (409, "conflict")
    assert "something else since" in refused.json["message"]
    post(visitor, project, "gestures", key="v", verb="undo", expected=later)
    post(visitor, project, "gestures", key="w", verb="undo", expected=first)


def test_state__tells_ones_own_runs_by_who_asked_not_by_name(
    served: Served, visitor: Browser, project: Project
) -> None:
    other = served.browser()
    for browser in (visitor, other):
        browser.post("/api/session", {"name": "Ada"})
    finish(served, update(visitor, project, "mine"))
    finish(served, update(other, project, "theirs"))
    runs = visitor.get(f"/api/projects/{project.project_id}/state").json["runs"]
    assert [(run["author"], run["is_mine"]) for run in runs[1:]] == [("Ada", True), ("Ada", False)]


def test_state__tells_ones_own_pretraining_also_a_guests(served: Served, visitor: Browser) -> None:
    made, other = served.project(N, ("apple",)), served.browser()
    post(visitor, made, "runs", key="p", kind="pretrain", config={})
    states = [each.get(f"/api/projects/{made.project_id}/state").json for each in (visitor, other)]
    told = [[(run["author"], run["is_mine"]) for run in state["runs"]] for state in states]
    assert told == [[("Guest", True)], [("Guest", False)]]


def test_state__calls_who_was_a_guest_by_the_name_given_since(
    served: Served, visitor: Browser
) -> None:
    made, other = served.project(N, ("apple", "pear")), served.browser()
    finish(served, post(visitor, made, "runs", key="p:0", kind="pretrain", config={}))
    for index, browser in enumerate((visitor, other)):
        values = {"verb": "annotate", "class_index": index, "samples": packed([1 + index], N)}
        post(browser, made, "gestures", key=f"n{index}", **values)
    visitor.post("/api/session", {"name": "Ada"})
    update(visitor, made, "u")
    state = other.get(f"/api/projects/{made.project_id}/state").json
    assert [run["author"] for run in state["runs"]] == ["Ada", "Ada"]
    assert [each["author"] for each in state["gestures"]] == ["Ada", "Guest"]
