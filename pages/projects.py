"""The Projects page: start, find, rename, duplicate, archive and delete projects."""

from typing import Any, Final
from uuid import uuid4

import dash
from dash import (
    ClientsideFunction,
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    ctx,
    dcc,
    html,
    no_update,
)
from dash.exceptions import PreventUpdate

from components import project_dialog, project_list, shell
from components.project_dialog import Question
from ml.errors import InvalidInputError, LodemapError
from pages.auth.declared import requires
from pages.project_acts import UNKNOWN, Done, cards, chosen_act, dataset_options, perform
from pages.services import current_services, seen_project
from store.errors import NotFoundError

TOAST: Final = "projects-toast"
FIELDS: Final = project_list.ids
DIALOG: Final = project_dialog.ids

dash.register_page(  # type: ignore[no-untyped-call]
    __name__, path="/projects", title="Projects · Lodemap", name="Projects", order=1
)

clientside_callback(ClientsideFunction("lodemap", "toast"), Input(TOAST, "data"))
clientside_callback(
    ClientsideFunction("lodemap", "cancelDialog"),
    Output(DIALOG.root, "is_open", allow_duplicate=True),
    Input(DIALOG.cancel, "n_clicks"),
    prevent_initial_call=True,
)
clientside_callback(
    ClientsideFunction("lodemap", "tellField"),
    Input(DIALOG.problem, "children"),
    Input(DIALOG.problem, "data-field"),
    prevent_initial_call=True,
)


def layout(new: str | None = None, **_query: Any) -> html.Div:
    """Return the list of projects; `?new=…` opens the dialog for another one."""
    store = current_services().store
    return html.Div(
        [
            project_list.layout(cards(store, is_archived=False), is_archive=False),
            project_dialog.layout(dataset_options(store), is_open=new is not None),
            dcc.Store(id=TOAST),
        ],
        className="projects-page",
    )


@callback(
    Output(FIELDS.grid, FIELDS.shelf),
    Input(FIELDS.view, "value"),
    Input(shell.ids.refresh, "data"),
    prevent_initial_call=True,
)
@requires("viewer")
def show_grid(view: str, _refresh: object) -> str:
    """Show the cards of the chosen view."""
    found = cards(current_services().store, is_archived=view == "archived")
    return project_list.shelf(found, is_archive=view == "archived")


@callback(
    Output(DIALOG.root, "is_open"),
    Output(DIALOG.question, "data"),
    Output(DIALOG.title, "children"),
    Output(DIALOG.words, "children"),
    Output(DIALOG.name, "value"),
    Output(DIALOG.name_field, "hidden"),
    Output(DIALOG.choices, "hidden"),
    Output(DIALOG.submit, "children"),
    Output(DIALOG.submit, "color"),
    Output(DIALOG.problem, "children"),
    Output(FIELDS.problem, "children", allow_duplicate=True),
    Input(FIELDS.new, "n_clicks"),
    Input(FIELDS.asked, "data"),
    prevent_initial_call=True,
)
@requires("viewer")
def ask(_clicks: int | None, asked: object) -> Any:
    """Open the dialog for what was clicked; say why not where the project is gone."""
    if not ctx.triggered or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    try:
        is_new = ctx.triggered_id == FIELDS.new
        question = Question("create", name="New project") if is_new else question_of(asked)
    except LodemapError as error:
        return *[no_update] * 10, error.sentence
    return True, question.to_json(), *project_dialog.face(question), ""


def question_of(chosen: object) -> Question:
    """Return what an entry of a card's menu asks.

    Raises:
        InvalidInputError: no card has such an entry.
        NotFoundError: somebody deleted the project since the page was drawn.
    """
    act, project_id = chosen_act(chosen)
    match act:
        case "rename" | "duplicate" | "delete":
            project = seen_project(project_id)
            return Question(act, project.project_id, project.name)
    raise InvalidInputError(UNKNOWN)


@callback(
    Output(DIALOG.root, "is_open", allow_duplicate=True),
    Output(DIALOG.problem, "children", allow_duplicate=True),
    Output(DIALOG.problem, "data-field"),
    Output(shell.ids.refresh, "data", allow_duplicate=True),
    Output(TOAST, "data", allow_duplicate=True),
    Output(shell.ids.location, "href", allow_duplicate=True),
    Input(DIALOG.submit, "n_clicks"),
    State(DIALOG.question, "data"),
    State(DIALOG.name, "value"),
    State(DIALOG.dataset, "value"),
    State(DIALOG.preset, "value"),
    State(DIALOG.axes, "value"),
    running=[(Output(DIALOG.submit, "disabled"), True, False)],
    prevent_initial_call=True,
)
@requires("trainer")
def answer(clicks: int, asked: dict[str, str], name: str, *choices: str | None) -> Any:
    """Do what the dialog asked about; say why not where it cannot be done."""
    if not clicks:  # the page has just been drawn
        raise PreventUpdate
    try:
        done = answered(asked, name, *choices)
    except LodemapError as error:
        return True, error.sentence, error.field, no_update, no_update, no_update
    return False, "", "", str(uuid4()), {"text": done.words}, done.href or no_update


def answered(
    asked: dict[str, str], name: str, dataset: str | None, preset: str | None, axes: str | None
) -> Done:
    """Do what was asked; what is gone already need not be deleted.

    Raises:
        LodemapError: with the sentence to show when it cannot be done.
    """
    try:
        act, project_id, key = asked["act"], asked["project_id"], asked.get("key")
        return perform(act, project_id, name, dataset, preset, axes, key)
    except NotFoundError:
        if asked["act"] != "delete":
            raise
        return Done(f"There is no {asked['name']} any more.")


@callback(
    Output(FIELDS.problem, "children"),
    Output(shell.ids.refresh, "data", allow_duplicate=True),
    Output(TOAST, "data", allow_duplicate=True),
    Input(FIELDS.moved, "data"),
    prevent_initial_call=True,
)
@requires("trainer")
def move(chosen: object) -> Any:
    """Archive a project or bring it back."""
    if not chosen:  # the page has just been drawn
        raise PreventUpdate
    try:
        done = perform(*chosen_act(chosen))
    except LodemapError as error:
        return error.sentence, no_update, no_update
    return "", str(uuid4()), {"text": done.words}
