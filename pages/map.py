"""The Map page: see, select, name, teach and watch."""

import uuid
from typing import Any, Final

import dash
from dash import ClientsideFunction, Input, clientside_callback, dcc, html

from components import (
    function_bar,
    gallery,
    knobs,
    leads,
    map_window,
    palette,
    pins,
    receipt,
    run_panel,
    timeline,
)
from components.attributes import attributes

ROOT: Final = "map-page"
"""Id that assets/main.mjs waits for."""
SYNC: Final = "sync"
"""Id of the interval that drives assets/motion/sync.mjs."""
IDLE_MS: Final = 500
"""Pause between two looks at the server; the page shortens it while a run is live."""

dash.register_page(__name__, path="/", title="Map · Lodemap", name="Map", order=0)  # type: ignore[no-untyped-call]

clientside_callback(ClientsideFunction("lodemap", "tick"), Input(SYNC, "n_intervals"))


def layout(project: str | None = None, **_query: Any) -> html.Div:
    """Return the page of a project, or of the newest one when none is asked for."""
    return html.Div(
        [
            dcc.Interval(id=SYNC, interval=IDLE_MS),
            function_bar.layout(),
            html.Aside([palette.layout(), pins.layout(), knobs.layout()], className="side left"),
            html.Div([map_window.layout(), timeline.layout()], className="centre"),
            html.Aside(
                [run_panel.layout(), receipt.layout(), leads.layout(), gallery.layout()],
                className="side right",
            ),
        ],
        id=ROOT,
        className="map-page",
        **attributes({"data-project": checked(project)}),
    )


def checked(project: object) -> str:
    """Return a project id in its canonical form, "" for none, or "unknown" for what is no id."""
    if not project:
        return ""
    try:
        return str(uuid.UUID(str(project)))  # asked for twice, it comes as a list
    except ValueError:
        return "unknown"
