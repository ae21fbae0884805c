"""Bringing in names that were given elsewhere: a table of sample ids and class names."""

import dash_bootstrap_components as dbc
from dash import html

from components.attributes import attributes


class ids:  # noqa: N801
    """Ids of this component, shared with assets/data/names.mjs."""

    root = "data-names"
    drop = "data-names-drop"
    choose = "data-names-choose"
    found = "data-names-found"


def layout() -> html.Section:
    """Return the card."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Import names"),
                    html.Span(className="spacer"),
                    html.Span("CSV, Parquet", className="cap"),
                ],
                className="head",
            ),
            html.Div(
                [
                    html.Span(className="empty-drawing", **attributes({"aria-hidden": "true"})),
                    html.Div("Names from elsewhere", className="strong"),
                    html.Div(
                        [
                            "Drop a table with the columns ",
                            html.Code("sample_id"),
                            " and ",
                            html.Code("class_name"),
                            ". You see what would change before it does.",
                        ]
                    ),
                    dbc.Button("Choose a table", id=ids.choose, color="secondary", size="sm"),
                ],
                id=ids.drop,
                className="empty drop-zone names-drop",
            ),
            html.Div(id=ids.found, className="stack", role="status", hidden=True),
        ],
        id=ids.root,
        className="names",
        **attributes({"aria-label": "Import names"}),
    )
