"""The map of the Review page: what a step of the history looked like, and what to do with it."""

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.attributes import attributes
from components.figures.map_axes import GRAPH_CONFIG, map_axes
from components.icons import icon


class ids:  # noqa: N801
    """Ids of this component, shared with assets/review/*.mjs."""

    WINDOW = "map-window"
    PANE = "main-pane"
    GRAPH = "map-graph"
    TITLE = "step-title"
    CAPTION = "step-caption"
    TOOLS = "review-tools"
    NAME = "step-name"
    COMPARE = "step-compare"
    BRANCH = "step-branch"
    CHECK_OUT = "step-checkout"
    FIT = "map-fit"
    LEGEND = "map-legend"
    MARKERS = "comment-markers"
    BOOKMARKS = "review-bookmarks"
    TAKE = "take-with-you"
    SELECTION = "review-selection"
    HOVER = "hover-card"
    COVER = "map-cover"
    OFFLINE = "map-offline"


def layout() -> html.Section:
    """Return the window. The graph is static: a callback that re-created it would lose it."""
    graph = dcc.Graph(id=ids.GRAPH, figure=map_axes(), config=GRAPH_CONFIG, className="map-graph")
    return html.Section(
        [
            html.Div(graph, id=ids.PANE, className="pane"),
            html.Div(
                [
                    html.H2("", id=ids.TITLE, className="pane-title clip"),
                    html.Span(id=ids.CAPTION, className="cap clip"),
                ],
                className="map-head",
            ),
            _corner(),
            _legend(),
            html.Div(id=ids.MARKERS, className="comment-markers"),
            html.Div(
                id=ids.SELECTION,
                className="float selection-bar",
                hidden=True,
                **attributes({"data-toast-free": "true"}),
            ),
            html.Div(id=ids.HOVER, className="float hover-card", hidden=True),
            html.Div(id=ids.OFFLINE, className="offline", role="status", hidden=True),
            html.Div(
                html.Div(
                    [dbc.Spinner(size="sm", color="secondary"), html.Span("Opening the history")],
                    className="cover-loading",
                ),
                id=ids.COVER,
                className="map-cover",
                **attributes({"aria-live": "polite"}),
            ),
        ],
        id=ids.WINDOW,
        className="map-window",
        **attributes({"aria-label": "Map of the chosen step", "data-toast-place": "true"}),
    )


def _legend() -> html.Div:
    """Return the place of what colours mean, where whoever is followed colours points by it."""
    return html.Div(
        id=ids.LEGEND,
        className="float legend",
        hidden=True,
        **attributes({"data-toast-free": "true"}),
    )


def _corner() -> html.Div:
    tools = [
        html.Button(
            icon(name),
            type="button",
            **attributes(
                {
                    "data-tool": name, "aria-label": words, "data-tip": words,
                    "aria-pressed": str(name == "pan").lower(),
                }
            ),
        )
        for name, words in (("pan", "Pan: drag the map, click a point"),
                            ("lasso", "Lasso: draw around points to speak of them"))
    ]  # fmt: skip
    return html.Div(
        [
            html.Div(
                tools, id=ids.TOOLS, className="seg seg-sm", role="group",
                **attributes({"aria-label": "Tool"}),
            ),
            _button(ids.NAME, "pencil", "Name", "Give this step a name"),
            _button(ids.COMPARE, "split", "Compare",
                    "Select the samples that are named otherwise where the project is"),
            _button(ids.BRANCH, "review", "Branch here",
                    "Go back to this step and go on from it under a name of its own"),
            _button(ids.CHECK_OUT, "undo", "Check out",
                    "Go back to this step: names, map and network together"),
            _button(ids.BOOKMARKS, "bookmark", "Bookmarks", "Kept views, each with a link"),
            _button(ids.TAKE, "download", "Take with you",
                    "The session as a page that replays, a film or a report"),
            _button(ids.FIT, "fit", "", "Fit all points"),
        ],
        className="map-corner",
    )  # fmt: skip


def _button(name: str, icon_name: str, words: str, tip: str) -> html.Button:
    label = [icon(icon_name), html.Span(words, className="word")] if words else icon(icon_name)
    return html.Button(
        label,
        id=name,
        type="button",
        className=f"btn btn-secondary btn-sm{'' if words else ' btn-icon'}",
        **attributes({"data-tip": tip, "aria-label": words or tip}),
    )
