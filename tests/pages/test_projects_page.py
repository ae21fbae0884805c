"""The Projects page's own callbacks, asked as a browser asks them."""

from collections.abc import Iterator
from typing import Any

import pytest

from components import project_dialog, project_list
from components.project_dialog import Question
from pages.project_acts import UNKNOWN
from tests.pages.web import Browser, Served, serve
from tests.source import ROOT


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    text = (ROOT / "pages" / "projects.py").read_text()
    with serve(tmp_path_factory.mktemp("page"), text) as running:
        yield running


def choose(visitor: Browser, act: str, project_id: str) -> Any:
    """Choose an entry of a card's menu and return what becomes of the page."""
    ids = project_list.ids
    chosen = ids.moved if act in ("archive", "restore") else ids.asked
    callbacks = visitor.get("/_dash-dependencies").json
    asked = next(each for each in callbacks if chosen in [i["id"] for i in each["inputs"]])
    body = {
        "output": asked["output"],
        "outputs": [
            dict(zip(("id", "property"), name.rsplit(".", 1), strict=True))
            for name in asked["output"].strip(".").split("...")
        ],
        "inputs": [
            {**each, "value": {"act": act, "project": project_id, "at": 1}}
            if each["id"] == chosen
            else each
            for each in asked["inputs"]
        ],
        "changedPropIds": [f"{chosen}.data"],
        "state": [],
    }
    answer = visitor.post("/_dash-update-component", body)
    assert answer.status == 200, answer.body
    return answer.json["response"]


def test_ask__opens_the_dialog_for_a_project(page: Served) -> None:
    changed = choose(page.browser(), "rename", page.project().project_id)
    assert changed[project_dialog.ids.root]["is_open"] is True
    assert changed[project_dialog.ids.name]["value"] == "Noise"


def test_ask__about_a_project_that_somebody_deleted_says_so(page: Served) -> None:
    project = page.project()
    page.store.projects.delete(project.project_id)
    changed = choose(page.browser(), "rename", project.project_id)
    sentence = "There is no such project; it may have been deleted."
    assert changed == {project_list.ids.problem: {"children": sentence}}


@pytest.mark.parametrize("act", ["archive ", "explode", "create"])
def test_ask__what_no_card_offers_is_refused(page: Served, act: str) -> None:
    changed = choose(page.browser(), act, page.project().project_id)
    assert changed == {project_list.ids.problem: {"children": UNKNOWN}}


def test_move__archives_and_brings_back(page: Served) -> None:
    project = page.project()
    for act, is_archived in (("archive", True), ("restore", False)):
        choose(page.browser(), act, project.project_id)
        found = page.store.projects.get(project.project_id)
        assert (found.archived_at is not None) == is_archived


def answer(visitor: Browser, question: Question) -> Any:
    """Press the dialog's button and return what becomes of the page."""
    callbacks = visitor.get("/_dash-dependencies").json
    ids = project_dialog.ids
    asked = next(
        each
        for each in callbacks
        if [i["id"] for i in each["inputs"]] == [ids.submit] and not each["clientside_function"]
    )
    values = {ids.question: question.to_json(), ids.name: question.name}
    body = {
        "output": asked["output"],
        "outputs": [
            dict(zip(("id", "property"), name.rsplit(".", 1), strict=True))
            for name in asked["output"].strip(".").split("...")
        ],
        "inputs": [{**asked["inputs"][0], "value": 1}],
        "changedPropIds": [f"{ids.submit}.n_clicks"],
        "state": [{**each, "value": values.get(each["id"])} for each in asked["state"]],
    }
    return visitor.post("/_dash-update-component", body).json["response"]


def test_answer__deleting_what_is_gone_already_is_done(page: Served) -> None:
    project = page.project()
    question = Question("delete", project.project_id, project.name)
    for _ in range(2):
        changed = answer(page.browser(), question)
        assert changed[project_dialog.ids.root] == {"is_open": False}
    assert project.project_id not in [each.project_id for each in page.store.projects.list()]


def test_answer__the_button_is_off_meanwhile(page: Served) -> None:
    callbacks = page.browser().get("/_dash-dependencies").json
    submit = project_dialog.ids.submit
    assert {f"{submit}.disabled": True} in [
        each["running"]["running"] for each in callbacks if each.get("running")
    ]


def test_answer__says_what_a_refusal_is_about(page: Served) -> None:
    project = page.project()
    changed = answer(page.browser(), Question("rename", project.project_id, " "))
    assert changed[project_dialog.ids.problem]["data-field"] == "name"
    gone = Question("rename", "00000000-0000-4000-8000-000000000000", "Fine")
    changed = answer(page.browser(), gone)
    assert changed[project_dialog.ids.problem]["data-field"] == ""
