"""The table of all runs: who learned what from how much, how long it took, how good it got."""

import json
from pathlib import Path
from typing import Any, Final

import dash_ag_grid as dag
import dash_bootstrap_components as dbc
from dash import html
from dash.fingerprint import build_fingerprint

from components import runs_variants
from components.attributes import attributes
from components.icons import icon


class ids:  # noqa: N801
    """Ids of this component, shared with assets/runs/table.mjs."""

    GRID = "runs-grid"
    SLOT = "runs-grid-slot"
    FIND = "runs-find"
    WHO = "runs-who"
    STATE = "runs-state"
    COUNT = "runs-count"
    COMPARE = "runs-compare"
    WORKERS = "runs-workers"
    EMPTY = "runs-empty"


CODE: Final = "dash_ag_grid.min.js"
"""The grid's code, 1.3 MB, which assets/runs/table.mjs fetches where the table is wanted."""
for _part in dag.AgGrid._js_dist:
    if _part["relative_package_path"] == CODE:
        _part["async"] = "lazy"  # served as ever, but Dash no longer loads it with every page

COLUMNS: Final[list[dict[str, Any]]] = [
    {"field": "number", "headerName": "Run", "width": 116, "sort": "desc"},
    {"field": "state", "headerName": "State", "width": 112},
    {"field": "who", "headerName": "Who", "width": 100, "flex": 1},
    {"field": "learned", "headerName": "Learned from", "minWidth": 132, "flex": 2},
    {"field": "settings", "headerName": "Settings", "minWidth": 112, "flex": 2},
    {"field": "epochs", "headerName": "Epochs", "width": 88, "type": "rightAligned"},
    {"field": "took", "headerName": "Took", "width": 80, "type": "rightAligned"},
    {"field": "loss", "headerName": "Loss", "width": 84, "type": "rightAligned"},
    {"field": "accuracy", "headerName": "Held-out", "width": 124, "type": "rightAligned",
     "headerTooltip": "Held-out accuracy, by the names that each run learned from"},
    {"field": "curve", "headerName": "Accuracy", "width": 116, "sortable": False},
]  # fmt: skip
"""What the table shows; assets/runs/table.mjs draws the cells that are more than text."""


def bar() -> html.Div:
    """Return the bar above the page: what is looked for, and what to do with what is chosen."""
    return html.Div(
        [
            html.Div(
                [
                    icon("search"),
                    html.Label("Filter runs", htmlFor=ids.FIND, className="sr-only"),
                    dbc.Input(id=ids.FIND, type="search", placeholder="Filter runs"),
                ],
                className="search",
            ),
            filter_of(ids.WHO, "Who", "anyone"),
            filter_of(ids.STATE, "State", "any state"),
            html.Span(className="spacer"),
            html.Span(id=ids.COUNT, className="cap", role="status"),
            html.Button(
                html.Span("Workers", className="words"),
                id=ids.WORKERS,
                type="button",
                className="btn btn-light",
                **attributes({"aria-haspopup": "dialog"}),
            ),
            html.Button(
                [icon("split"), html.Span("Compare", className="words")],
                id=ids.COMPARE,
                type="button",
                className="btn",
                disabled=True,
                **attributes({"data-tip": "Choose two runs in the table"}),
            ),
            runs_variants.try_button(),
        ],
        className="runs-bar",
    )


def filter_of(name: str, label: str, everything: str) -> html.Select:
    """Return a choice that the scripts fill; its first entry takes all."""
    return html.Select(
        [html.Option(everything, value="")],
        id=name,
        className="form-select runs-filter",
        **attributes({"aria-label": label}),
    )


def grid() -> dag.AgGrid:
    """Return the table itself."""
    return dag.AgGrid(
        id=ids.GRID,
        columnDefs=COLUMNS,
        rowData=[],
        getRowId="params.data.run_id",
        defaultColDef={"resizable": True, "suppressMovable": True},
        dashGridOptions={
            "rowHeight": 34,
            "headerHeight": 34,
            "animateRows": False,
            "rowSelection": {
                "mode": "multiRow",
                "enableClickSelection": True,
                "headerCheckbox": False,
            },
            "selectionColumnDef": {"width": 40, "suppressHeaderMenuButton": True},
        },
        className="ag-theme-quartz runs-grid",
    )


def code_address() -> str:
    """Return where the grid's code is, an address that changes with it and may be kept."""
    changed = int(Path(dag.__file__).with_name(CODE).stat().st_mtime)
    name = build_fingerprint(CODE, dag.__version__, changed)  # type: ignore[no-untyped-call]
    return f"/_dash-component-suites/{dag.__name__}/{name}"


def layout() -> html.Section:
    """Return the place of the table, and what stands there while there is no run."""
    table = {"data-code": code_address(), "data-grid": json.dumps(grid().to_plotly_json())}
    return html.Section(
        [
            html.Div(id=ids.SLOT, className="runs-grid-slot", **attributes(table)),
            html.Div(id=ids.EMPTY, className="empty", hidden=True),
        ],
        className="card runs-table",
        **attributes({"aria-label": "Runs"}),
    )
