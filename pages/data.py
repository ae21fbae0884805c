"""The Data page: bring in a data set, look at the project's own, and take everything away."""

from typing import Any, Final

import dash
from dash import html

from components import data_guide, data_import, data_names, data_set, data_settings
from components.attributes import attributes
from pages.project_choice import project_of
from pages.services import current_services
from store.records import Project

ROOT: Final = "data-page"
"""Id that assets/data/page.mjs waits for."""
OFFLINE: Final = "data-offline"
"""The bar that assets/data/page.mjs shows while the connection is lost."""

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/data", title="Data · Lodemap", name="Data", order=2, icon="data"
)


def layout(project: str | None = None, new: str | None = None, **_query: Any) -> html.Div:
    """Return the data set of a project; `?new=…`, or no project, is about another one.

    A new one without a project is nobody's: Cancel leads back to none that nobody named.
    """
    current = None if new and not project else project_of(project)
    is_new = current is None or bool(new)
    return html.Div(
        [
            html.Div(id=OFFLINE, className="offline data-offline", role="status", hidden=True),
            html.Div(
                [
                    html.Div(id=data_import.ids.unfinished, className="unfinished", hidden=True),
                    *views(current, is_new=is_new),
                ],
                className="data-main scroll",
                **attributes({"data-toast-place": "true"}),
            ),
            html.Aside(
                [
                    data_guide.layout(is_hidden=not is_new),
                    data_settings.layout(),
                    html.Div(
                        data_names.layout() if current else [], id="data-names-place", hidden=is_new
                    ),
                ],
                className="data-side",
            ),
        ],
        id=ROOT,
        className="data-page",
        **attributes(
            {
                "data-project": current.project_id if current else "",
                "data-new": "true" if is_new else "",
            }
        ),
    )


def views(current: Project | None, *, is_new: bool) -> list[html.Section]:
    """Return the two things the page can show, one of them hidden."""
    importing = data_import.layout(current.name if current else "", is_hidden=not is_new)
    if current is None:
        return [importing]
    dataset = current_services().store.datasets.get(current.dataset_id)
    return [importing, data_set.layout(current.project_id, dataset.name, is_hidden=is_new)]
