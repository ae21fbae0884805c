"""The list of projects; its cards are drawn by `assets/projects/page.mjs` from plain values.

A card of Dash components takes some twenty-five of them, each of which the renderer tells all the
others of: a hundred projects froze the page for seconds after every rename.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import dash_bootstrap_components as dbc
import orjson
from dash import dcc, html

from components.attributes import attributes
from components.icons import icon

SEARCH_FROM: Final = 7
"""Projects from which on a search helps more than it disturbs."""


class ids:  # noqa: N801
    """Ids of the list."""

    root = "projects-page"
    grid = "projects-grid"
    shelf = "data-shelf"
    """Property of the grid: what is in it."""
    view = "projects-view"
    find = "projects-find"
    no_active = "projects-no-active"
    no_archived = "projects-no-archived"
    no_match = "projects-no-match"
    new = "projects-new"
    problem = "projects-problem"
    asked = "projects-asked"
    """Store of an {act, project} chosen in a card's menu that the dialog asks about first."""
    moved = "projects-moved"
    """Store of one that is done at once: archive, restore."""


@dataclass(frozen=True)
class Learning:
    """A run that learns, or waits to, as a card tells of it."""

    kind: str
    number: int
    state: str
    last_epoch: int
    num_epochs: int
    time_left_s: float | None
    """Seconds, None where it is too early to say."""


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
    colors: tuple[int | None, ...] = ()
    """Colour slot of each class_index, None for one that is no more; for the small map."""
    learning: Learning | None = None
    """What is learned now, None where nothing is."""


def layout(cards: Sequence[ProjectCard], *, is_archive: bool) -> html.Div:
    """Return the page's contents; a callback says what else is in the grid."""
    return html.Div(
        html.Div(
            [
                header(num_projects=len(cards), is_archive=is_archive),
                html.Div(id=ids.problem, className="notice error", role="alert"),
                html.Div(
                    id=ids.grid, **attributes({ids.shelf: shelf(cards, is_archive=is_archive)})
                ),
                *nothing(),
                dcc.Store(id=ids.asked),
                dcc.Store(id=ids.moved),
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
    """Return the search field; `assets/projects/finding.mjs` offers it where many cards are."""
    field = dbc.Input(id=ids.find, type="search", placeholder="Find a project")
    words = html.Label("Find a project", htmlFor=ids.find, className="sr-only")
    return html.Div(
        [words, icon("search"), field],
        className="search",
        role="search",
        hidden=is_hidden,
        **attributes({"data-from": str(SEARCH_FROM)}),
    )


def shelf(cards: Sequence[ProjectCard], *, is_archive: bool) -> str:
    """Return what `assets/projects/page.mjs` draws the grid from, as JSON."""
    view = "archived" if is_archive else "active"
    return orjson.dumps({"view": view, "cards": [asdict(each) for each in cards]}).decode()


def nothing() -> list[html.Div]:
    """Return what stands in the grid's place where it is empty; the page's script shows one."""
    return [
        empty(
            ids.no_active,
            "No active project",
            "A project takes a data set and draws its map. Start one with New project, or bring "
            "one back from Archived.",
        ),
        empty(
            ids.no_archived,
            "Nothing archived",
            "Archived projects rest here and can be brought back.",
        ),
        empty(ids.no_match, "No project of that name", "Nothing here matches what you look for."),
    ]


def empty(empty_id: str, title: str, words: str) -> html.Div:
    """Return the drawing and the words of an empty list, not shown yet."""
    return html.Div(
        [
            html.Span(className="empty-drawing", **attributes({"aria-hidden": "true"})),
            html.Div(title, className="strong"),
            html.Div(words),
        ],
        id=empty_id,
        className="empty card projects-empty",
        hidden=True,
    )
