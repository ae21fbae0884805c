"""The map: Plotly's frame, and the places of everything that floats above the points."""

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.attributes import attributes
from components.figures.map_axes import GRAPH_CONFIG, map_axes
from components.icons import icon


class ids:  # noqa: N801
    """Ids of this component, shared with assets/*.mjs."""

    WINDOW = "map-window"
    MAIN = "main-pane"
    GRAPH = "map-graph"
    TABS = "pane-tabs"
    CAPTION = "map-caption"
    WAITING = "map-waiting"
    NEWEST = "map-newest"
    FLIP = "map-flip"
    FIT = "map-fit"
    MORE = "map-more"
    OUTSIDE = "map-outside"
    RESULT = "result-pane"
    RESULT_GRAPH = "result-graph"
    RESULT_CAPTION = "result-caption"
    SIGHT = "map-sight"
    FRONT = "map-front"
    COVER = "map-cover"
    OFFLINE = "map-offline"
    LEGEND = "map-legend"
    FORCE = "force-legend"
    ATLAS = "atlas-note"
    CONTOURS = "contours-note"
    MARKS = "marks-note"
    ATLAS_CARD = "atlas-card"
    HOVER = "hover-card"
    VERDICT = "verdict"
    SELECTION = "selection-bar"
    HINTS = "hints"
    TOP = "histogram-x"
    RIGHT = "histogram-y"


def layout() -> html.Section:
    """Return the windows. The graphs are static: a callback that re-created one would lose it."""
    return html.Section(
        [
            html.Div(
                [_graph(ids.GRAPH), *_edges(), _head(), _corner()], id=ids.MAIN, className="pane"
            ),
            html.Div([_graph(ids.RESULT_GRAPH), _result_head()], id=ids.RESULT, className="pane"),
            html.Div(
                id=ids.LEGEND,
                className="float legend",
                hidden=True,
                **attributes({"data-toast-free": "true"}),
            ),
            html.Div(_notes(), className="map-notes"),
            html.Div(id=ids.HINTS, className="float hints", hidden=True),
            html.Div(
                id=ids.SELECTION,
                className="float selection-bar",
                hidden=True,
                **attributes({"data-toast-free": "true"}),
            ),
            html.Div(id=ids.HOVER, className="float hover-card", hidden=True),
            html.Div(id=ids.ATLAS_CARD, className="float atlas-card", hidden=True),
            html.Div(id=ids.VERDICT, className="float verdict", role="status", hidden=True),
            html.Div(id=ids.OFFLINE, className="offline", role="status", hidden=True),
            html.Div(
                _loading(),
                id=ids.COVER,
                className="map-cover",
                **attributes({"aria-live": "polite"}),
            ),
        ],
        id=ids.WINDOW,
        className="map-window",
        **attributes({"aria-label": "Map", "data-toast-place": "true"}),
    )


def _notes() -> list[html.Div]:
    """Return what says how to read the layers that are shown, one above the other."""
    return [
        html.Div(
            id=name,
            className=f"map-note {name}",
            role="status",
            hidden=True,
            **attributes({"data-toast-free": "true"}),
        )
        for name in (ids.MARKS, ids.FORCE, ids.ATLAS, ids.CONTOURS)
    ]


def _graph(name: str) -> dcc.Graph:
    return dcc.Graph(id=name, figure=map_axes(), config=GRAPH_CONFIG, className="map-graph")


def _edges() -> list[html.Div]:
    return [
        html.Div(id=ids.TOP, className="histogram along-x", hidden=True),
        html.Div(id=ids.RIGHT, className="histogram along-y", hidden=True),
    ]


