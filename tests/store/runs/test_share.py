"""How much of the queue one person may fill."""

import pytest
from sqlalchemy import update

from ml.records import RunConfig
from store.errors import ConflictError
from store.names import GUEST
from store.opening import Store
from store.runs.share import MOST_LIVE
from store.sql.tables import RUN
from tests.store.networks import put_blobs


def ask_often(store: Store, author: str, author_id: str, times: int) -> None:
    dataset_id = put_blobs(store)
    for nth in range(times):
        project_id = store.projects.create(f"{author_id} {nth}", dataset_id).project_id
        key, config = f"{author_id}-{nth}", RunConfig("annotate-vae")
        store.runs.submit(project_id, "pretrain", config, author, author_id, key)


@pytest.mark.parametrize("name", ["Ana", GUEST])
def test_share__of_one_person_is_refused_beyond(any_store: Store, name: str) -> None:
    ask_often(any_store, name, "ana", MOST_LIVE)
    with pytest.raises(ConflictError, match="20 runs of yours"):
        ask_often(any_store, name, "ana", 1)
    with pytest.raises(ConflictError, match="20 runs of yours"):
        ask_often(any_store, "Another name", "ana", 1)
    ask_often(any_store, "Ben", "ben", 1)


@pytest.mark.parametrize("name", ["Ana", GUEST])
def test_share__of_two_who_have_one_name_is_for_each(any_store: Store, name: str) -> None:
    ask_often(any_store, name, "one", MOST_LIVE)
    ask_often(any_store, name, "other", 1)


@pytest.mark.parametrize(("name", "is_refused"), [("Ana", True), (GUEST, False)])
def test_share__of_runs_of_before_goes_by_the_name_but_for_guests(
    any_store: Store, name: str, is_refused: bool
) -> None:
    """Guests may be a whole course."""
    ask_often(any_store, name, "one", MOST_LIVE)
    with any_store.database.write() as connection:
        connection.execute(update(RUN).values(author_id=None))
    if not is_refused:
        ask_often(any_store, name, "other", 1)
        return
    with pytest.raises(ConflictError, match="20 runs of yours"):
        ask_often(any_store, name, "other", 1)
    ask_often(any_store, "Ben", "ben", 1)
