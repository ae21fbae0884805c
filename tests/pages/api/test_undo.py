"""What a person is told when an Update is taken back."""

from typing import Any

import pytest

from pages.api.wording import NOT_BEGUN, STILL_LEARNED
from store.records import Project
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
    assert answer["message"] == f"Took back: taught the map. {NOT_BEGUN}"
    state = visitor.get(f"/api/projects/{project.project_id}/state").json
    assert (state["redo"], state["runs"][-1]["state"]) == (None, "stopped")


def test_undo__of_the_newest_update_says_no_more(
    served: Served, visitor: Browser, project: Project
) -> None:
    finish(served, update(visitor, project, "u"))
    answer = post(visitor, project, "gestures", key="z", verb="undo")
    assert answer["message"] == "Took back: taught the map."


def test_undo__beneath_a_later_update_says_that_its_learning_stays(
    served: Served, visitor: Browser, project: Project
) -> None:
    finish(served, update(visitor, project, "u1"))
    finish(served, update(served.browser(), project, "u2"))
    answer = post(visitor, project, "gestures", key="z", verb="undo")
    assert answer["message"] == f"Took back: taught the map. {STILL_LEARNED}"
