"""The tree of the history: every run, and the gestures between two runs."""

import dash_bootstrap_components as dbc
from dash import html

from components.attributes import attributes


class ids:  # noqa: N801
    """Ids of this component, shared with assets/review/history.mjs."""

    PEOPLE = "history-people"
    STEPS = "history-steps"


def layout() -> html.Aside:
    """Return the panel; assets/review/history.mjs draws the steps."""
    return html.Aside(
        [
            html.Div(
                [
                    html.H2("History"),
                    html.Span(className="spacer"),
                    html.Label("Whose steps", htmlFor=ids.PEOPLE, className="sr-only"),
                    dbc.Select(
                        options=[{"value": "", "label": "All people"}],
                        value="", id=ids.PEOPLE, size="sm",
                    ),
                ],
                className="review-head",
            ),
            html.Ol(
                id=ids.STEPS,
                className="step-tree scroll",
                **attributes({"aria-label": "Steps of the history, newest first"}),
            ),
        ],
        className="review-side left",
        **attributes({"aria-label": "History"}),
    )  # fmt: skip
