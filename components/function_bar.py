"""The bar above the map: tools, then undo, then view, then auto-update, Stop and Update."""

from typing import Any, Final

import dash_bootstrap_components as dbc
from dash import html

from components.attributes import attributes
from components.icons import icon

COLOR_MODES: Final = (
    ("class", "Named or predicted"),
    ("annotation", "Annotation"),
    ("prediction", "Prediction"),
    ("label", "Data-set label"),
    ("confidence", "Confidence"),
    ("uncertainty", "Uncertainty"),
    ("trust", "Trust in places"),
)
"""What a point's colour can stand for (assets/parts/look.mjs), with the words of the menu."""


class ids:  # noqa: N801
    """Ids of this component, shared with assets/*.mjs."""

    TOOLS = "tools"
    UNDO = "undo"
    REDO = "redo"
    RESET = "reset"
    COLOR = "color-mode"
    PICTURES = "toggle-pictures"
    WINDOWS = "windows"
    HISTOGRAMS = "toggle-histograms"
    FORCE = "toggle-force"
    REGIONS = "toggle-regions"
    ATLAS = "toggle-atlas"
    CONTOURS = "toggle-contours"
    FIND = "find"
    LEFT = "toggle-left"
    RIGHT = "toggle-right"
    AUTO_UPDATE = "auto-update"
    STOP = "stop"
    UPDATE = "update"


def layout() -> html.Div:
    """Return the bar; assets/teaching/runpanel.mjs and assets/mappage/toolbar.mjs give it life."""
    return html.Div(
        [
            _tools(),
            html.Span(className="vr"),
            *_history(),
            html.Span(className="vr"),
            *_view(),
            html.Span(className="spacer"),
            _button(ids.FIND, "Find samples by id, class or text", "/", "search"),
            *_panels(),
            *_run(),
        ],
        className="function-bar",
        role="group",
        **attributes({"aria-label": "Map tools"}),
    )


def _tools() -> html.Div:
    tools = (
        ("pan", "Pan", "H"),
        ("lasso", "Lasso", "L"),
        ("box", "Box", "B"),
        ("move", "Move", "M"),
    )
    buttons = [
        html.Button(
            [icon(name), html.Span(text, className="words")],
            type="button",
            title=None,
            **attributes(
                {
                    "data-tool": name,
                    "data-tip": text,
                    "data-key": key,
                    "aria-label": text,
                    "aria-pressed": "true" if name == "lasso" else "false",
                }
            ),
        )
        for name, text, key in tools
    ]
    return html.Div(buttons, id=ids.TOOLS, className="seg", role="group")


def _button(name: str, text: str, key: str, icon_name: str, words: str = "") -> html.Button:
    attributes: dict[str, Any] = {"data-tip": text, "data-key": key}
    is_said = not words or text.startswith(words)
    attributes["aria-label"] = text if is_said else f"{words}: {text}"  # begins with what is seen
    return html.Button(
        [icon(icon_name), html.Span(words, className="wide-only") if words else None],
        id=name,
        type="button",
        className="btn btn-light" if words else "btn btn-light btn-icon",
        **attributes,
    )


def _history() -> list[html.Button]:
    return [
        _button(ids.UNDO, "Nothing to undo", "Ctrl Z", "undo"),
        _button(ids.REDO, "Nothing to redo", "Ctrl Y", "redo"),
        _button(ids.RESET, "Back to the project's start", "", "reset", "Reset"),
    ]


def _view() -> list[Any]:
    options = [{"value": value, "label": label} for value, label in COLOR_MODES]
    return [
        html.Label(
            [
                html.Span("Colour", className="muted color-word"),
                dbc.Select(options=options, value="class", id=ids.COLOR, size="sm"),
            ],
            className="color-by",
        ),
        _button(ids.FORCE, "Pull and push on the points", "V", "force", "Force"),
        _button(ids.REGIONS, "Which class each place belongs to", "R", "regions", "Regions"),
        _button(ids.ATLAS, "What lives where: a picture of each place", "W", "atlas", "Atlas"),
        _button(
            ids.CONTOURS, "Density: lines around where points crowd", "C", "contours", "Density"
        ),
        _button(ids.HISTOGRAMS, "Histograms along the edges", "G", "histogram", "Histograms"),
        _button(ids.PICTURES, "Pictures on the map", "I", "image", "Pictures"),
        _windows(),
    ]


def _windows() -> html.Div:
    """Return the choice of one window or two; shown where two are wide enough."""
    buttons = [
        html.Button(
            text,
            type="button",
            **attributes({"data-windows": name, "data-tip": tip, "aria-pressed": "false"}),
        )
        for name, text, tip in (
            ("both", "Edit | Result", "Your map and what the network makes of it, side by side"),
            ("one", "One", "One map"),
        )
    ]
    return html.Div(
        buttons, id=ids.WINDOWS, className="seg", role="group", hidden=True,
        **attributes({"aria-label": "Windows"}),
    )  # fmt: skip


def _panels() -> list[html.Button]:
    """Return what opens the side panels on a narrow screen; elsewhere the styles hide them."""
    return [
        _button(ids.LEFT, "Classes and knobs", "", "knobs"),
        _button(ids.RIGHT, "Run and selection", "", "image"),
    ]


def _run() -> list[Any]:
    return [
        html.Label(
            [
                dbc.Switch(id=ids.AUTO_UPDATE, value=False),
                html.Span(["Auto", html.Span("-update", className="wide-only")]),
            ],
            className="auto-update",
            htmlFor=ids.AUTO_UPDATE,
            **attributes({"data-tip": "Update after each gesture"}),
        ),
        html.Button(
            [icon("stop"), html.Span("Stop", className="words")],
            id=ids.STOP,
            type="button",
            className="btn btn-danger",
            disabled=True,  # always in its place: what is beside it must not slide under a pointer
            **attributes({"data-tip": "Stop and keep the last snapshot", "data-key": "S"}),
        ),
        html.Button(
            [
                icon("update"),
                html.Span("Update"),
                html.Kbd("Enter", className="wide-only", **attributes({"aria-hidden": "true"})),
            ],
            id=ids.UPDATE,
            type="button",
            className="btn btn-primary",
            **attributes({"data-tip": "Learn from every name given so far", "data-key": "Enter"}),
        ),
    ]
