from dataclasses import replace

from components import project_list
from components.project_list import ProjectCard
from tests.components.tree import of_type, props, text_of

CARD = ProjectCard(
    project_id="p1",
    name="Round things",
    href="/?project=p1",
    dataset_name="Quick, Draw!",
    num_samples=4500,
    num_named=612,
    num_classes=9,
    num_runs=1,
    is_archived=False,
)


def test_card__holds_what_a_search_looks_in() -> None:
    assert props(project_list.card(CARD))["data-words"] == "Round things Quick, Draw!"


def test_card__says_what_is_named_and_learned() -> None:
    words = text_of(project_list.card(CARD))
    assert "612 of 4,500 named" in words
    assert "9 classes · 1 run" in words


def test_card__without_a_map_says_so_and_asks_for_no_frame() -> None:
    preview = project_list.preview(CARD)
    assert text_of(preview) == "The map is still to come"
    assert "data-frame" not in props(preview)


def test_card__with_a_map_names_the_frame_and_the_colours() -> None:
    preview = project_list.preview(replace(CARD, frame_url="/api/runs/r/frames/1-3", colors=(0, 4)))
    assert props(preview)["data-frame"] == "/api/runs/r/frames/1-3"
    assert props(preview)["data-colors"] == "[0,4]"


def test_menu__archived_projects_can_be_brought_back_and_not_copied() -> None:
    active = [
        props(item)["id"]["act"] for item in of_type(project_list.menu(CARD), "DropdownMenuItem")
    ]
    resting = project_list.menu(replace(CARD, is_archived=True))
    assert active == ["rename", "duplicate", "archive", "delete"]
    assert [props(item)["id"]["act"] for item in of_type(resting, "DropdownMenuItem")] == [
        "rename",
        "restore",
        "delete",
    ]


def test_menu__says_whose_it_is() -> None:
    assert "More for Round things" in "".join(
        text_of(each) for each in of_type(project_list.menu(CARD), "Span")
    )


def test_grid__empty_states_say_what_to_do() -> None:
    assert "New project" in text_of(project_list.grid([], is_archive=False))
    assert "Nothing archived" in text_of(project_list.grid([], is_archive=True))


def test_search__appears_once_there_are_many() -> None:
    few = project_list.header(num_projects=3, is_archive=False)
    many = project_list.header(num_projects=12, is_archive=False)
    hidden = [
        next(each for each in of_type(head, "Div") if props(each).get("role") == "search")
        for head in (few, many)
    ]
    assert [props(each)["hidden"] for each in hidden] == [True, False]
