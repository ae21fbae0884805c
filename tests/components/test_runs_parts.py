"""What the parts of the Runs page offer before a script has filled them."""

from components import runs_bench, runs_figures, runs_table, runs_variants
from tests.components.tree import nodes, of_type, props, text_of


def test_table__columns_are_named_and_the_newest_run_is_first() -> None:
    names = [column["headerName"] for column in runs_table.COLUMNS]
    assert len(set(names)) == len(names)
    assert runs_table.COLUMNS[0]["sort"] == "desc"
    (grid,) = of_type(runs_table.layout(), "AgGrid")
    assert "dangerously_allow_code" not in props(grid)
    assert "http" not in repr(props(grid))


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
