"""The pictures of the selected samples."""

from typing import Final

import dash_bootstrap_components as dbc
from dash import html

from components.attributes import attributes
from components.icons import icon

ORDERS: Final = (
    ("least_sure", "Least sure"),
    ("most_sure", "Most sure"),
    ("nearest", "Nearest centre"),
    ("farthest", "Farthest"),
)
"""How pictures may be sorted (assets/parts/selection.mjs), with the words of the menu."""


class ids:  # noqa: N801
    """Ids of this component, shared with assets/insight/gallery.mjs."""

    COUNT = "gallery-count"
    LISTEN = "gallery-listen"
    ORDER = "gallery-order"
    PREDICTED = "gallery-predicted"
    VIEW = "gallery-view"
    EMPTY = "gallery-empty"
    FOOT = "gallery-foot"


def layout() -> html.Section:
    """Return the empty gallery; assets/insight/gallery.mjs draws what is in sight."""
    options = [{"value": value, "label": label} for value, label in ORDERS]
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Selection"),
                    html.Span(id=ids.COUNT, className="chip", hidden=True),
                    html.Span(className="spacer"),
                    listen(),
                    html.Label("Order of the pictures", htmlFor=ids.ORDER, className="sr-only"),
                    dbc.Select(options=options, value="least_sure", id=ids.ORDER, size="sm"),
                ],
                className="head",
            ),
            html.Div(id=ids.PREDICTED, className="predicted-as", hidden=True),
            html.Div(id=ids.VIEW, className="gallery-view scroll", hidden=True),
            html.Div(id=ids.EMPTY, className="empty gallery-empty"),
            html.P(
                "Click or press Delete to drop a picture.",
                id=ids.FOOT,
                className="cap",
                hidden=True,
            ),
        ],
        className="block gallery",
        **attributes({"aria-label": "Selection"}),
    )


def listen() -> html.Button:
    """Return the button of assets/insight/listening.mjs; it shows where samples have a sound."""
    named = {"data-tip": "Hear the sample under the pointer", "data-key": "Q",
             "aria-label": "Hear the sample under the pointer", "aria-pressed": "true"}  # fmt: skip
    return html.Button(
        icon("sound"),
        id=ids.LISTEN,
        type="button",
        className="btn btn-secondary btn-sm btn-icon",
        hidden=True,
        **attributes(named),
    )
