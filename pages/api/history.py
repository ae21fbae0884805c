"""What happened in a project: its log, the tree of its steps, and how far people agree."""

from typing import Any

from fastapi import APIRouter, Response

from ml.errors import InvalidInputError
from pages.answers import JsonAnswer
from pages.api import log_view, step_view
from pages.api.agreement_view import agreement_json
from pages.api.parsing import Asker, JsonBody, Parts, ProjectId, count
from pages.api.reading_limit import Patience
from pages.api.state import classes_json
from pages.auth.declared import requires
from store.annotations.agreement import judgements_of
from store.opening import Store

router = APIRouter()


@router.get("/api/projects/{p}/history")
@requires("viewer")
def read_history(project: ProjectId, parts: Parts, asker: Asker) -> Response:
    """Return every step of a project's history, and at which it is."""
    return JsonAnswer(step_view.to_json(parts.store, project, asker.author_id))


@router.get("/api/projects/{p}/review")
@requires("viewer")
def read_stamps(project: ProjectId, parts: Parts) -> Response:
    """Return what changes when somebody comments, keeps a view, or names a step."""
    return JsonAnswer(review_stamps(parts.store, project))


def review_stamps(store: Store, project_id: str) -> dict[str, int | str]:
    """Return the stamps of comments, kept views and names of steps; each differs once one changed.

    Raises:
        NotFoundError: no such project.
    """
    return {
        "comments": store.comments.stamp(project_id),
        "bookmarks": store.bookmarks.stamp(project_id),
        "names": store.history.stamp(project_id),
    }


@router.get("/api/projects/{p}/steps/{seq}")
@requires("viewer")
def read_step(project: ProjectId, seq: str, parts: Parts) -> Response:
    """Return the classes as they were at a position of the journal."""
    state = parts.store.journal.state(project, count(seq, "journal position"), Patience())
    return JsonAnswer({"seq": state.seq, **classes_json(state), "num_pins": state.pins.num_pins})


@router.post("/api/projects/{p}/steps/{seq}/name")
@requires("annotator")
def name_step(project: ProjectId, seq: str, body: JsonBody, asker: Asker, parts: Parts) -> Response:
    """Give a step a name; an empty one takes it away."""
    step_id = count(seq, "step")
    name = parts.store.history.name(project, step_id, text_of(body, "name"), asker.author)
    return JsonAnswer({"step_id": step_id, "name": name})


@router.get("/api/projects/{p}/log")
@requires("viewer")
def read_log(
    project: ProjectId,
    parts: Parts,
    asker: Asker,
    before: str | None = None,
    q: str = "",
    sample: str | None = None,
) -> Response:
    """Return a page of what people said, newest first, of those lines that fit the filter."""
    wanted = log_view.Wanted(
        before=None if before is None else count(before, "journal position"),
        words=q,
        sample=None if sample is None else count(sample, "sample"),
    )
    return JsonAnswer(log_view.to_json(parts.store, project, wanted, asker.author_id))


@router.get("/api/projects/{p}/agreement")
@requires("viewer")
def read_agreement(project: ProjectId, parts: Parts) -> Response:
    """Return how far people agree, and the samples they still differ about."""
    told = parts.store.history.of(project)
    return JsonAnswer(agreement_json(told, judgements_of(told)))


def text_of(body: dict[str, Any], field: str) -> str:
    """Return a text of a body.

    Raises:
        InvalidInputError: when it is none.
    """
    text = body.get(field)
    if not isinstance(text, str):
        raise InvalidInputError(f"{field} must be text.")
    return text
