"""The Review page: what happened, who said it, and back to any step of it."""

from typing import Any, Final

import dash
from dash import html

from components import review_history, review_map, review_side, timeline
from components.attributes import attributes
from pages.project_choice import project_of

ROOT: Final = "review-page"
"""Id that assets/review/page.mjs waits for."""

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/review", title="Review · Lodemap", name="Review", order=4, icon="review"
)


def layout(project: str | None = None, bookmark: str | None = None, **_query: Any) -> html.Div:
    """Return the history of a project, or of the newest one when none is asked for."""
    current = project_of(project)
    project_id = current.project_id if current else ""
    return html.Div(
        [
            review_history.layout(),
            html.Div([review_map.layout(), timeline.layout()], className="centre"),
            review_side.layout(project_id),
        ],
        id=ROOT,
        className="review-page",
        **attributes(
            {
                "data-project": project_id,
                "data-asked": str(project or ""),
                "data-bookmark": str(bookmark or ""),
            }
        ),
    )
