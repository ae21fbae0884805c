"""The projects a person may see."""

from contextlib import suppress
from dataclasses import asdict

from fastapi import APIRouter, Response

from ml.records import NO_CLASS
from pages.answers import JsonAnswer
from pages.api.parsing import Asker, Parts
from pages.auth.declared import requires
from pages.project_acts import learning_in
from store.errors import NotFoundError
from store.opening import Store
from store.records import Project

router = APIRouter()


@router.get("/api/projects")
@requires("viewer")
def list_projects(parts: Parts, asker: Asker) -> Response:
    """List every project the asker sees, archived ones too."""
    projects = parts.store.projects.list(include_archived=True)
    seen = [project for project in projects if asker.sees(project.project_id)]
    lines = []
    for project in seen:
        with suppress(NotFoundError):  # deleted since it was listed
            lines.append(to_json(project, parts.store))
    return JsonAnswer(lines)


@router.get("/api/learning")
@requires("viewer")
def list_learning(parts: Parts, asker: Asker) -> Response:
    """List what is learned in every project the asker sees."""
    found = learning_in(parts.store, asker.sees)
    return JsonAnswer({project_id: asdict(learning) for project_id, learning in found.items()})


def to_json(project: Project, store: Store) -> dict[str, object]:
    """Return a project, with how much of it is named."""
    dataset = store.datasets.get(project.dataset_id)
    annotation = store.journal.state(project.project_id).annotation
    return {
        "project_id": project.project_id,
        "name": project.name,
        "dataset_name": dataset.name,
        "num_samples": dataset.num_samples,
        "num_named": int((annotation > NO_CLASS).sum()),
        "archived": project.archived_at is not None,
    }
