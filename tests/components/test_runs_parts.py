"""What the parts of the Runs page offer before a script has filled them."""

import json

import dash
from dash.fingerprint import check_fingerprint

from components import runs_bench, runs_figures, runs_table, runs_variants
from tests.components.tree import nodes, of_type, props, text_of


def test_table__columns_are_named_and_the_newest_run_is_first() -> None:
    names = [column["headerName"] for column in runs_table.COLUMNS]
    assert len(set(names)) == len(names)
    assert runs_table.COLUMNS[0]["sort"] == "desc"
    grid = runs_table.grid()
    assert "dangerously_allow_code" not in props(grid)
    assert "http" not in repr(props(grid))


def test_table__its_code_is_fetched_by_this_page_alone() -> None:
    (slot,) = [n for n in nodes(runs_table.layout()) if props(n).get("id") == runs_table.ids.SLOT]
    told = json.loads(props(slot)["data-grid"])
    assert (told["namespace"], told["type"]) == ("dash_ag_grid", "AgGrid")
    app = dash.Dash(__name__)
    app.layout = []
    page = str(app.index())  # type: ignore[no-untyped-call]
    assert "_dash-component-suites/dash_bootstrap_components" in page
    assert "_dash-component-suites/dash_ag_grid" not in page
    package, file = props(slot)["data-code"].split("/")[-2:]
    assert check_fingerprint(file) == (runs_table.CODE, True)  # type: ignore[no-untyped-call]
    assert runs_table.CODE in app.registered_paths[package], "Dash serves it"


def test_bar__every_control_has_a_name() -> None:
    tree = runs_table.bar()
    assert props(of_type(tree, "Label")[0])["htmlFor"] == runs_table.ids.FIND
    assert all(props(each)["aria-label"] for each in of_type(tree, "Select"))
    assert "Try variants" in text_of(tree)


def test_bench__graphs_are_static_and_switches_begin_on() -> None:
    tree = runs_bench.layout()
    assert len(of_type(tree, "Graph")) == 2
    switches = [props(node) for node in nodes(tree) if props(node).get("role") == "switch"]
    assert [each["aria-checked"] for each in switches] == ["true", "true"]
    assert all(props(each)["aria-label"] for each in of_type(tree, "Select"))


def test_figures__one_choice_of_each_segment_is_on() -> None:
    for tree in (runs_figures.curves(), runs_figures.confusion()):
        checked = [props(node).get("aria-checked") for node in nodes(tree)]
        assert checked.count("true") == 1


def test_variants__newcomers_are_told_what_will_be_here() -> None:
    assert "No variants yet" in text_of(runs_variants.layout())
