from collections.abc import Iterator

import pytest

from store.opening import Store
from tasks.pool_process import PoolProcess
from tests.contract.workplace import SHORT
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
