"""A draft that comes to nothing goes as it came: a few rows at a time."""

from contextlib import ExitStack, suppress

import pytest
from sqlalchemy import func, select

from store.errors import BeingMadeError, NotFoundError
from store.projects import unseen
from store.projects.drafts import Draft
from store.projects.duplication import Copying
from store.projects.unseen import BUSY_S
from store.sql.tables import EVENT
from tests.store.looks import before_each_write, losses
from tests.store.scene import Scene

ID = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def long(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A journal that is removed in several pages."""
    monkeypatch.setattr(unseen, "EVENTS_AT_ONCE", 5)
    for nth in range(18):
        scene.name([nth], nth % 2)
    return scene


def row_of(scene: Scene) -> dict[str, object]:
    dataset_id = scene.project.dataset_id
    return {"dataset_id": dataset_id, "preset": "lodemap", "latent_dim": 2, "seed": 0}


def num_events(scene: Scene) -> int:
    query = select(func.count()).where(EVENT.c.project_id == ID)
    with scene.store.database.read() as connection:
        return connection.scalar(query) or 0


def test_draft__that_fails_late_goes_in_pages(long: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    database, seen = long.store.database, list[int]()
    draft = Draft(database, ID)
    with suppress(OSError), draft.begun(row_of(long)):
        Copying(database, long.id, draft).copy_ahead()
        seen = before_each_write(database, monkeypatch, lambda: num_events(long))
        raise OSError("the disk is gone")
    assert losses(seen) == [5, 5, 5, 5]
    assert num_events(long) == 0


def test_draft__in_the_way_of_another_goes_in_pages(
    long: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = long.store.database
    first, second = Draft(database, ID), Draft(database, ID)
    with ExitStack() as left_behind:
        left_behind.enter_context(first.begun(row_of(long)))
        Copying(database, long.id, first).copy_ahead()
        with pytest.raises(BeingMadeError), second.begun(row_of(long), BUSY_S):
            pass
        seen = before_each_write(database, monkeypatch, lambda: num_events(long))
        with second.begun(row_of(long)):
            assert losses(seen) == [5, 5, 5, 5]
            with database.write() as connection:
                second.show(connection, name="second")
        with database.write() as connection, pytest.raises(NotFoundError, match="removed"):
            first.hold(connection)
    assert long.store.projects.get(ID).name == "second"


def test_draft__whose_data_set_is_deleted_before_it_says_so(long: Scene) -> None:
    row = row_of(long)
    long.store.projects.delete(long.id)
    with (
        pytest.raises(NotFoundError, match="data set of the project was deleted"),
        Draft(long.store.database, ID).begun(row),
    ):
        pass
