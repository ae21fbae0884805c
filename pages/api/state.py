"""All a page needs to know of a project in one small answer, and almost nothing when unchanged."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from operator import itemgetter
from typing import Annotated, Any, Final

import numpy as np
from fastapi import APIRouter, Depends, Request, Response
from numpy.typing import NDArray

from ml.records import UNSURE
from pages.answers import JsonAnswer
from pages.api import pins, run_view, wording
from pages.api.frames import binary
from pages.api.gesture_log import Entry, GestureLogs, timeline
from pages.api.looks import Look, Looks, cookie_of
from pages.api.parsing import Parts, ProjectId, count, project_id
from pages.api.reading_limit import Patience
from pages.api.session import session_json
from pages.auth.declared import requires
from pages.session import Session
from store.names import present_name, present_names
from store.opening import Store
from store.records import Event, Project, ProjectState, SnapshotRow

router = APIRouter()
MOST_TOLD: Final = 4096
"""Changed names that an answer holds; more are asked for as a whole."""


@dataclass(frozen=True)
class Asked:
    """All that a question for the state needs: one dependency costs a fifth of what five do."""

    project_id: str
    asker: Session
    store: Store
    logs: GestureLogs
    looks: Looks
    cookie: str
    digest: str
    """What the page has; "" for nothing."""
    seq: str
    """The journal position whose annotations it has; "" for none."""

    def look(self) -> Look:
        """Look at the project for the browser that asks; asks the database."""
        return self.looks.of(self.project_id, self.cookie)


async def _asked(request: Request) -> Asked:
    app, query = request.app.state, request.query_params
    return Asked(
        await project_id(request.path_params["p"]), request.state.session, app.services.store,
        app.gesture_logs, app.looks, cookie_of(request.scope),
        query.get("digest", ""), query.get("seq", ""),
    )  # fmt: skip


@router.get("/api/projects/{p}/state")
@requires("viewer")
def read_state(asked: Annotated[Asked, Depends(_asked)]) -> Response:
    """Return the state of a project, or only its digest when the page has it already."""
    look, asker = asked.look(), asked.asker
    current = digest_of(look.pulse, asker)
    if asked.digest == current:
        return JsonAnswer({"digest": current, "unchanged": True})
    seq = count(asked.seq, "journal position") if asked.seq else None
    told = {} if seq is None else names_since(look, asked.store, seq)
    return JsonAnswer({"digest": current, **to_json(look, asked.store, asked.logs, asker), **told})


@router.get("/api/projects/{p}/annotation/{seq}")
@requires("viewer")
def read_annotation(project: ProjectId, seq: str, parts: Parts) -> Response:
    """Return the annotations after event `seq`, int16 (num_samples,); they never change."""
    annotation = parts.store.journal.annotation(project, count(seq, "journal position"), Patience())
    return binary(annotation.astype("<i2").tobytes())


def names_since(look: Look, store: Store, seq: int) -> dict[str, Any]:
    """Return the few annotations that are others now than after event `seq`, for who has those.

    Returns:
        `{"names": {"after": seq, "ids": [...], "values": [...]}}`; nothing where that state is in
        memory no more, or too many changed: then they are asked for as a whole.
    """
    if seq not in look.names:
        known = store.journal.recent_annotation(look.project.project_id, seq)
        if known is None:
            return {}
        look.names[seq] = changed_names(known, look.state.annotation)
    changed = look.names[seq]
    return {} if changed is None else {"names": {"after": seq, **changed}}


def changed_names(
    before: NDArray[np.int16], after: NDArray[np.int16]
) -> dict[str, NDArray[Any]] | None:
    """Return ids and values of the annotations that changed, None where they are many.

    Args:
        before: Shape (num_samples,).
        after: Shape (num_samples,).
    """
    ids = np.flatnonzero(before != after)  # (num_changed,)
    return {"ids": ids, "values": after[ids]} if ids.size <= MOST_TOLD else None


def digest_of(pulse: str, asker: Session) -> str:
    """Return a short text that differs whenever an answer would (but for the passing time)."""
    parts = (pulse, *session_json(asker).values())
    return blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def to_json(look: Look, store: Store, logs: GestureLogs, asker: Session) -> dict[str, Any]:
    """Return the answer's body but for the digest (docs/http.md)."""
    state, shown = look.state, _shown(look, store, logs)
    return {
        **shown["all"],
        **pins.to_json(state, asker.author_id),
        "runs": [
            run | {"is_mine": shown["askers"][run["run_id"]] == asker.author_id}
            for run in shown["runs"]
        ],
        "gestures": [
            gesture | {"is_mine": author_id == asker.author_id}
            for gesture, author_id in shown["gestures"]
        ],
        "undo": step_json(logs, look, state.undoable.get(asker.author_id)),
        "redo": step_json(logs, look, state.redoable.get(asker.author_id)),
        "session": session_json(asker),
        "worker": look.worker,
    }


