"""The Runs page: every run with its curves, where it errs, and any two of them side by side."""

import json
from dataclasses import asdict
from typing import Any, Final

import dash
from dash import dcc, html

from components import runs_bench, runs_figures, runs_table, runs_variants
from components.attributes import attributes
from ml.knobs import KNOBS
from ml.networks.plain_decoder import DECODING
from pages.project_choice import project_of
from pages.services import current_services

ROOT: Final = "runs-page"
"""Id that assets/runs/page.mjs waits for."""
OFFLINE: Final = "runs-offline"
"""The bar that assets/runs/page.mjs shows while the connection is lost."""

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/runs", title="Runs · Lodemap", name="Runs", order=3, icon="runs"
)


def layout(project: str | None = None, **_query: Any) -> html.Div:
    """Return the page of a project, or of the newest one when none is asked for."""
    current = project_of(project)
    if current is None:
        return no_project("There is no such project." if project else "No project yet")
    return html.Div(
        [
            runs_table.bar(),
            html.Div(id=OFFLINE, className="offline runs-offline", role="status", hidden=True),
            html.Div(sections(), className=main_class(current.project_id)),
        ],
        id=ROOT,
        className="runs-page",
        **attributes(
            {
                "data-project": current.project_id,
                "data-knobs": json.dumps(
                    {name: [asdict(k) for k in knobs] for name, knobs in KNOBS.items()}
                ),
                "data-decoding": json.dumps(sorted(DECODING)),
                "data-toast-place": "true",
            }
        ),
    )


def main_class(project_id: str) -> str:
    """Return the class of the sections: they lie otherwise where variants were tried, at once."""
    is_tried = bool(current_services().store.variants.newest(project_id))
    return "runs-main scroll tried" if is_tried else "runs-main scroll"


def no_project(title: str) -> html.Div:
    """Return what stands in the page's place where there is no project to tell of."""
    return html.Div(
        [
            html.Span(title, className="strong"),
            "Every project keeps all its runs here: what each learned from, and how good it got.",
            dcc.Link("See all projects", href="/projects", className="btn btn-primary"),
        ],
        className="empty runs-none",
    )


def sections() -> list[html.Section]:
    """Return what the page is made of, in reading order."""
    return [
        runs_table.layout(),
        runs_figures.curves(),
        runs_bench.layout(),
        runs_figures.confusion(),
        runs_variants.layout(),
    ]
