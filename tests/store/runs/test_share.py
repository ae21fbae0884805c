"""How much of the queue one person may fill."""

import pytest

from ml.records import RunConfig
from store.errors import ConflictError
from store.names import GUEST
from store.opening import Store
from store.runs.share import MOST_LIVE
from tests.store.networks import put_blobs


def ask_often(store: Store, author: str, times: int) -> None:
    dataset_id = put_blobs(store)
    for nth in range(times):
        project_id = store.projects.create(f"{author} {nth}", dataset_id).project_id
        config = RunConfig()
        store.runs.submit(project_id, "pretrain", config, author, author, f"{author}-{nth}")


def test_share__of_one_person_is_refused_beyond(any_store: Store) -> None:
    ask_often(any_store, "Ana", MOST_LIVE)
    with pytest.raises(ConflictError, match="20 runs of yours"):
        ask_often(any_store, "Ana", 1)
    ask_often(any_store, "Ben", 1)


def test_share__of_guests_has_no_end_for_they_may_be_a_course(any_store: Store) -> None:
    ask_often(any_store, GUEST, MOST_LIVE + 1)