def _shown(look: Look, store: Store, logs: GestureLogs) -> dict[str, Any]:
    """Return what is the same for all who look; made once, whoever comes first."""
    if look.shown:
        return look.shown
    state = look.state
    entries = logs.shown(look.project.project_id, state)
    line_places = {run_id: nth for nth, run_id in enumerate(state.run_ids)}
    shown: dict[str, Any] = {
        "all": {
            "seq": state.seq,
            "project": project_json(look.project, state.annotation.size),
            **classes_json(state),
            "head": head_json(look.head),
        },
        "askers": {run.run_id: run.author_id for run in look.runs},
        "runs": [
            run_view.to_json(
                run,
                store,
                line_place=line_places.get(run.run_id),
                place=look.places.get(run.run_id),
                wait=look.waits.get(run.run_id, ""),
            )
            for run in look.runs
        ],
        "gestures": timeline(entries, state),
    }
    asked = [(run, shown["askers"][run["run_id"]]) for run in shown["runs"]]
    _call_by_present_names([*asked, *shown["gestures"]], look, entries)
    look.shown.update(shown)
    return shown


def _call_by_present_names(
    told: Sequence[tuple[dict[str, Any], str | None]], look: Look, entries: Sequence[Entry]
) -> None:
    """Put the name that somebody gave since where they were a guest, in each `author`.

    Args:
        told: Runs and gestures as they are shown, each with its author_id.
        look: What is known of the project.
        entries: The gestures.
    """
    said = [(run.created_at, run.author_id, run.author) for run in look.runs]
    said += [(each.event.created_at, each.event.author_id, each.event.author) for each in entries]
    names = present_names(each[1:] for each in sorted(said, key=itemgetter(0)))
    for shown, author_id in told:
        shown["author"] = present_name(shown["author"], author_id, names)


def project_json(project: Project, num_samples: int) -> dict[str, object]:
    """Return what a page shows of the project itself."""
    return {
        "project_id": project.project_id,
        "name": project.name,
        "dataset_id": project.dataset_id,
        "num_samples": num_samples,
        "latent_dim": project.latent_dim,
        "preset": project.preset,
        "archived": project.archived_at is not None,
    }


def classes_json(state: ProjectState) -> dict[str, object]:
    """Return the classes with their counts, and the counts over all."""
    # annotations start at UNSURE = -2; shifted, a bincount gives every count in one pass
    counts = np.bincount(state.annotation - np.int16(UNSURE), minlength=2)  # (-UNSURE + classes,)
    named = {index: int(n) for index, n in enumerate(counts[-UNSURE:])}
    return {
        "classes": [
            {
                "class_index": info.class_index,
                "name": info.name,
                "color": info.color,
                "merged_into": info.merged_into,
                "num_named": named.get(info.class_index, 0),
            }
            for info in state.classes
        ],
        "num_named": sum(named.values()),
        "num_unsure": int(counts[0]),
    }


def head_json(head: SnapshotRow | None) -> dict[str, object] | None:
    """Return which snapshot the map shows."""
    if head is None:
        return None
    return {
        "run_id": head.run_id,
        "epoch": head.epoch,
        "n": head.frame_n,
        "attempt": head.attempt,
    }


def step_json(logs: GestureLogs, look: Look, seq: int | None) -> dict[str, object] | None:
    """Return what the next undo or redo of the asker would do."""
    state = look.state
    if seq is None or seq > state.seq:
        return None
    entry = logs.entry(look.project.project_id, seq, state.annotation.size)
    text = wording.describe_whole(entry.event, entry.count, state)
    run_id = run_of(entry.event, state.updates)
    return {"seq": seq, "verb": entry.event.verb, "text": text, "run_id": run_id}


def run_of(gesture: Event, updates: Sequence[Event]) -> str | None:
    """Return the run that goes and comes with a gesture: an Update's own, or the one it set off."""
    for event in updates:
        if gesture.seq in (event.seq, event.values.get("auto_of")):
            return str(event.values.get("run_id"))
    return None
