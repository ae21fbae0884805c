import pytest

from components import project_dialog
from components.project_dialog import Question
from ml.records import PRESETS
from store.names import NAME_LIMIT
from tests.components.tree import of_type, props


@pytest.mark.parametrize(
    ("act", "title", "action", "is_name_hidden", "is_dataset_hidden", "color"),
    [
        ("create", "New project", "Create project", False, False, "primary"),
        ("rename", "Rename Digits", "Rename", False, True, "primary"),
        ("duplicate", "Duplicate Digits", "Duplicate", False, True, "primary"),
        ("delete", "Delete Digits", "Delete project", True, True, "danger"),
    ],
)
def test_face__asks_only_for_what_is_needed(
    act: project_dialog.Act,
    title: str,
    action: str,
    is_name_hidden: bool,
    is_dataset_hidden: bool,
    color: str,
) -> None:
    shown = project_dialog.face(Question(act, "p1", "Digits"))
    assert (shown[0], shown[5]) == (title, action)
    assert shown[3:5] == (is_name_hidden, is_dataset_hidden)
    assert shown[6:] == (color, "")


def test_delete__says_what_is_lost_and_that_it_cannot_be_undone() -> None:
    assert "cannot be undone" in Question("delete", "p1", "Digits").words


def test_duplicate__suggests_a_name_the_store_takes() -> None:
    question = Question("duplicate", "p1", "x" * NAME_LIMIT)
    assert question.suggestion.endswith(" copy")
    assert len(question.suggestion) <= NAME_LIMIT == project_dialog.NAME_LIMIT


def test_layout__offers_the_data_sets_the_first_one_chosen() -> None:
    options = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]
    select = of_type(project_dialog.layout(options, is_open=True), "Select")[0]
    assert props(select)["options"] == options
    assert props(select)["value"] == "a"


def test_layout__offers_every_preset_in_plain_words_the_default_first_and_chosen() -> None:
    selects = of_type(project_dialog.layout([], is_open=True), "Select")
    select = next(props(each) for each in selects if props(each)["id"] == project_dialog.ids.preset)
    assert [option["value"] for option in select["options"]] == list(PRESETS)
    assert select["value"] == PRESETS[0] == "lodemap"
    words = [option["label"].partition(": ")[2] for option in select["options"]]
    assert all(words)
    assert len(set(words)) == len(PRESETS)
    assert max(len(option["label"]) for option in select["options"]) <= 42, "the rest is cut off"


def test_layout__offers_two_axes_or_three_and_says_what_the_third_costs() -> None:
    selects = of_type(project_dialog.layout([], is_open=True), "Select")
    select = next(props(each) for each in selects if props(each)["id"] == project_dialog.ids.axes)
    assert [option["value"] for option in select["options"]] == ["2", "3"]
    assert select["value"] == "2"
    assert "has to be turned" in select["options"][1]["label"]
    assert max(len(option["label"]) for option in select["options"]) <= 42, "the rest is cut off"
