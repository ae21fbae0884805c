"""The list of projects: cards with a small map, what is named, and a menu each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import dash_bootstrap_components as dbc
import orjson
from dash import dcc, html
from dash.dependencies import Wildcard
from dash.development.base_component import Component

from components.attributes import attributes
from components.icons import icon
from ml.wording import many

Act = Literal["rename", "duplicate", "archive", "restore", "delete"]
WORDS: Mapping[Act, tuple[str, str]] = {
    "rename": ("pencil", "Rename"),
    "duplicate": ("copy", "Duplicate"),
    "archive": ("archive", "Archive"),
    "restore": ("undo", "Bring back"),
    "delete": ("trash", "Delete"),
}
"""Icon and words of each thing a card's menu can do."""
SEARCH_FROM: Final = 7
"""Projects from which on a search helps more than it disturbs."""


class ids:  # noqa: N801
    """Ids of the list."""

    root = "projects-page"
    grid = "projects-grid"
    view = "projects-view"
    find = "projects-find"
    none = "projects-none"
    new = "projects-new"
    problem = "projects-problem"

    @staticmethod
    def act(act: Act, project_id: str | Wildcard) -> dict[str, Any]:
        """Id of one entry of a card's menu."""
        return {"type": "project-act", "act": act, "project": project_id}


@dataclass(frozen=True)
class ProjectCard:
    """A project, as its card shows it."""

    project_id: str
    name: str
    href: str
    dataset_name: str
    num_samples: int
    num_named: int
    num_classes: int
    num_runs: int
    is_archived: bool
    frame_url: str | None = None
    """Newest map as a frame, None before the first one."""
    colors: tuple[int, ...] = ()
    """Colour slot of each class_index, for the small map."""


def layout(cards: Sequence[ProjectCard], *, is_archive: bool) -> html.Div:
    """Return the page's contents; a callback refills the grid."""
    return html.Div(
        html.Div(
            [
                header(num_projects=len(cards), is_archive=is_archive),
                html.Div(id=ids.problem, className="notice error", role="alert"),
                html.Div(grid(cards, is_archive=is_archive), id=ids.grid),
                html.Div(
                    empty("No project of that name", "Nothing here matches what you look for."),
                    id=ids.none,
                    hidden=True,
                ),
            ],
            className="projects-inner",
        ),
        id=ids.root,
        className="projects scroll",
    )


def header(*, num_projects: int, is_archive: bool) -> html.Div:
    """Return title, search, the switch between active and archived, and the way to a new one."""
    return html.Div(
        [
            html.Div(
                [
                    html.H1("Projects"),
                    html.P(
                        "Each one is a data set, its map, and what people said.", className="sec"
                    ),
                ],
                className="projects-title",
            ),
            search(is_hidden=num_projects < SEARCH_FROM),
            dbc.RadioItems(
                id=ids.view,
                options=[
                    {"label": "Active", "value": "active"},
                    {"label": "Archived", "value": "archived"},
                ],
                value="archived" if is_archive else "active",
                class_name="seg",
                input_class_name="seg-input",
                label_class_name="seg-label",
                label_checked_class_name="on",
            ),
            dbc.Button([icon("plus"), "New project"], id=ids.new, color="primary"),
        ],
        className="projects-head",
    )


def search(*, is_hidden: bool) -> html.Div:
    """Return the search field; `finding.mjs` shows and hides it as the grid gets other cards."""
    field = dbc.Input(id=ids.find, type="search", placeholder="Find a project")
    words = html.Label("Find a project", htmlFor=ids.find, className="sr-only")
    return html.Div(
        [words, icon("search"), field],
        className="search",
        role="search",
        hidden=is_hidden,
        **attributes({"data-from": str(SEARCH_FROM)}),
    )


def grid(cards: Sequence[ProjectCard], *, is_archive: bool) -> Component:
    """Return the cards, or what to do when there is none; assets/shell/finding.mjs hides some."""
    if cards:
        return html.Ul([card(each) for each in cards], className="project-grid")
    if is_archive:
        return empty("Nothing archived", "Archived projects rest here and can be brought back.")
    return empty(
        "No active project",
        "A project takes a data set and draws its map. Start one with New project, or bring one "
        "back from Archived.",
    )


def card(project: ProjectCard) -> html.Li:
    """Return one project's card; its whole face is the link, the menu lies above it."""
    return html.Li(
        [
            preview(project),
            html.Div(
                [
                    html.Div(
                        [
                            html.H3(
                                dcc.Link(project.name, href=project.href, className="card-link"),
                                className="clip",
                                title=project.name,
                            ),
                            html.Span(className="spacer"),
                            menu(project),
                        ],
                        className="head",
                    ),
                    html.Div(
                        f"{project.dataset_name} · {many(project.num_samples, 'sample')}",
                        className="cap clip",
                    ),
                    meter(project),
                    html.Div(counts(project), className="cap project-counts"),
                ],
                className="project-words",
            ),
        ],
        className="card project-card",
        **attributes({"data-words": f"{project.name} {project.dataset_name}"}),
    )


def preview(project: ProjectCard) -> html.Div:
    """Return the small map, drawn by `assets/shell/previews.mjs`, or the words in its place."""
    if project.frame_url is None:
        return html.Div(html.Span("The map is still to come", className="cap"), className="preview")
    wanted = {
        "data-frame": project.frame_url,
        "data-colors": orjson.dumps(project.colors).decode(),
    }
    canvas = html.Canvas(className="preview-map")
    return html.Div(canvas, className="preview", **attributes(wanted))


def meter(project: ProjectCard) -> html.Div:
    """Return how much of the project is named, as a bar."""
    share = 100 * project.num_named / max(1, project.num_samples)
    return html.Div(
        html.I(style={"width": f"{share:.1f}%"}),
        className="meter",
        **attributes({"aria-hidden": "true"}),
    )


def counts(project: ProjectCard) -> list[html.Span]:
    """Return the figures under the bar."""
    classes = "1 class" if project.num_classes == 1 else f"{project.num_classes} classes"
    runs = "1 run" if project.num_runs == 1 else f"{project.num_runs} runs"
    return [
        html.Span(f"{project.num_named:,} of {project.num_samples:,} named"),
        html.Span(f"{classes} · {runs}"),
    ]


def menu(project: ProjectCard) -> dbc.DropdownMenu:
    """Return the card's menu."""
    acts: list[Act] = ["rename", "duplicate", "archive", "delete"]
    if project.is_archived:
        acts = ["rename", "restore", "delete"]
    label = [icon("more"), html.Span(f"More for {project.name}", className="sr-only")]
    return dbc.DropdownMenu(
        [menu_item(act, project.project_id) for act in acts],
        label=label,
        caret=False,
        color="light",
        size="sm",
        align_end=True,
        class_name="card-menu",
        toggle_class_name="btn-icon",
    )


def menu_item(act: Act, project_id: str) -> dbc.DropdownMenuItem:
    """Return one entry of a card's menu."""
    icon_name, words = WORDS[act]
    return dbc.DropdownMenuItem(
        [icon(icon_name), words],
        id=ids.act(act, project_id),
        n_clicks=0,
        class_name="danger" if act == "delete" else None,
    )


def empty(title: str, words: str) -> html.Div:
    """Return the drawing and the words of an empty list."""
    return html.Div(
        [
            html.Span(className="empty-drawing", **attributes({"aria-hidden": "true"})),
            html.Div(title, className="strong"),
            html.Div(words),
        ],
        className="empty card projects-empty",
    )