def _head() -> html.Div:
    """Return what the first window says of itself; assets/mappage/paneheads.mjs fills it."""
    tabs = [
        html.Button(
            [text, html.I(className="dot-new", hidden=True)],
            type="button",
            **attributes({"data-pane": name, "aria-pressed": "false", "data-tip": tip}),
        )
        for name, text, tip in (
            ("edit", "Edit", "The map you work on"),
            ("result", "Result", "What the network makes of it"),
        )
    ]
    return html.Div(
        [
            html.H2("Edit", className="pane-title"),
            html.Div(tabs, id=ids.TABS, className="seg", role="group", hidden=True),
            html.Span(id=ids.CAPTION, className="chip", hidden=True),
            html.Span(id=ids.WAITING, className="cap", hidden=True),
            _newest(),
        ],
        className="map-head",
    )


def _newest() -> html.Button:
    """Return what ends the comparison with the map before an Update; a gesture does, too."""
    tip = "Edit keeps the map before the Update, to compare, until your next gesture"
    return html.Button(
        "Show the newest",
        id=ids.NEWEST,
        type="button",
        className="link",
        hidden=True,
        **attributes({"data-tip": tip}),
    )


def _result_head() -> html.Div:
    return html.Div(
        [
            html.H2("Result", className="pane-title"),
            html.Span(id=ids.RESULT_CAPTION, className="chip", hidden=True),
        ],
        className="map-head",
    )


def _corner() -> html.Div:
    """Return what sits in the corner; assets/mappage/sight.mjs shows what a map in space adds."""
    front = _choice(
        ids.FRONT,
        "How deep a lasso or box reaches",
        "front",
        (
            ("1", "All depths", "Lasso and box take points at every depth"),
            ("0.5", "Front half", "Lasso and box take the nearer half of what is under them"),
        ),
    )
    sight = _choice(
        ids.SIGHT,
        "How the map is seen",
        "sight",
        (
            ("space", "3D", "Seen in space: drag with Turn, zoom with the wheel"),
            ("flat", "Flat", "Seen flat, along the cloud's two main axes"),
        ),
    )
    fit = _tool(ids.FIT, "fit", "Fit all points", {"data-key": "F"})
    outside = html.Button(
        "Points outside the view",
        id=ids.OUTSIDE,
        type="button",
        className="btn btn-light btn-sm",
        hidden=True,
        **attributes({"data-tip": "Show all points"}),
    )
    more = _tool(ids.MORE, "more", "Save what is seen", {"aria-haspopup": "menu"})
    return html.Div([outside, front, sight, _flip(), fit, more], className="map-corner")


def _flip() -> html.Button:
    """Return what shows the map before the last Update while held; assets/motion/flipping.mjs."""
    words = {"data-tip": "Hold to see the map before the last Update", "data-key": "E"}
    return html.Button(
        "Before",
        id=ids.FLIP,
        type="button",
        className="btn btn-light btn-sm",
        hidden=True,
        **attributes({**words, "aria-pressed": "false"}),
    )


def _tool(name: str, icon_name: str, words: str, more: dict[str, str]) -> html.Button:
    return html.Button(
        icon(icon_name),
        id=name,
        type="button",
        className="btn btn-light btn-sm btn-icon",
        **attributes({"data-tip": words, "aria-label": words, **more}),
    )


def _choice(
    name: str, words: str, data: str, options: tuple[tuple[str, str, str], ...]
) -> html.Div:
    """Return a small segment, the first option chosen; hidden until there is a choice.

    An option is its value, its word and its tooltip.
    """
    buttons = [
        html.Button(
            word,
            type="button",
            **attributes(
                {f"data-{data}": value, "data-tip": tip, "aria-pressed": str(nth == 0).lower()}
            ),
        )
        for nth, (value, word, tip) in enumerate(options)
    ]
    return html.Div(
        buttons,
        id=name,
        className="seg seg-sm",
        role="group",
        hidden=True,
        **attributes({"aria-label": words}),
    )


def _loading() -> html.Div:
    return html.Div(
        [dbc.Spinner(size="sm", color="secondary"), html.Span("Opening the map")],
        className="cover-loading",
    )
