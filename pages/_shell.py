"""The frame around the pages: `app.layout = layout`, then `register(app)`.

The current project travels in the address (`?project=`), so that a reload, a bookmark and a second
tab mean the same; links of the rail keep it, and the tab remembers it for pages about none.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import uuid4

import dash
from dash import ALL, Input, Output, State, html
from dash.development.base_component import Component

from components import shell
from components.shell import Place, ProjectItem, ids
from pages.assets import asset_root
from pages.auth.declared import requires
from pages.project_choice import asked_project, project_href, project_of, wants_new
from pages.services import current_services, seen_projects
from store.errors import NotFoundError
from store.opening import Store
from store.records import Project

ICON_OF: Final = {
    "/": "map",
    "/projects": "projects",
    "/data": "data",
    "/runs": "runs",
    "/review": "review",
}
"""Icon of a page that registers none of its own (`register_page(..., icon="runs")`)."""
MENU_LIMIT: Final = 12
"""Projects in the switcher; the page of all projects has the rest."""
HOME: Final = "/"

INDEX: Final = """<!DOCTYPE html>
<html lang="en">
    <head>
        {%metas%}
        <title>{%title%}</title>
        <link rel="icon" type="image/svg+xml" href="{%assets%}/favicon.svg">
        <script src="{%assets%}/00_theme.js"></script>
        <!--modules-->
        {%css%}
    </head>
    <body>
        {%app_entry%}
        <footer>
            {%config%}
            {%scripts%}
            {%renderer%}
        </footer>
    </body>
</html>"""
"""The page's HTML: the theme's script stands before the styles, so that nothing flashes."""


def layout() -> html.Div:
    """Return the frame around the slot of the current page."""
    return shell.layout(places(), dash.page_container)


def places() -> list[Place]:
    """Return the registered pages, in their order, as the rail shows them."""
    pages = [page for page in dash.page_registry.values() if "not_found" not in page["module"]]
    return [
        Place(page["path"], page["name"], page.get("icon") or ICON_OF.get(page["path"], "one"))
        for page in pages
    ]


def register(app: dash.Dash) -> None:
    """Give an app the frame: its HTML, and the callback that fills the top bar."""
    app.index_string = INDEX.replace("{%assets%}", asset_root(app))
    app.callback(
        Output(ids.project, "data"),
        Output(ids.switcher_name, "children"),
        Output(ids.switcher_name, "title"),
        Output(ids.switcher, "children"),
        Output(ids.chips, "children"),
        Output(ids.page_name, "children"),
        Output({"type": "rail-link", "path": ALL}, "href"),
        Output({"type": "rail-link", "path": ALL}, "active"),
        Input(ids.location, "pathname"),
        Input(ids.location, "search"),
        Input(ids.refresh, "data"),
        State(ids.project, "data"),
        State({"type": "rail-link", "path": ALL}, "id"),
    )(dress)


@requires("viewer")
def dress(path: str, search: str, _refresh: object, known: str | None, links: list[Any]) -> Any:
    """Fill the top bar for the address, and keep the project in the rail's links."""
    store = current_services().store
    asked = asked_project(search)
    is_of_none = path == "/projects" or (path == "/data" and wants_new(search))
    current = project_of(asked or (known if is_of_none else None))
    name = current.name if current else "No project"
    hrefs = [rail_href(link["path"], current) for link in links]
    active = [link["path"] == path for link in links]
    items = shell.switcher_items(switcher_list(store, seen_projects(), current), new_href())
    chips = data_chips(store, current) if path == HOME else []
    return current and current.project_id, name, name, items, chips, crumb(path), hrefs, active


def rail_href(path: str, current: Project | None) -> str:
    """Return a page's address with the current project in it."""
    return project_href(current.project_id, path) if current and path != "/projects" else path


def new_href() -> str:
    """Return the address that opens the dialog for a new project; another one each time.

    Going to the address one is at already does nothing, so a closed dialog could not be reopened.
    """
    return f"/projects?new={uuid4().hex[:8]}"


def crumb(path: str) -> str:
    """Return what follows the project's name: nothing on the map, the page's name elsewhere."""
    names = {place.path: place.name for place in places()}
    return "" if path == HOME else names.get(path, "")


def switcher_list(
    store: Store, projects: Sequence[Project], current: Project | None
) -> list[ProjectItem]:
    """Return the switcher's projects, the current one among them."""
    shown = list(projects[:MENU_LIMIT])
    if current and current not in shown:
        shown = [*shown[: MENU_LIMIT - 1], current]
    items = []
    for each in shown:
        with suppress(NotFoundError):  # deleted since it was listed
            named = named_of(store, each)
            items.append(
                ProjectItem(each.name, project_href(each.project_id), named, each == current)
            )
    return items


def named_of(store: Store, project: Project) -> str:
    """Return how much of a project is named, e.g. "213 of 1,797"."""
    annotation = store.journal.state(project.project_id).annotation
    return f"{int((annotation >= 0).sum()):,} of {annotation.size:,}"


def data_chips(store: Store, project: Project | None) -> list[Component]:
    """Return the chips of a project's data set."""
    if project is None:
        return []
    dataset = store.datasets.get(project.dataset_id)
    num_held_out = int(store.datasets.samples(project.dataset_id).is_held_out.sum())
    return list(shell.dataset_chips(dataset.name, dataset.num_samples, num_held_out))
