"""What people do to a project: one event of the journal each."""

from typing import Any, Final

from fastapi import APIRouter, Response

from ml.errors import InvalidInputError
from pages.answers import JsonAnswer
from pages.api import wording
from pages.api.parsing import Asker, LongJsonBody, Parts, ProjectId, base64_of, idempotency_key
from pages.auth.declared import requires
from store.opening import Store
from store.records import Ack, Event, Gesture, ProjectState, Run

router = APIRouter()
NEAR: Final = 50
"""Events after a gesture among which its auto-update is: that is asked for at once."""
_OWN_FIELDS: Final = frozenset({"key", "verb", "samples", "targets"})


@router.post("/api/projects/{p}/gestures")
@requires("annotator")
def append_gesture(project: ProjectId, body: LongJsonBody, asker: Asker, parts: Parts) -> Response:
    """Save a gesture; the answer means that it is durable."""
    gesture = to_gesture(body)
    ack = parts.store.journal.append(project, gesture, asker.author, asker.author_id)
    event = ack.event or parts.store.journal.event(project, ack.seq)
    answer = {"seq": ack.seq, "num_changed": ack.num_changed, "duplicate": ack.is_duplicate}
    said = {"message": message_of(parts.store, ack, event), "remarks": wording.remarks(event)}
    return JsonAnswer({**answer, **made_class(gesture, event), **said})


def made_class(gesture: Gesture, event: Event) -> dict[str, int]:
    """Return the `class_index` of the class a gesture made, nothing when it made none.

    A page that names more samples before this answer comes holds those back until it knows.
    """
    if gesture.verb != "add_class" and "new_class" not in gesture.values:
        return {}
    return {"class_index": int(event.values["class_index"])}


def to_gesture(body: dict[str, Any]) -> Gesture:
    """Return what a body asks for; the journal checks whether it may be.

    Raises:
        InvalidInputError: when the body has not the form of a gesture.
    """
    verb = body.get("verb")
    if not isinstance(verb, str):
        raise InvalidInputError("A gesture needs a verb, such as annotate.")
    values = {name: value for name, value in body.items() if name not in _OWN_FIELDS}
    samples, targets = base64_of(body, "samples"), base64_of(body, "targets")
    return Gesture(verb, idempotency_key(body), samples, values, targets)  # type: ignore[arg-type]


def message_of(store: Store, ack: Ack, event: Event) -> str:
    """Return what a person is told of what was just saved as `event`: a sentence, and remarks."""
    project_id = event.project_id
    target = event.values.get("target")
    aim = store.journal.event(project_id, int(target)) if target else None
    state = (ack.state if aim is None else None) or store.journal.state(project_id)
    run_id = aim.values.get("run_id") if aim is not None else None
    run = store.runs.get(run_id) if isinstance(run_id, str) else None
    text = wording.acknowledge(event, aim, ack, state, run)
    if aim is not None and event.verb == "undo" and run_id in state.taught_run_ids:
        return f"{text} {wording.STILL_ASKED}"
    if aim is not None and event.verb == "redo" and has_lost_update(store, aim, state):
        return f"{text} {wording.ASK_AGAIN}"
    return f"{text} {wording.STILL_LEARNED}" if outlives(store, project_id, ack) else text


def has_lost_update(store: Store, gesture: Event, state: ProjectState) -> bool:
    """Whether the auto-update of a gesture that stands again is gone for good."""
    following = store.journal.events(gesture.project_id, gesture.seq, limit=NEAR)
    return any(
        event.values.get("auto_of") == gesture.seq and not state.stands(event)
        for event in following
    )


def outlives(store: Store, project_id: str, ack: Ack) -> bool:
    """Whether the map still holds what a run that was just taken back had taught it.

    An archive that was opened by an earlier Lodemap may name a run as its own ancestor.
    """
    if not ack.put_off or (head := store.runs.head(project_id)) is None:
        return False
    runs = {run.run_id: run for run in store.runs.of_project(project_id)}
    run: Run | None = runs.pop(head.run_id, None)
    while run is not None and run.run_id not in ack.put_off:
        run = runs.pop(run.parent_run_id or "", None)
    return run is not None
