"""A small data set and runs on it."""

import uuid
from collections.abc import Callable

import pytest

from ml.records import PRESETS, RunConfig
from store.opening import Store
from store.records import Run
from tasks.workbench import Workbench
from tests.contract.workplace import SHORT, put_samples

Submit = Callable[..., Run]


@pytest.fixture
def submit(store: Store) -> Submit:
    """Ask for a pretraining in a new project, of the default preset unless one is named."""

    def ask(config: RunConfig = SHORT, preset: str = PRESETS[0]) -> Run:
        dataset_id = put_samples(store).dataset_id
        project = store.projects.create(f"p-{uuid.uuid4()}", dataset_id, preset=preset)
        return store.runs.submit(project.project_id, "pretrain", config, "Ana", "a", "key")

    return ask


@pytest.fixture
def bench() -> Workbench:
    """A worker's bench on the CPU."""
    return Workbench("cpu")
