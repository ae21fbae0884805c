"""Moves over HTTP: two people, one map."""

import base64
from typing import Any

import numpy as np
import pytest

from ml.maps.pins import Pins, pack_pins, pack_targets
from store.records import Project
from tests.pages.learning import learn
from tests.pages.web import Answer, Browser, Served, packed

N = 60
"""Every fifth sample is held out."""
Targets = list[list[float]]


@pytest.fixture
def project(served: Served) -> Project:
    return served.project(N, ("apple", "pear"))


@pytest.fixture
def ada(served: Served) -> Browser:
    browser = served.browser()
    browser.post("/api/session", {"name": "Ada"})
    return browser


def in_base64(targets: Targets) -> str:
    return base64.b64encode(pack_targets(np.array(targets))).decode()


def post(visitor: Browser, project: Project, key: str, verb: str, **body: Any) -> Answer:
    path = f"/api/projects/{project.project_id}/gestures"
    return visitor.post(path, {"key": key, "verb": verb, **body})


def move(
    visitor: Browser, project: Project, key: str, ids: list[int], verb: str = "move", **body: Any
) -> Answer:
    targets = in_base64([[float(i), 1.0] for i in sorted(ids)])
    return post(visitor, project, key, verb, samples=packed(ids, N), targets=targets, **body)


def read(visitor: Browser, project: Project) -> Any:
    return visitor.get(f"/api/projects/{project.project_id}/state").json


def test_move__is_saved_shown_and_undone(visitor: Browser, project: Project) -> None:
    answer = move(visitor, project, "a", [3, 4], class_index=0)
    assert (answer.status, answer.json) == (
        200,
        {
            "seq": 3, "num_changed": 2, "duplicate": False,
            "message": "Moved 2 samples and named them apple.", "remarks": [],
        },
    )  # fmt: skip
    state = read(visitor, project)
    assert (state["num_pins"], state["class_places"], state["overridden"]) == (2, [], [])
    assert state["num_named"] == 2
    assert state["gestures"][-1] | {"author": ""} == {
        "seq": 3, "verb": "move", "class_index": 0, "count": 2, "author": "", "is_mine": True,
        "after_run": None,
    }  # fmt: skip
    assert state["undo"]["text"] == "moved 2 samples and named them apple"
    undone = post(visitor, project, "b", "undo").json
    assert (undone["message"], undone["num_changed"]) == (
        "Took back the move of 2 samples to apple.", 2,
    )  # fmt: skip
    assert read(visitor, project)["num_pins"] == 0


def test_pins__are_bytes_that_never_change(visitor: Browser, project: Project) -> None:
    move(visitor, project, "a", [3, 4])
    move(visitor, project, "b", [4, 6], "pin")
    path = f"/api/projects/{project.project_id}/pins"
    first, second = (visitor.get(f"{path}/{seq}") for seq in (3, 4))
    assert "immutable" in first.headers["cache-control"]
    pins = Pins.none(2).placed(np.array([3, 4]), np.array([[3, 1], [4, 1]]), 3, [])
    assert first.body == pack_pins(pins)
    later = pins.placed(np.array([4, 6]), np.array([[4, 1], [6, 1]]), 4, [])
    assert second.body == pack_pins(later)
    assert visitor.get(f"{path}/0").body == b"LMP1" + b"\x02" + bytes(11)
    assert [visitor.get(f"{path}/{seq}").status for seq in ("5", "x", "-1")] == [404] * 3
    absent = project.project_id.replace(project.project_id[:8], "00000000")
    assert visitor.get(f"/api/projects/{absent}/pins/1").status == 404


def test_words__of_the_other_verbs(visitor: Browser, project: Project) -> None:
    told = [
        answer.json["message"]
        for answer in (
            move(visitor, project, "a", [1]),
            move(visitor, project, "b", [2, 3], "pin"),
            post(visitor, project, "c", "release", samples=packed([2, 7], N)),
            post(visitor, project, "d", "release", samples=packed([1, 3], N)),
            post(visitor, project, "e", "place_class", class_index=0, place=[1, 2.5]),
            post(visitor, project, "f", "release_class", class_index=0),
        )
    ]
    assert told == [
        "Moved 1 sample.", "Pinned 2 samples.", "Released 1 pin.", "Released 2 pins.",
        "Gave class apple a new place.", "Released class apple from its place.",
    ]  # fmt: skip


