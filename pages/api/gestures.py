"""What people do to a project: one event of the journal each."""

from typing import Any, Final

from fastapi import APIRouter, Response

from ml.errors import InvalidInputError
from pages.answers import JsonAnswer
from pages.api import wording
from pages.api.parsing import Asker, JsonBody, Parts, ProjectId, idempotency_key, packed_samples
from store.opening import Store
from store.records import Ack, Gesture

router = APIRouter()
_OWN_FIELDS: Final = frozenset({"key", "verb", "samples"})


@router.post("/api/projects/{p}/gestures")
def append_gesture(project: ProjectId, body: JsonBody, asker: Asker, parts: Parts) -> Response:
    """Save a gesture; the answer means that it is durable."""
    gesture = to_gesture(body)
    ack = parts.store.journal.append(project, gesture, asker.author, asker.author_id)
    answer = {"seq": ack.seq, "num_changed": ack.num_changed, "duplicate": ack.is_duplicate}
    return JsonAnswer({**answer, "message": message_of(parts.store, project, ack)})


def to_gesture(body: dict[str, Any]) -> Gesture:
    """Return what a body asks for; the journal checks whether it may be.

    Raises:
        InvalidInputError: when the body has not the form of a gesture.
    """
    verb = body.get("verb")
    if not isinstance(verb, str):
        raise InvalidInputError("A gesture needs a verb, such as annotate.")
    values = {name: value for name, value in body.items() if name not in _OWN_FIELDS}
    return Gesture(verb, idempotency_key(body), packed_samples(body), values)  # type: ignore[arg-type]


def message_of(store: Store, project_id: str, ack: Ack) -> str:
    """Return one sentence about what was just saved."""
    event = store.journal.events(project_id, ack.seq - 1, 1)[0]
    target = event.values.get("target")
    aim = store.journal.events(project_id, int(target) - 1, 1)[0] if target else None
    return wording.acknowledge(event, aim, ack, store.journal.state(project_id))
