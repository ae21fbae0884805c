"""The settings of an import: how it is read, split and shown. The scripts read and fill them."""

from typing import Final

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from components.attributes import attributes
from components.icons import icon
from components.project_dialog import PRESET_WORDS
from ml.records import PRESETS

MOST_HELD_OUT: Final = 50
USUAL_HELD_OUT: Final = 20
MOST_CLASSES: Final = 200
"""Labels that may become classes; `tasks/keeping.py` refuses more."""


class ids:  # noqa: N801
    """Ids of this component, shared with assets/data/settings.mjs."""

    root = "data-settings"
    name = "data-name"
    reading = "data-reading"
    split = "data-split"
    given = "data-given"
    held = "data-held"
    held_words = "data-held-words"
    held_note = "data-held-note"
    axes = "data-axes"
    preset = "data-preset"
    classes = "data-classes"
    problem = "data-problem"
    create = "data-create"


def layout() -> html.Section:
    """Return the panel."""
    return html.Section(
        [
            html.H2("Settings", id="data-settings-title"),
            html.Div(
                [
                    field("Project name", ids.name, name_input()),
                    html.Div(id=ids.reading, className="stack"),
                    html.Div([held_out(), *map_fields()], id=ids.split, className="stack"),
                ],
                className="stack settings-fields scroll",
            ),
            html.Div(
                [
                    html.P(id=ids.problem, className="field-error", role="alert"),
                    dbc.Button(
                        [html.Span("Create map"), icon("right")],
                        id=ids.create,
                        color="primary",
                        size="lg",
                    ),
                ],
                className="settings-foot",
            ),
        ],
        id=ids.root,
        className="settings",
        hidden=True,
        **attributes({"aria-labelledby": "data-settings-title"}),
    )


def field(word: str, name: str, control: Component, note: str = "") -> html.Div:
    """Return a labelled control and a sentence about it."""
    parts = [html.Label(word, htmlFor=name), control]
    return html.Div([*parts, html.P(note, className="cap") if note else None], className="field")


def name_input() -> dbc.Input:
    """Return the field of the project's name; one that is too long is refused with a sentence."""
    return dbc.Input(id=ids.name, type="text", value="", autocomplete="off")


def held_out() -> html.Div:
    """Return how much is kept back from training, or whether the files say so."""
    slider = dbc.Input(
        id=ids.held, type="range", min=0, max=MOST_HELD_OUT, step=1, value=USUAL_HELD_OUT,
        class_name="slider",
    )  # fmt: skip
    return html.Div(
        [
            html.Div(
                [
                    html.Label("Held out", htmlFor=ids.held),
                    html.Span(
                        id=ids.held_words, className="num", **attributes({"aria-live": "polite"})
                    ),
                ],
                className="spread",
            ),
            segment(
                ids.given, "Who is held out", (("given", "As the files say"), ("share", "A share"))
            ),
            slider,
            html.P(
                "Never trained on, so that the figures stay honest. Shown hollow.",
                className="cap",
            ),
            html.P(
                id=ids.held_note, className="cap", hidden=True,
                **attributes({"aria-live": "polite"}),
            ),
        ],
        className="field",
    )  # fmt: skip


def map_fields() -> list[Component]:
    """Return what concerns the map."""
    presets = [{"value": each, "label": f"{each}: {PRESET_WORDS[each]}"} for each in PRESETS]
    preset = dbc.Select(id=ids.preset, options=presets, value=PRESETS[0])
    switch = dbc.Switch(
        id=ids.classes, label="Label names become classes", value=True, class_name="data-switch"
    )
    return [
        html.Div(
            [
                html.Span("Map", className="field-name"),
                segment(ids.axes, "Axes of the map", (("2", "2D"), ("3", "3D"))),
                html.P("It forms itself first; you see it happen.", className="cap"),
            ],
            className="field",
        ),
        field("How it learns", ids.preset, preset),
        html.Div(
            [
                switch,
                html.P("Nothing is named by it: you start with the names, not the answers.",
                       id="data-classes-note", className="cap"),
            ],
            id="data-classes-field",
            className="field",
            **attributes({"data-most": MOST_CLASSES}),
        ),
    ]  # fmt: skip


def segment(name: str, label: str, choices: tuple[tuple[str, str], ...]) -> html.Div:
    """Return a choice among few; the first is chosen."""
    return html.Div(
        [
            html.Button(
                word,
                type="button",
                role="radio",
                tabIndex=0 if at == 0 else -1,
                **attributes({"data-value": value, "aria-checked": "true" if at == 0 else "false"}),
            )
            for at, (value, word) in enumerate(choices)
        ],
        id=name,
        className="seg seg-sm seg-fill",
        role="radiogroup",
        **attributes({"aria-label": label}),
    )
