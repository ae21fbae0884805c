"""What was said: the log, comments, and the samples people differ about."""

from typing import Final

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from components.icons import icon

TABS: Final = (("log", "Log"), ("comments", "Comments"), ("differing", "Disagreements"))


class ids:  # noqa: N801
    """Ids of this component, shared with assets/review/*.mjs."""

    TABS = "review-tabs"
    FILTER = "log-filter"
    SAMPLE = "log-sample"
    EXPORT = "log-export"
    LINES = "log-lines"
    COMMENTS = "comment-list"
    DIFFERING = "differing-list"
    AGREEMENT = "agreement"


def layout(project_id: str) -> html.Aside:
    """Return the panel with its three lists; assets/review/*.mjs fill them."""
    return html.Aside(
        [
            html.Div(
                [_tab(name, word, is_on=name == "log") for name, word in TABS],
                id=ids.TABS,
                className="review-tabs",
                role="tablist",
                **attributes({"aria-label": "What was said"}),
            ),
            _panel("log", [_filter(project_id), html.Ol(id=ids.LINES, className="log scroll")]),
            _panel(
                "comments",
                [html.Div(id=ids.COMMENTS, className="comments scroll", tabIndex=-1)],
            ),
            _panel(
                "differing",
                [
                    html.Div(id=ids.DIFFERING, className="differing scroll", tabIndex=-1),
                    html.Div(id=ids.AGREEMENT, className="agreement"),
                ],
            ),
        ],
        className="review-side right",
        **attributes({"aria-label": "What was said"}),
    )


def _tab(name: str, word: str, *, is_on: bool) -> html.Button:
    return html.Button(
        [word, html.Span(className="chip", hidden=True)],
        type="button",
        role="tab",
        id=f"tab-{name}",
        **attributes(
            {
                "data-tab": name,
                "aria-selected": str(is_on).lower(),
                "aria-controls": f"panel-{name}",
            }
        ),
    )


def _panel(name: str, children: list[Component]) -> html.Div:
    return html.Div(
        children,
        id=f"panel-{name}",
        role="tabpanel",
        className="review-panel",
        hidden=name != "log",
        **attributes({"aria-labelledby": f"tab-{name}"}),
    )


def _filter(project_id: str) -> html.Div:
    """Return the field that filters, and the link to the whole log as a file."""
    return html.Div(
        [
            html.Label("Filter the log", htmlFor=ids.FILTER, className="sr-only"),
            html.Div(
                [
                    icon("search"),
                    dbc.Input(
                        id=ids.FILTER, type="text", autocomplete="off", maxlength=200,
                        placeholder="Filter: who, class, sample", className="form-control",
                    ),
                ],
                className="search",
            ),
            html.Span(id=ids.SAMPLE, className="chip accent", hidden=True),
            html.A(
                icon("download"),
                id=ids.EXPORT,
                href=f"/api/projects/{project_id}/exports/history.csv",
                download="",
                className="btn btn-secondary btn-sm btn-icon",
                **attributes(
                    {
                        "data-tip": "The history of every name, as CSV",
                        "aria-label": "Download the history of every name, as CSV",
                    }
                ),
            ),
        ],
        className="log-filter",
    )  # fmt: skip
