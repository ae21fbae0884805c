from dash import html

from components import shell
from components.shell import Place, ProjectItem
from tests.components.tree import nodes, of_type, props, text_of

PLACES = [Place("/", "Map", "map"), Place("/projects", "Projects", "projects")]


def test_rail__links_each_page_in_order() -> None:
    links = of_type(shell.rail(PLACES), "NavLink")
    assert [(text_of(link), props(link)["href"]) for link in links] == [
        ("Map", "/"),
        ("Projects", "/projects"),
    ]


def test_rail__page_with_an_unknown_icon_still_shows() -> None:
    link = shell.rail_link(Place("/labs", "Labs", "no such icon"))
    assert props(of_type(link, "Span")[0])["className"].startswith("i i-one")


def test_frame__buttons_without_words_have_a_name() -> None:
    buttons = of_type(shell.layout(PLACES, html.Div()), "Button")
    silent = [b for b in buttons if not props(b).get("aria-label") and not text_of(b).strip()]
    assert buttons
    assert silent == []


def test_frame__holds_the_slots_other_parts_fill() -> None:
    found = [getattr(node, "id", None) for node in nodes(shell.layout(PLACES, html.Div()))]
    wanted = {shell.ids.status, shell.ids.chips, shell.ids.refresh, "toast-host", "toast-errors"}
    assert wanted <= {each for each in found if isinstance(each, str)}


def test_switcher_items__projects_first_then_the_ways_onward() -> None:
    items = shell.switcher_items(
        [
            ProjectItem("One", "/?project=1", "3 of 9", True),
            ProjectItem("Two", "/?project=2", "0 of 9"),
        ],
        "/projects?new=x",
    )
    links = [(text_of(item), props(item).get("href")) for item in items if "href" in props(item)]
    assert links == [
        ("One3 of 9", "/?project=1"),
        ("Two0 of 9", "/?project=2"),
        ("New project", "/projects?new=x"),
        ("All projects", "/projects"),
    ]
    assert [props(item).get("active") for item in items[1:3]] == [True, False]


def test_switcher_items__without_projects_only_the_ways_onward() -> None:
    assert [text_of(item) for item in shell.switcher_items([], "/n")] == [
        "New project",
        "All projects",
    ]


def test_dataset_chips__say_what_is_trained_on_and_what_is_held_out() -> None:
    first, second = shell.dataset_chips("Digits", 1797, 359)
    assert text_of(first) == "Digits1,797 samples"
    assert text_of(second) == "trained on1,438 · held out359"
    assert text_of(shell.dataset_chips("One", 1, 0)[0]) == "One1 sample"
