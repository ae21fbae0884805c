"""The frame around every page: rail, top bar, project switcher, and the hosts of what floats.

Values come in through `Place` and `ProjectItem`; `pages/_shell.py` fills them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash import dcc, html
from dash.development.base_component import Component

from components.attributes import attributes
from components.icons import ICONS, icon
from ml.wording import many


class ids:  # noqa: N801  (one name for the component, its ids and its module)
    """Ids of the frame that callbacks, scripts and tests may use."""

    location = "shell-location"
    refresh = "shell-refresh"
    project = "shell-project"
    switcher = "shell-switcher"
    switcher_name = "shell-switcher-name"
    chips = "top-chips"
    status = "top-status"
    live = "top-live"
    people = "top-people"
    page_name = "top-page"
    theme = "rail-theme"
    keys = "rail-keys"
    name = "top-name"


@dataclass(frozen=True)
class Place:
    """A page, as the rail shows it."""

    path: str
    """Address without the project."""
    name: str
    """Word under the icon."""
    icon: str
    """Name of the icon; an unknown one falls back to a plain square."""

    @property
    def link_id(self) -> dict[str, str]:
        """Id of its link, matched by the callback that keeps the project in the address."""
        return {"type": "rail-link", "path": self.path}


@dataclass(frozen=True)
class ProjectItem:
    """A project, as the switcher shows it."""

    name: str
    href: str
    note: str
    """What is beside the name, e.g. "213 of 1,797"."""
    is_current: bool = False


def layout(places: Sequence[Place], page: Component) -> html.Div:
    """Return the whole frame around `page`, the slot Dash fills with the current page."""
    return html.Div(
        [
            dcc.Location(id=ids.location, refresh="callback-nav"),
            dcc.Store(id=ids.refresh),
            dcc.Store(id=ids.project, storage_type="session"),
            html.A("Skip to the page", href="#page", className="skip"),
            rail(places),
            top_bar(),
            html.Main(page, id="page", className="page", tabIndex="-1"),
            html.Div(id="toast-host", className="toasts", **attributes({"aria-live": "polite"})),
            html.Div(
                id="toast-errors", className="toasts", **attributes({"aria-live": "assertive"})
            ),
        ],
        className="app",
    )


def rail(places: Sequence[Place]) -> html.Nav:
    """Return the column of pages, with theme and keys at its foot."""
    return html.Nav(
        [
            html.Span(className="logo", **attributes({"aria-hidden": "true"})),
            *[rail_link(place) for place in places],
            html.Div(className="spacer"),
            rail_button(ids.theme, "theme", "auto", "Theme", ""),
            rail_button(ids.keys, "keys", "help", "Keys", "?"),
        ],
        className="rail",
        **attributes({"aria-label": "Pages"}),
    )


def rail_link(place: Place) -> dbc.NavLink:
    """Return one page's link; the callback that fills the top bar marks the page that is open."""
    name = place.icon if place.icon in ICONS else "one"
    children = [icon(name, "s18"), html.Span(place.name)]
    return dbc.NavLink(children, id=place.link_id, href=place.path, class_name="rail-item")


def rail_button(button_id: str, act: str, icon_name: str, words: str, key: str) -> html.Button:
    """Return a button at the rail's foot; the modules in assets act on `data-act`."""
    named = {"data-act": act, "data-tip": words, "aria-label": words}
    if key:
        named["data-key"] = key
    return html.Button(
        icon(icon_name, "s18"),
        id=button_id,
        type="button",
        className="rail-item",
        **attributes(named),
    )


def top_bar() -> html.Header:
    """Return the bar: project, its data set, a slot for the run, and who is here."""
    return html.Header(
        [
            switcher(),
            html.Span(id=ids.page_name, className="crumb"),
            html.Div(id=ids.chips, className="chips"),
            html.Div(className="spacer"),
            html.Div(
                id=ids.live,
                className="present-bar",
                hidden=True,
                role="region",
                **attributes({"aria-label": "Presenting"}),
            ),
            html.Div(id=ids.status, className="chips"),
            html.Div(id=ids.people, className="top-people"),
            html.Div(className="vr"),
            name_button(),
        ],
        className="top",
    )


def switcher() -> dbc.DropdownMenu:
    """Return the menu of projects; its label and items are filled by a callback."""
    label = [
        html.Span(icon("cube"), className="project-mark"),
        html.Span("Lodemap", id=ids.switcher_name, className="clip"),
        icon("caret"),
    ]
    return dbc.DropdownMenu(
        [],
        id=ids.switcher,
        label=label,
        caret=False,
        color="link",
        class_name="switcher",
        toggle_class_name="project-button",
    )


def switcher_items(projects: Sequence[ProjectItem], new_href: str) -> list[Component]:
    """Return the switcher's menu: each project, then the two ways onward."""
    onward = [
        dbc.DropdownMenuItem([icon("plus"), "New project"], href=new_href),
        dbc.DropdownMenuItem([icon("projects"), "All projects"], href="/projects"),
    ]
    if not projects:
        return onward
    head = dbc.DropdownMenuItem([html.Span("Project"), html.Span("named")], header=True)
    return [head, *map(switcher_item, projects), dbc.DropdownMenuItem(divider=True), *onward]


def switcher_item(project: ProjectItem) -> dbc.DropdownMenuItem:
    """Return one project's line."""
    mark = icon("check") if project.is_current else html.Span(className="i-space")
    note = html.Span(project.note, className="cap")
    return dbc.DropdownMenuItem(
        [mark, html.Span(project.name, className="clip"), html.Span(className="spacer"), note],
        href=project.href,
        active=project.is_current,
    )


def dataset_chips(name: str, num_samples: int, num_held_out: int) -> list[html.Span]:
    """Return what is known of the data set, in two chips."""
    trained = f"{num_samples - num_held_out:,} "
    return [
        html.Span(
            [html.Span(name, className="muted clip"), html.Span(many(num_samples, "sample"))],
            className="chip line",
        ),
        html.Span(
            [
                html.Span("trained on", className="muted"),
                html.Span(trained),
                html.Span(["· held out"], className="muted"),
                html.Span(f"{num_held_out:,}"),
            ],
            className="chip line wide-only",
        ),
    ]


def name_button() -> html.Button:
    """Return who is here; `assets/shell/session.mjs` fills it, and asks for another name."""
    children = [
        html.Span("G", className="avatar", **attributes({"aria-hidden": "true"})),
        html.Span("Guest", className="avatar-name cap wide-only"),
    ]
    named = attributes({"data-act": "name", "aria-label": "Choose a display name"})
    return html.Button(children, id=ids.name, type="button", className="who", **named)
