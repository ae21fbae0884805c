"""Bringing in a data set: the steps, what may be brought, where it is dropped, and its file.

`assets/data/page.mjs` moves it; what is found in the file stands in `data_check`.
"""

from dataclasses import dataclass
from typing import Final

import dash_bootstrap_components as dbc
from dash import html

from components import data_check
from components.attributes import attributes
from components.icons import icon

STEPS: Final = (
    ("choose", "Choose"),
    ("check", "Check and split"),
    ("create", "Create map"),
)
"""Name in the scripts and word of each step."""


class ids:  # noqa: N801
    """Ids of this component, shared with assets/data/*.mjs."""

    root = "data-import"
    steps = "data-steps"
    sources = "data-sources"
    unfinished = "data-unfinished"
    drop = "data-drop"
    file = "data-file"
    found = "data-found"
    cancel = "data-cancel"
    status = "data-status"


@dataclass(frozen=True)
class Source:
    """A kind of data people bring."""

    kind: str
    """Word of the scripts; "sample" is the one that is here already."""
    icon: str
    name: str
    formats: str


SOURCES: Final = (
    Source("image", "image", "Images", "PNG, JPEG, NPZ, IDX, Parquet, ZIP"),
    Source("spectrogram", "wave", "Sound", "WAV, FLAC, shown as spectrograms"),
    Source("vector", "vector", "Vectors", "CSV, Parquet, NPY"),
    Source("sample", "bulb", "Try a sample set", "Digits, clothes, drawings"),
)


def layout(project_name: str, *, is_hidden: bool) -> html.Section:
    """Return the whole view; `project_name` is where Cancel leads back to, "" for nowhere."""
    return html.Section(
        [
            head(project_name),
            steps(),
            html.Div([source_card(each) for each in SOURCES], id=ids.sources, className="sources"),
            drop_zone(),
            file_card(),
            html.Div(data_check.layout(), id=ids.found, className="data-found", hidden=True),
            data_check.archive(),
            html.Div(id=ids.status, className="sr-only", role="status"),
        ],
        id=ids.root,
        hidden=is_hidden,
        **attributes({"aria-labelledby": "data-import-title"}),
    )


def head(project_name: str) -> html.Div:
    """Return the title, and the way out."""
    back = f"Back to {project_name}" if project_name else "Cancel"
    return html.Div(
        [
            html.Div(
                [
                    html.H1("Bring in a data set", id="data-import-title"),
                    html.P(
                        "Images, sound or vectors. Labels are welcome but not needed.",
                        className="sec data-title-words",
                    ),
                ],
                className="data-title",
            ),
            dbc.Button(
                html.Span(back, className="clip"),
                id=ids.cancel,
                color="light",
                style={"visibility": "visible" if project_name else "hidden"},
            ),
        ],
        className="data-head",
    )


def steps() -> html.Ol:
    """Return the line that shows where one is."""
    return html.Ol(
        [
            html.Li(
                html.Button(
                    [html.B(str(at), className="step-mark"), html.Span(word)],
                    type="button",
                    disabled=True,
                    **attributes({"data-step": name}),
                ),
                className="step",
            )
            for at, (name, word) in enumerate(STEPS, start=1)
        ],
        id=ids.steps,
        className="steps",
        **attributes({"aria-label": "Steps"}),
    )


def source_card(source: Source) -> html.Button:
    """Return one kind of data, as a card to press."""
    pressed = {} if source.kind == "sample" else {"aria-pressed": "false"}
    return html.Button(
        [
            html.Span(icon(source.icon), className="source-icon"),
            html.Span(
                [
                    html.Span(source.name, className="strong"),
                    html.Span(source.formats, className="cap"),
                ],
                className="source-words",
            ),
        ],
        type="button",
        className="card source",
        **attributes({"data-source": source.kind, **pressed}),
    )


def drop_zone() -> html.Div:
    """Return where files are dropped; the buttons do the same for the keyboard."""
    return html.Div(
        [
            html.Span(className="drop-drawing", **attributes({"aria-hidden": "true"})),
            html.Div("Drop files or a folder here", className="strong drop-title"),
            html.Div(
                "One file, many files or a whole folder. Up to 64 GB.",
                className="drop-words",
            ),
            html.Div(
                [
                    dbc.Button([icon("file"), "Choose files"], id="data-choose", color="primary"),
                    dbc.Button(
                        [icon("projects"), "Choose a folder"],
                        id="data-choose-folder",
                        color="secondary",
                    ),
                ],
                className="drop-acts",
            ),
        ],
        id=ids.drop,
        className="empty drop-zone",
    )


def file_card() -> html.Div:
    """Return the chosen file and how far it is."""
    return html.Div(
        [
            html.Span(icon("file"), className="source-icon on"),
            html.Div(
                [
                    html.Div(
                        [
                            html.Span(id="data-file-name", className="strong clip"),
                            html.Span(id="data-file-size", className="cap"),
                            html.Span(id="data-file-state", className="chip"),
                        ],
                        className="file-name",
                    ),
                    file_progress(),
                    html.P(id="data-file-words", className="cap"),
                    html.P(id="data-file-problem", className="field-error", role="alert"),
                ],
                className="file-words",
            ),
            dbc.Button("Replace", id="data-file-act", color="secondary", size="sm"),
        ],
        id=ids.file,
        className="card file-card",
        hidden=True,
    )


def file_progress() -> html.Div:
    """Return the bar and its words."""
    bar = html.Div(
        html.I(),
        id="data-file-bar",
        className="meter",
        role="progressbar",
        **attributes(
            {"aria-valuemin": 0, "aria-valuemax": 100, "aria-labelledby": "data-file-name"}
        ),
    )
    return html.Div(
        [bar, html.Span(id="data-file-progress", className="cap")],
        id="data-file-line",
        className="file-line",
    )
