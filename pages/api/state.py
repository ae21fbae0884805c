"""All a page needs to know of a project in one small answer, and almost nothing when unchanged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated, Any, Final

import numpy as np
from fastapi import APIRouter, Depends, Request, Response

from ml.records import UNSURE
from pages.answers import JsonAnswer
from pages.api import pins, run_view, wording
from pages.api.frames import binary
from pages.api.gesture_log import GestureLogs, timeline
from pages.api.parsing import Asker, Parts, ProjectId, count
from pages.api.session import session_json
from pages.auth.declared import requires
from pages.session import Session
from store.opening import Store
from store.queue import Place
from store.records import Event, Project, ProjectState, Run, Worker

router = APIRouter()
FRESH_S: Final = 10.0
"""A worker silent for longer counts as gone."""
_EAGERNESS: Final = ("stopping", "starting", "ready", "busy")


async def _logs(request: Request) -> GestureLogs:
    logs: GestureLogs = request.app.state.gesture_logs
    return logs


@router.get("/api/projects/{p}/state")
@requires("viewer")
def read_state(
    project: ProjectId,
    asker: Asker,
    parts: Parts,
    logs: Annotated[GestureLogs, Depends(_logs)],
    digest: str = "",
) -> Response:
    """Return the state of a project, or only its digest when the page has it already."""
    worker = worker_json(parts.store.workers.list(), parts.backend.problem)
    waits = waits_of(parts.store, project, worker, parts.store.queue.places())
    current = digest_of(f"{parts.store.pulse.of(project)} {waits}", worker, asker)
    if digest == current:
        return JsonAnswer({"digest": current, "unchanged": True})
    body = to_json(look(parts.store, project, worker), parts.store, logs, asker)
    return JsonAnswer({"digest": current, **body, "worker": worker})


@router.get("/api/projects/{p}/annotation/{seq}")
@requires("viewer")
def read_annotation(project: ProjectId, seq: str, parts: Parts) -> Response:
    """Return the annotations after event `seq`, int16 (num_samples,); they never change."""
    state = parts.store.journal.state(project, count(seq, "journal position"))
    return binary(state.annotation.astype("<i2").tobytes())


def digest_of(pulse: str, worker: dict[str, str | None], asker: Session) -> str:
    """Return a short text that differs whenever an answer would (but for the passing time).

    The pulse is read before the state: a change in between makes the page ask once more, while
    the other order would let it believe that it has seen the change.
    """
    parts = (pulse, worker, asker.name, asker.author_id)
    return blake2b(repr(parts).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True)
class View:
    """What a project looks like at one moment."""

    project: Project
    state: ProjectState
    runs: Sequence[Run]
    places: Mapping[str, Place]
    """By run_id, where those that wait stand in the queue."""
    waits: Mapping[str, str]
    """By run_id, what they wait for, in words."""


def look(store: Store, project_id: str, worker: Mapping[str, str | None]) -> View:
    """Read what a view is made of."""
    project = store.projects.get(project_id)
    runs = store.runs.of_project(project_id)
    is_waiting = any(run.state == "queued" for run in runs)
    places = store.queue.look() if is_waiting else {}
    return View(
        project=project,
        state=store.journal.state(project_id),
        runs=runs,
        places=places,
        waits=waits_of(store, project_id, worker, places),
    )


def waits_of(
    store: Store, project_id: str, worker: Mapping[str, str | None], places: Mapping[str, Place]
) -> dict[str, str]:
    """Return what each waiting run of a project waits for, in words, by run_id."""
    is_team = store.settings.mode == "team"
    return {
        run_id: wording.explain_wait(place, worker["state"], is_team=is_team)
        for run_id, place in places.items()
        if place.project_id == project_id
    }


def to_json(view: View, store: Store, logs: GestureLogs, asker: Session) -> dict[str, Any]:
    """Return the answer's body but for the digest (docs/architecture.md, State)."""
    state = view.state
    num_samples = state.annotation.size
    updates = [
        event for event in store.journal.updates(view.project.project_id) if event.seq <= state.seq
    ]
    askers = askers_of(updates, state)
    pretrainings = [run.run_id for run in view.runs if run.kind == "pretrain"]
    return {
        "seq": state.seq,
        "project": project_json(view.project, num_samples),
        **classes_json(state),
        **pins.to_json(state, asker.author_id),
        "head": head_json(store, view.project.project_id),
        "runs": [
            run_view.to_json(
                run,
                store,
                on_line=run.run_id in state.run_ids,
                place=view.places.get(run.run_id),
                wait=view.waits.get(run.run_id, ""),
                is_mine=askers.get(run.run_id) == asker.author_id,
            )
            for run in view.runs
        ],
        "gestures": timeline(
            logs.shown(view.project.project_id, state),
            state,
            updates,
            pretrainings[-1] if pretrainings else None,
            asker.author_id,
        ),
        "undo": step_json(logs, view, state.undoable.get(asker.author_id), updates),
        "redo": step_json(logs, view, state.redoable.get(asker.author_id), updates),
        "session": session_json(asker),
    }


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


def head_json(store: Store, project_id: str) -> dict[str, object] | None:
    """Return which snapshot the map shows."""
    head = store.runs.head(project_id)
    if head is None:
        return None
    return {
        "run_id": head.run_id,
        "epoch": head.epoch,
        "n": head.frame_n,
        "attempt": head.attempt,
    }


def step_json(
    logs: GestureLogs, view: View, seq: int | None, updates: Sequence[Event]
) -> dict[str, object] | None:
    """Return what the next undo or redo of the asker would do."""
    if seq is None or seq > view.state.seq:
        return None
    entry = logs.entry(view.project.project_id, seq, view.state.annotation.size)
    text = wording.describe_whole(entry.event, entry.count, view.state)
    return {
        "seq": seq,
        "verb": entry.event.verb,
        "text": text,
        "run_id": run_of(entry.event, updates),
    }


def askers_of(updates: Sequence[Event], state: ProjectState) -> dict[str, str]:
    """Return whose Update each run is, by run_id: the newest that stands, as a run's own author.

    Nobody is noted of a pretraining.
    """
    standing = [event for event in updates if state.stands(event)]
    return {event.values["run_id"]: event.author_id for event in (*updates, *standing)}


def run_of(gesture: Event, updates: Sequence[Event]) -> str | None:
    """Return the run that goes and comes with a gesture: an Update's own, or the one it set off."""
    for event in updates:
        if gesture.seq in (event.seq, event.values.get("auto_of")):
            return str(event.values.get("run_id"))
    return None


def worker_json(workers: Sequence[Worker], problem: str | None) -> dict[str, str | None]:
    """Return the most useful of the workers that still report, else why there is none."""
    known = [w for w in workers if w.age_s < FRESH_S and w.state in _EAGERNESS]
    if not known and problem:
        return {"state": "failed", "device": None, "message": problem}
    if not known:
        return {"state": "absent", "device": None}
    best = max(known, key=lambda worker: _EAGERNESS.index(worker.state))
    told = {"message": problem} if problem else {}
    return {"state": best.state, "device": best.device, **told}
