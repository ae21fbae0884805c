"""Try the same annotations with several settings, and make one of the maps the project's."""

from typing import Any

from fastapi import APIRouter, Response

from ml.errors import InvalidInputError
from ml.knobs import defaults_of
from ml.records import RunConfig
from pages.answers import JsonAnswer
from pages.api import run_view
from pages.api.parsing import Asker, JsonBody, Parts, ProjectId, RunId, idempotency_key
from pages.auth.declared import requires
from pages.services import Services
from pages.session import Session
from store.opening import Store
from store.records import LIVE_STATES
from store.runs.variants import MOST, Variant

router = APIRouter()


@router.get("/api/projects/{p}/variants")
@requires("viewer")
def read_variants(project: ProjectId, parts: Parts) -> Response:
    """Return the newest batch of a project; empty where nothing was tried."""
    parts.store.projects.get(project)
    return JsonAnswer(to_json(parts.store.variants.newest(project), parts.store))


@router.post("/api/projects/{p}/variants")
@requires("trainer")
def submit_variants(project: ProjectId, body: JsonBody, asker: Asker, parts: Parts) -> Response:
    """Save that a batch is wanted and wake workers."""
    return JsonAnswer(to_json(submit(parts, project, body, asker), parts.store), 201)


@router.post("/api/projects/{p}/variants/stop")
@requires("trainer")
def stop_variants(project: ProjectId, parts: Parts) -> Response:
    """Ask every variant of a project to stop."""
    parts.store.variants.stop(project)
    return JsonAnswer(to_json(parts.store.variants.newest(project), parts.store))


@router.post("/api/runs/{r}/adopt")
@requires("trainer")
def adopt_variant(run: RunId, body: JsonBody, asker: Asker, parts: Parts) -> Response:
    """Make a variant the project's map."""
    key = idempotency_key(body)
    adopted = parts.store.variants.adopt(run, asker.author, asker.author_id, key)
    return JsonAnswer({"run_id": run, "number": adopted.number})


def submit(parts: Services, project_id: str, body: dict[str, Any], asker: Session) -> list[Variant]:
    """Submit the batch a body asks for and ring for each of it.

    Raises:
        LodemapError: when the body or the project's state do not allow it; nothing was saved.
    """
    asked = body.get("configs")
    if not isinstance(asked, list) or not all(isinstance(each, dict) for each in asked):
        raise InvalidInputError("configs must be a list of objects of knobs by name.")
    if len(asked) > MOST:
        raise InvalidInputError(f"A batch has at most {MOST} variants, not {len(asked):,}.")
    project = parts.store.projects.get(project_id)
    preset = project.preset
    usual = {"preset": preset, **defaults_of(preset), "seed": project.seed}
    configs = [RunConfig.from_json({**usual, **each}) for each in asked]
    key = idempotency_key(body)
    by = (asker.author, asker.author_id)
    batch = parts.store.variants.submit(project_id, configs, *by, key)
    for variant in batch:
        if variant.run.state == "queued":
            parts.backend.doorbell.ring(variant.run.run_id)
    return batch


def to_json(batch: list[Variant], store: Store) -> dict[str, Any]:
    """Return a batch as the page shows it."""
    line = store.journal.state(batch[0].run.project_id).run_ids if batch else ()
    return {
        "is_live": any(each.run.state in LIVE_STATES for each in batch),
        "variants": [variant_json(each, store, each.run.run_id in line) for each in batch],
    }


def variant_json(variant: Variant, store: Store, on_line: bool) -> dict[str, Any]:
    """Return one variant: how far it is, how good, and where its newest map is."""
    run = variant.run
    is_seen = run.last_epoch >= 0
    row = store.runs.snapshot(run.run_id, run.last_epoch) if is_seen else None
    return {
        "run_id": run.run_id,
        "nth": variant.nth,
        "state": run.state,
        "is_adopted": on_line,
        "config": run.config.to_json(),
        "num_epochs": run.config.num_epochs,
        "last_epoch": run.last_epoch,
        "error": run.error,
        "metrics": run_view.metrics_of(store, run.run_id, run.last_epoch),
        "frame": {"attempt": row.attempt, "n": row.frame_n} if row else None,
    }
