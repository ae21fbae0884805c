"""The pins: which samples people put where on the map, and whether they have arrived."""

from dash import html

from components.attributes import attributes
from components.icons import icon


class ids:  # noqa: N801
    """Ids of this component, shared with assets/teaching/pinlist.mjs."""

    PANEL = "pins"
    COUNT = "pin-count"
    RELEASE_ALL = "pin-release-all"
    EMPTY = "pins-empty"
    ROWS = "pin-rows"


def layout() -> html.Section:
    """Return the list, out of sight until something is pinned or the Move tool is taken."""
    return html.Section(
        [
            html.Div(
                [
                    icon("pin"),
                    html.H2("Pins"),
                    html.Span(id=ids.COUNT, className="chip", hidden=True),
                    html.Span(className="spacer"),
                    html.Button(
                        "Release all",
                        id=ids.RELEASE_ALL,
                        type="button",
                        className="link",
                        hidden=True,
                        **attributes({"data-tip": "Let the network decide again"}),
                    ),
                ],
                className="head",
            ),
            html.P(
                "Drag a point, or the selection, to where it belongs. Its pin pulls it there in "
                "each Update until you release it.",
                id=ids.EMPTY,
                className="cap",
            ),
            html.Div(id=ids.ROWS, className="pin-rows scroll", role="list"),
        ],
        id=ids.PANEL,
        className="block pins",
        hidden=True,
        **attributes({"aria-label": "Pins"}),
    )
