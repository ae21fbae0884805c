from collections.abc import Iterator
from dataclasses import replace

import pytest

from store.errors import ArtifactsElsewhereError
from store.opening import Store
from tasks.pool_process import PoolProcess
from tests.contract.workplace import SHORT, put_samples
from tests.tasks.conftest import Submit


@pytest.fixture
def process(store: Store) -> Iterator[PoolProcess]:
    made = PoolProcess(store.settings)
    yield made
    made.close()


def test_give_back__between_two_runs_is_not_forgotten(
    store: Store, process: PoolProcess, submit: Submit
) -> None:
    first, second = submit(SHORT), submit(SHORT)
    process.work(first.run_id)
    assert store.runs.get(first.run_id).state == "finished"
    process.give_back()
    process.work(second.run_id)
    left = store.runs.get(second.run_id)
    assert (left.state, left.attempt) == ("queued", 0)


def test_pool_process__without_the_data_sets_of_the_database_does_not_start(store: Store) -> None:
    elsewhere = replace(store.settings, artifacts_url=str(store.settings.data_dir / "mnt"))
    PoolProcess(elsewhere).close()  # nothing is anywhere yet
    put_samples(store)
    PoolProcess(store.settings).close()
    with pytest.raises(ArtifactsElsewhereError, match=f"is at {elsewhere.artifacts_url}: that is"):
        PoolProcess(elsewhere)
