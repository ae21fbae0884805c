"""The two ways to work, opened once each for all tests of the contract."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.opening import open_store
from store.settings import Settings
from tasks.fine_tune import run_fine_tune
from tasks.workbench import Workbench
from tests.contract.workplace import LONG, Workplace, open_workplace, put_samples


@pytest.fixture(scope="module", params=["embedded", "celery"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workplace]:
    """An app with one warm worker in one of the two modes."""
    broker_url = request.getfixturevalue("redis_url") if request.param == "celery" else None
    with open_workplace(tmp_path_factory.mktemp(request.param) / "data", broker_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The checkpoints of `LONG`, as an undisturbed run in this process makes them."""
    folder: Path = tmp_path_factory.mktemp("undisturbed")
    with open_store(Settings.from_env({}, {"data_dir": folder / "data"})) as store:
        project = store.projects.create("p", put_samples(store).dataset_id)
        run = store.runs.submit(project.project_id, "pretrain", LONG, "Ana", "a", "key")
        run_fine_tune(run.run_id, store, Workbench("cpu"), "this-process")
        return [store.runs.snapshot(run.run_id, e).sha256 for e in range(LONG.num_epochs + 1)]
