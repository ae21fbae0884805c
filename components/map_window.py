"""The map: Plotly's frame, and the places of everything that floats above the points."""

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.attributes import attributes
from components.figures.map_axes import GRAPH_CONFIG, map_axes
from components.icons import icon


class ids:  # noqa: N801
    """Ids of this component, shared with assets/*.mjs."""

    WINDOW = "map-window"
    GRAPH = "map-graph"
    TITLE = "map-title"
    CAPTION = "map-caption"
    FIT = "map-fit"
    COVER = "map-cover"
    OFFLINE = "map-offline"
    LEGEND = "map-legend"
    FORCE = "force-legend"
    HOVER = "hover-card"
    SELECTION = "selection-bar"
    HINTS = "hints"
    TOP = "histogram-x"
    RIGHT = "histogram-y"


def layout() -> html.Section:
    """Return the window. The graph is static: a callback that re-created it would lose the map."""
    return html.Section(
        [
            dcc.Graph(id=ids.GRAPH, figure=map_axes(), config=GRAPH_CONFIG, className="map-graph"),
            html.Div(id=ids.TOP, className="histogram along-x", hidden=True),
            html.Div(id=ids.RIGHT, className="histogram along-y", hidden=True),
            html.Div(
                [
                    html.H2("Map", id=ids.TITLE, className="sr-only"),
                    html.Span(id=ids.CAPTION, className="chip", hidden=True),
                ],
                className="map-head",
            ),
            _corner(),
            html.Div(id=ids.LEGEND, className="float legend", hidden=True),
            html.Div(id=ids.FORCE, className="float force-legend", role="status", hidden=True),
            html.Div(id=ids.HINTS, className="float hints", hidden=True),
            html.Div(id=ids.SELECTION, className="float selection-bar", hidden=True),
            html.Div(id=ids.HOVER, className="float hover-card", hidden=True),
            html.Div(id=ids.OFFLINE, className="offline", role="status", hidden=True),
            html.Div(_loading(), id=ids.COVER, className="map-cover"),
        ],
        id=ids.WINDOW,
        className="map-window",
        **attributes({"aria-label": "Map", "data-toast-place": "true"}),
    )


def _corner() -> html.Div:
    return html.Div(
        html.Button(
            icon("fit"),
            id=ids.FIT,
            type="button",
            className="btn btn-light btn-sm btn-icon",
            **attributes(
                {"data-tip": "Fit all points", "data-key": "F", "aria-label": "Fit all points"}
            ),
        ),
        className="map-corner",
    )


def _loading() -> html.Div:
    return html.Div(
        [dbc.Spinner(size="sm", color="secondary"), html.Span("Opening the map")],
        className="cover-loading",
    )
