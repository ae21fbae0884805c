"""Ask for a run, ask it to stop, and let a stopped pretraining go on."""

from typing import Any

from fastapi import APIRouter, Response

from ml.errors import InvalidInputError
from ml.knobs import defaults_of
from ml.records import RunConfig, pretrain_epochs
from pages.answers import JsonAnswer
from pages.api import wording
from pages.api.parsing import Asker, JsonBody, Parts, ProjectId, RunId, idempotency_key
from pages.auth.declared import requires
from pages.services import Services
from pages.session import Session
from store.opening import Store
from store.records import Project, Run

router = APIRouter()


@router.post("/api/projects/{p}/runs")
@requires("trainer")
def submit_run(project: ProjectId, body: JsonBody, asker: Asker, parts: Parts) -> Response:
    """Save that a run is wanted and wake a worker: 201, 202 queued, 200 when it was there."""
    run = submit(parts, project, body, asker)
    position = parts.store.runs.queue_position(run.run_id)
    status = 200 if run.is_duplicate else 202 if position else 201
    return JsonAnswer(to_json(run, position, parts.store), status)


@router.post("/api/runs/{r}/stop")
@requires("trainer")
def stop_run(run: RunId, parts: Parts) -> Response:
    """Ask a run to stop; it keeps its last snapshot."""
    return JsonAnswer({"state": parts.store.runs.request_stop(run).state})


@router.post("/api/runs/{r}/go_on")
@requires("trainer")
def let_go_on(run: RunId, parts: Parts) -> Response:
    """Let a stopped pretraining go on where it was."""
    resumed = parts.store.resuming.go_on(run)
    parts.backend.doorbell.ring(run)
    return JsonAnswer({"state": resumed.state}, 202)


def submit(parts: Services, project_id: str, body: dict[str, Any], asker: Session) -> Run:
    """Submit the run a body asks for and ring for it where it waits.

    Raises:
        LodemapError: when the body or the project's state do not allow it; nothing was saved.
    """
    kind, config = body.get("kind"), body.get("config", {})
    project = parts.store.projects.get(project_id)
    if kind not in ("pretrain", "fine_tune"):
        raise InvalidInputError("kind must be pretrain or fine_tune.")
    if not isinstance(config, dict):
        raise InvalidInputError("config must be an object of knobs by name.")
    preset = project.preset
    length = {"num_epochs": usual_epochs(parts.store, project)} if kind == "pretrain" else {}
    usual = {"preset": preset, **defaults_of(preset), "seed": project.seed, **length}
    run = parts.store.runs.submit(
        project_id,
        kind,
        RunConfig.from_json({**usual, **config}),
        asker.author,
        asker.author_id,
        idempotency_key(body),
        body.get("auto_of"),
    )
    if run.state == "queued":
        parts.backend.doorbell.ring(run.run_id)
    return run


def usual_epochs(store: Store, project: Project) -> int:
    """Return how long a project is pretrained when nobody says otherwise."""
    is_held_out = store.datasets.samples(project.dataset_id).is_held_out
    return pretrain_epochs(project.preset, int((~is_held_out).sum()))


def to_json(run: Run, position: int, store: Store) -> dict[str, object]:
    """Return the answer to a run that was asked for."""
    advice = store.runs.advice(run.project_id)
    return {
        "run_id": run.run_id,
        "number": run.number,
        "state": run.state,
        "position": position,
        "message": wording.announce_run(run, position, advice),
    }