def test_place_class__is_in_the_state_and_on_the_timeline(
    visitor: Browser, project: Project
) -> None:
    post(visitor, project, "a", "place_class", class_index=1, place=[1, 2.5])
    state = read(visitor, project)
    assert state["class_places"] == [{"class_index": 1, "place": [1.0, 2.5], "seq": 3}]
    shown = state["gestures"][-1]
    assert (shown["verb"], shown["class_index"], shown["count"]) == ("place_class", 1, 0)
    post(visitor, project, "b", "merge_class", class_index=1, into=0)
    merged = {"class_index": 0, "place": [1.0, 2.5], "seq": 4}
    assert read(visitor, project)["class_places"] == [merged]


def test_remarks__stand_apart_from_names_with_stops(visitor: Browser, project: Project) -> None:
    post(visitor, project, "a", "rename_class", class_index=0, name="St. Bernard")
    answer = move(visitor, project, "b", [0, 3], class_index=0).json
    (held_out,) = answer["remarks"]
    assert held_out.startswith("1 held-out sample stayed where it was. ")
    assert answer["message"] == f"Moved 1 sample and named it St. Bernard. {held_out}"
    placed = post(visitor, project, "c", "place_class", class_index=0, place=[1, 2.5]).json
    assert (placed["message"], placed["remarks"]) == ("Gave class St. Bernard a new place.", [])


def test_held_out__stays_and_the_answer_says_so_also_the_second_time(
    visitor: Browser, project: Project
) -> None:
    for is_duplicate in (False, True):
        answer = move(visitor, project, "a", [0, 5, 6, 10]).json
        assert (answer["duplicate"], answer["num_changed"]) == (is_duplicate, 1)
        assert answer["message"] == (
            "Moved 1 sample. 3 held-out samples stayed where they were. "
            "They measure the network, so they cannot be moved."
        )
    one = move(visitor, project, "b", [0, 6]).json["message"]
    assert "1 held-out sample stayed where it was. It measures the network" in one
    refused = move(visitor, project, "c", [0, 5])
    assert (refused.status, refused.code) == (422, "invalid_input")


def test_two_people__the_later_wins_and_both_learn_it(
    visitor: Browser, ada: Browser, project: Project
) -> None:
    visitor.post("/api/session", {"name": "Bo"})
    first = move(ada, project, "a", [1, 2, 3]).json["seq"]
    answer = move(visitor, project, "b", [2, 3, 4], class_index=1).json
    assert answer["message"] == (
        "Moved 3 samples and named them pear. 2 of them had been placed by Ada; yours is newer."
    )
    assert read(ada, project)["overridden"] == [{"seq": first, "by": "Bo", "count": 2}]
    assert read(visitor, project)["overridden"] == []
    post(visitor, project, "c", "undo")
    assert read(ada, project)["overridden"] == []


def test_snapshot__of_an_older_map_is_said(
    served: Served, visitor: Browser, project: Project
) -> None:
    path = f"/api/projects/{project.project_id}/runs"
    run_id = visitor.post(path, {"key": "p", "kind": "pretrain", "config": {}}).json["run_id"]
    learn(served.store, run_id, N)
    told = [
        move(visitor, project, key, [1], snapshot={"run_id": run_id, "n": n}).json["message"]
        for key, n in (("a", 1), ("b", 2))
    ]
    assert told[0].startswith("Moved 1 sample. Your move was drawn on an older map;")
    assert told[1] == "Moved 1 sample."


@pytest.mark.parametrize("targets", ["??", 5, "é", None, ["a"]])
def test_targets__that_are_no_base64(visitor: Browser, project: Project, targets: object) -> None:
    answer = post(visitor, project, "a", "move", samples=packed([1], N), targets=targets)
    assert (answer.status, answer.code) == (422, "invalid_input")
    assert answer.json["message"].startswith("The targets could not be read")


def test_move__in_a_project_that_is_not_there_or_archived(
    served: Served, visitor: Browser, project: Project
) -> None:
    absent = Project(**{**vars(project), "project_id": VALID_ID})
    assert move(visitor, absent, "a", [1]).status == 404
    served.store.projects.set_archived(project.project_id, True)
    assert move(visitor, project, "a", [1]).status == 423


VALID_ID = "00000000-0000-4000-8000-000000000000"
