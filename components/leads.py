"""Where to look next: a queue of samples and groups that are worth a gesture."""

from typing import Final

from dash import html

from components.attributes import attributes
from components.icons import icon

KINDS: Final = (
    ("group", "Groups", "Similar samples that nobody has named"),
    ("ambiguous", "Doubtful", "Samples between two classes"),
    ("wrong", "Wrong?", "Names that are probably wrong"),
    ("outlier", "Outliers", "Samples that are like no other"),
)
"""Kinds in the order of their tabs (assets/insight/leads.mjs), with the words of each."""


class ids:  # noqa: N801
    """Ids of this component, shared with assets/insight/leadspanel.mjs."""

    PANEL = "leads"
    TOGGLE = "leads-toggle"
    TABS = "leads-tabs"
    BODY = "leads-body"


def layout() -> html.Section:
    """Return the empty queue; assets/insight/leadspanel.mjs fills it."""
    head = html.Button(
        [icon("caret"), html.H2("Look here next")],
        id=ids.TOGGLE,
        type="button",
        className="leads-toggle",
        **attributes({"aria-expanded": "true", "aria-controls": ids.BODY}),
    )
    return html.Section(
        [
            html.Div(head, className="head"),
            html.Div(
                [_tab(*each) for each in KINDS],
                id=ids.TABS,
                className="seg seg-sm seg-fill leads-tabs",
                role="group",
                **attributes({"aria-label": "What to look at"}),
            ),
            html.Div(id=ids.BODY, className="leads-body"),
        ],
        id=ids.PANEL,
        className="block leads",
        **attributes({"aria-label": "Look here next"}),
    )


def _tab(kind: str, word: str, tip: str) -> html.Button:
    told = {"data-kind": kind, "data-tip": tip, "aria-pressed": "false"}
    count = html.Span("–", className="num")
    return html.Button([html.Span(word), count], type="button", **attributes(told))
