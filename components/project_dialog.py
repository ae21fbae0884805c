"""The one dialog of the projects page: it asks for a name, a data set, or a yes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal
from uuid import uuid4

import dash_bootstrap_components as dbc
from dash import dcc, html

from ml.records import PRESETS

NAME_LIMIT: Final = 200
PRESET_WORDS: Final = {
    "lodemap": "few names teach much",
    "annotate-vae": "names reshape the whole map",
    "refine-projection": "a classifier's map",
}
"""What each preset does, as an option says it: some 40 letters fit with its name."""
AXES_WORDS: Final = {
    "2": "2D: all of it in one view",
    "3": "3D: more room, but it has to be turned",
}
"""How many axes the map may have, and what the third one gives and costs."""
Act = Literal["create", "rename", "duplicate", "delete"]


class ids:  # noqa: N801
    """Ids of the dialog."""

    root = "project-dialog"
    question = "project-dialog-question"
    title = "project-dialog-title"
    words = "project-dialog-words"
    name_field = "project-dialog-name-field"
    name = "project-dialog-name"
    choices = "project-dialog-choices"
    dataset = "project-dialog-dataset"
    preset = "project-dialog-preset"
    axes = "project-dialog-axes"
    problem = "project-dialog-problem"
    cancel = "project-dialog-cancel"
    submit = "project-dialog-submit"


@dataclass(frozen=True)
class Question:
    """What is asked; travels through the browser while the dialog is open."""

    act: Act
    project_id: str = ""
    """Project it is about; empty when one is to be made."""
    name: str = ""
    """The project's name, or the one suggested for a new one."""
    key: str = field(default_factory=lambda: str(uuid4()))
    """Names the answer, however often it is sent: the id of a project that it makes."""

    def to_json(self) -> dict[str, str]:
        """Return JSON primitives."""
        return asdict(self)

    @property
    def title(self) -> str:
        """Heading of the dialog."""
        if self.act == "create":
            return "New project"
        return f"{self.act.capitalize()} {self.name}"

    @property
    def words(self) -> str:
        """The sentence under the heading."""
        return {
            "create": "The map forms itself first, before anything is named.",
            "rename": "",
            "duplicate": "The copy has the same names, runs and map, and goes its own way.",
            "delete": "Its names, runs and maps are deleted for everyone, and its data set too "
            "where no other project uses it. This cannot be undone.",
        }[self.act]

    @property
    def action(self) -> str:
        """Word on the button."""
        return {
            "create": "Create project",
            "rename": "Rename",
            "duplicate": "Duplicate",
            "delete": "Delete project",
        }[self.act]

    @property
    def suggestion(self) -> str:
        """What the name field starts with."""
        if self.act == "duplicate":
            return f"{self.name[: NAME_LIMIT - 5]} copy"
        return self.name


def layout(datasets: Sequence[Mapping[str, str]], *, is_open: bool) -> html.Div:
    """Return the dialog, ready to ask for a new project; `datasets` are options for its select."""
    question = Question("create", name="New project")
    fields = html.Div(
        [
            html.P(question.words, id=ids.words, className="sec"),
            name_field(question.suggestion),
            choices(datasets),
            problem(),
        ],
        className="stack",
    )
    foot = [
        dbc.Button("Cancel", id=ids.cancel, color="light"),
        dbc.Button(question.action, id=ids.submit, color="primary"),
    ]
    modal = dbc.Modal(
        [
            dbc.ModalHeader(dbc.ModalTitle(question.title, id=ids.title, tag="h2")),
            dbc.ModalBody(fields),
            dbc.ModalFooter(foot),
        ],
        id=ids.root,
        is_open=is_open,
        centered=True,
        fade=False,  # it leaves at once; the style sheet lets it come in softly
        labelledby=ids.title,
    )
    return html.Div([modal, dcc.Store(id=ids.question, data=question.to_json())])


def name_field(value: str) -> html.Div:
    """Return the field for a name; a longer one can be typed, and is refused with a sentence."""
    typed = dbc.Input(id=ids.name, type="text", value=value, autocomplete="off", autofocus=True)
    return html.Div(
        [html.Label("Name", htmlFor=ids.name), typed], id=ids.name_field, className="field"
    )


def choices(datasets: Sequence[Mapping[str, str]]) -> html.Div:
    """Return what only a new project is asked: its data, how it learns, and its map's axes."""
    first = datasets[0]["value"] if datasets else None
    dataset = dbc.Select(id=ids.dataset, options=list(datasets), value=first)
    presets = [{"value": name, "label": f"{name}: {PRESET_WORDS[name]}"} for name in PRESETS]
    preset = dbc.Select(id=ids.preset, options=presets, value=PRESETS[0])
    axes = [{"value": value, "label": words} for value, words in AXES_WORDS.items()]
    fields = (
        ("Data set", ids.dataset, dataset),
        ("How it learns", ids.preset, preset),
        ("Map", ids.axes, dbc.Select(id=ids.axes, options=axes, value="2")),
    )
    own = dcc.Link("Bring in your own data", href="/data?new=1")
    return html.Div(
        [
            html.Div(
                [
                    html.Label(word, htmlFor=name),
                    choice,
                    own if name == ids.dataset else None,
                ],
                className="field",
            )
            for word, name, choice in fields
        ],
        id=ids.choices,
        className="stack",
    )


def problem() -> html.Div:
    """Return the place of the sentence that says why it did not work; `data-field` is of what."""
    return html.Div(id=ids.problem, className="field-error", role="alert")


def face(question: Question) -> tuple[Any, ...]:
    """Return what the open dialog shows, in the order of the page's outputs.

    Title, words, value of the name, whether the name and the choices are hidden, the button's
    words, its colour, and no problem yet.
    """
    return (
        question.title,
        question.words,
        question.suggestion,
        question.act == "delete",
        question.act != "create",
        question.action,
        "danger" if question.act == "delete" else "primary",
        "",
    )
