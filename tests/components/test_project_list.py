import json
from dataclasses import replace

from components import project_list
from components.project_list import ProjectCard
from tests.components.tree import nodes, of_type, props, text_of

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
    frame_url="/api/runs/r/frames/1-3",
    colors=(0, 4),
)


def test_shelf__holds_what_a_card_shows() -> None:
    shelf = json.loads(project_list.shelf([CARD], is_archive=False))
    assert shelf["view"] == "active"
    (card,) = shelf["cards"]
    assert (card["name"], card["href"], card["dataset_name"]) == (
        "Round things", "/?project=p1", "Quick, Draw!",
    )  # fmt: skip
    assert (card["frame_url"], card["colors"]) == ("/api/runs/r/frames/1-3", [0, 4])


def test_layout__a_hundred_projects_are_no_more_components_than_none() -> None:
    """The renderer tells each component of each other one."""
    many = [replace(CARD, project_id=f"p{number}") for number in range(100)]
    counts = [
        len(list(nodes(project_list.layout(cards, is_archive=False)))) for cards in ([], many)
    ]
    assert counts[0] == counts[1]


def test_nothing__empty_states_say_what_to_do() -> None:
    states = {props(each)["id"]: text_of(each) for each in project_list.nothing()}
    assert "New project" in states[project_list.ids.no_active]
    assert "Nothing archived" in states[project_list.ids.no_archived]
    assert all(props(each)["hidden"] for each in project_list.nothing())


def test_search__appears_once_there_are_many() -> None:
    few = project_list.header(num_projects=3, is_archive=False)
    many = project_list.header(num_projects=12, is_archive=False)
    hidden = [
        next(each for each in of_type(head, "Div") if props(each).get("role") == "search")
        for head in (few, many)
    ]
    assert [props(each)["hidden"] for each in hidden] == [True, False]
