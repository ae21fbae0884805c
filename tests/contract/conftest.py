"""The two ways to work, opened once each for all tests of the contract."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from store.opening import open_store
from store.settings import Settings
from tasks.fine_tune import run_fine_tune
from tasks.workbench import Workbench
from tests.contract.taught import teach_digits
from tests.contract.workplace import (
    LONG,
    SHORT,
    TAUGHT,
    Workplace,
    fingerprints,
    open_workplace,
    put_samples,
)
from tests.services import running_redis


@pytest.fixture(scope="session")
def own_redis_url() -> Iterator[str]:
    """A Redis on which no other place's worker takes these runs' bells."""
    with running_redis() as (url, _):
        yield url


@pytest.fixture(scope="session", params=["embedded", "celery"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workplace]:
    """An app with one warm worker in one of the two modes, and a Redis of its own."""
    broker_url = request.getfixturevalue("own_redis_url") if request.param == "celery" else None
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
        return fingerprints(store, run.run_id)


@pytest.fixture(scope="session")
def taught_alone(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[str]]:
    """The checkpoints of a preset's fine-tuning `TAUGHT`, as this process makes them."""

    @cache
    def teach(preset: str) -> list[str]:
        folder: Path = tmp_path_factory.mktemp(preset)
        with open_store(Settings.from_env({}, {"data_dir": folder / "data"})) as store:
            project_id = store.projects.create(
                "p", put_samples(store).dataset_id, preset=preset
            ).project_id
            bench = Workbench("cpu")
            first = store.runs.submit(project_id, "pretrain", SHORT, "Ana", "a", "first")
            run_fine_tune(first.run_id, store, bench, "this-process")
            teach_digits(store, project_id)
            run = store.runs.submit(project_id, "fine_tune", TAUGHT, "Ana", "a", "update")
            run_fine_tune(run.run_id, store, bench, "this-process")
            assert store.runs.get(run.run_id).state == "finished"
            return fingerprints(store, run.run_id)

    return teach
