"""What is in a data set, to be looked at before it is kept: pictures, classes and checks.

The same cards show an import and a project's data set; `scope` keeps their ids apart.
"""

from dash import html
from dash.development.base_component import Component

from components.attributes import attributes

VIEWS = (("class", "By class"), ("random", "Random"), ("odd", "Odd ones"))
"""Choices of the preview: name in the scripts, and word."""


def layout() -> list[Component]:
    """Return the cards of an import."""
    return [
        html.Div([preview("data"), balance("data", "trained on", "held out")], className="two"),
        html.Section(
            [
                html.H2("Checks"),
                html.Ul(id="data-checks", className="checks"),
                html.Ul(id="data-treatment", className="treatment cap"),
            ],
            className="card data-card",
            **attributes({"aria-label": "Checks"}),
        ),
    ]


def archive() -> html.Section:
    """Return the card of a project saved by Lodemap; the scripts fill it."""
    return html.Section(
        [
            html.Div([html.H2("What is in it")], className="head"),
            html.Dl(id="data-archive-facts", className="archive-facts"),
            html.P(id="data-archive-note", className="cap"),
        ],
        id="data-archive",
        className="card data-card",
        hidden=True,
        **attributes({"aria-label": "What is in the project"}),
    )


def preview(scope: str, views: tuple[tuple[str, str], ...] = VIEWS) -> html.Section:
    """Return the card of pictures."""
    choices = [
        html.Button(word, type="button", role="radio", **attributes({"data-value": name}))
        for name, word in views
    ]
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Preview"),
                    html.Span(id=f"{scope}-shape", className="chip"),
                    html.Span(className="spacer"),
                    html.Div(
                        choices,
                        id=f"{scope}-view",
                        className="seg seg-sm",
                        role="radiogroup",
                        **attributes({"aria-label": "Which samples"}),
                    ),
                    html.Button(
                        "Others",
                        id=f"{scope}-again",
                        type="button",
                        className="btn btn-light btn-sm",
                        **attributes({"data-tip": "Other random samples"}),
                    ),
                ],
                className="head",
            ),
            html.Div(id=f"{scope}-preview", className="preview-rows scroll"),
            html.P(id=f"{scope}-preview-note", className="cap"),
        ],
        className="card data-card",
        **attributes({"aria-label": "Preview"}),
    )


def balance(scope: str, full: str, light: str) -> html.Section:
    """Return the card of classes; `full` and `light` say what the two parts of a bar mean."""
    legend = html.Span(
        [
            html.Span([html.I(className="key full"), full]),
            html.Span([html.I(className="key light"), light]),
        ],
        id=f"{scope}-balance-legend",
        className="balance-legend cap",
    )
    return html.Section(
        [
            html.Div(
                [html.H2("Class balance"), html.Span(className="spacer"), legend], className="head"
            ),
            html.Ul(id=f"{scope}-balance", className="bars scroll"),
            html.Div(id=f"{scope}-thin", className="notice warn", role="status", hidden=True),
        ],
        className="card data-card",
        **attributes({"aria-label": "Class balance"}),
    )
