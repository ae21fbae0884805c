import pytest

from components import data_import
from tests.components.tree import nodes, of_type, props, text_of


def by_id(tree: object, name: str) -> dict[str, object]:
    """What the component of an id was given."""
    return next(props(node) for node in nodes(tree) if props(node).get("id") == name)


def test_layout__shows_three_steps_and_four_kinds_of_data() -> None:
    tree = data_import.layout("", is_hidden=False)
    buttons = [props(each) for each in of_type(tree, "Button")]
    assert [b["data-step"] for b in buttons if "data-step" in b] == [
        "choose", "check", "create",
    ]  # fmt: skip
    cards = [b for b in buttons if "data-source" in b]
    assert [c["data-source"] for c in cards] == ["image", "spectrogram", "vector", "sample"]
    assert ["aria-pressed" in c for c in cards] == [True, True, True, False], "the last one acts"


@pytest.mark.parametrize(
    ("project", "words", "visibility"),
    [("Round things", "Back to Round things", "visible"), ("", "Cancel", "hidden")],
)
def test_cancel__leads_back_to_the_project_where_there_is_one(
    project: str, words: str, visibility: str
) -> None:
    cancel = by_id(data_import.layout(project, is_hidden=False), data_import.ids.cancel)
    assert text_of(cancel["children"]) == words
    assert cancel["style"] == {"visibility": visibility}


def test_files__can_be_chosen_without_a_mouse() -> None:
    tree = data_import.drop_zone()
    assert [text_of(each) for each in of_type(tree, "Button")] == [
        "Choose files", "Choose a folder",
    ]  # fmt: skip


def test_progress__is_told_to_assistive_technology() -> None:
    bar = by_id(data_import.file_progress(), "data-file-bar")
    assert (bar["role"], bar["aria-valuemin"], bar["aria-valuemax"]) == ("progressbar", 0, 100)
    status = by_id(data_import.layout("", is_hidden=False), data_import.ids.status)
    assert status["role"] == "status"
