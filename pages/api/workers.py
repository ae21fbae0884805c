"""Who trains and with what, and where a project wants to be trained."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, Final

from fastapi import APIRouter, Response

from ml.errors import InvalidInputError
from pages.answers import JsonAnswer
from pages.api import wording
from pages.api.parsing import Asker, JsonBody, Parts, ProjectId
from pages.auth.declared import requires
from pages.session import Session
from store.errors import NotFoundError
from store.opening import Store
from store.queue.devices import CHOICES
from store.queue.worker_records import Worker
from store.records import Run

router = APIRouter()
ELSEWHERE: Final = "another project"
"""Shown in place of the name of a project that the asker is no member of."""


@router.get("/api/projects/{p}/workers")
@requires("viewer")
def list_workers(project: ProjectId, asker: Asker, parts: Parts) -> Response:
    """List the workers heard of lately, and where this project wants to be trained."""
    store = parts.store
    found = [each for each in store.workers.list() if each.is_present]
    held = {}
    for run_id in filter(None, (each.run_id for each in found)):
        with suppress(NotFoundError):  # deleted with its project since the workers were listed
            held[run_id] = store.runs.get(run_id)
    projects = names_of(held.values(), store, asker)
    start = "" if found else wording.how_to_start(is_team=store.settings.mode == "team")
    workers = [to_json(each, held, projects) for each in sorted(found, key=_by_id)]
    device = store.projects.get(project).device
    return JsonAnswer({"device": device, "workers": workers, "start": start})


@router.post("/api/projects/{p}/device")
@requires("trainer")
def choose_device(project: ProjectId, body: JsonBody, parts: Parts) -> Response:
    """Say where a project is trained: `auto`, `gpu` (wait for one) or `any`."""
    device = body.get("device")
    if not isinstance(device, str):
        raise InvalidInputError(f"device must be one of {', '.join(CHOICES)}.")
    return JsonAnswer({"device": parts.store.projects.set_device(project, device).device})


def names_of(runs: Iterable[Run], store: Store, asker: Session) -> dict[str, str]:
    """Return by project_id how the projects of runs are called for somebody who may not see all."""
    seen = {run.project_id: asker.sees(run.project_id) for run in runs}
    names = dict.fromkeys(seen, ELSEWHERE)
    for project_id in (each for each, is_seen in seen.items() if is_seen):
        with suppress(NotFoundError):  # deleted since its run was read
            names[project_id] = store.projects.get(project_id).name
    return names


def to_json(worker: Worker, held: Mapping[str, Run], projects: Mapping[str, str]) -> dict[str, Any]:
    """Return a line of the table of workers."""
    run, about = held.get(worker.run_id or ""), worker.about
    return {
        "worker_id": worker.worker_id,
        "host_name": about.host_name,
        "device": worker.device,
        "device_name": about.device_name,
        "device_memory": about.device_memory,
        "process_memory": about.process_memory,
        "version": about.version,
        "state": worker.state,
        "doing": wording.doing(worker.state, run, projects.get(run.project_id, "") if run else ""),
    }


def _by_id(worker: Worker) -> str:
    return worker.worker_id
