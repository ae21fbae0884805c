"""While files of a data set are looked for or removed, far away perhaps, everybody else writes."""

import threading
from collections.abc import Callable

import numpy as np
import pytest
from sqlalchemy import update

from store.datasets.file_turns import file_turn
from store.datasets.files import ALL_FILES
from store.errors import StoreUnavailableError
from store.files.artifacts import Artifacts
from store.opening import Store
from store.sql.tables import PROJECT
from tests.store.scene import make_scene, put_digits

LIMIT_S = 15.0
"""Somebody who is kept from writing is refused after 20 s."""


def write(store: Store) -> None:
    with store.database.write() as connection:
        connection.execute(update(PROJECT).values(seed=1))


def slow(monkeypatch: pytest.MonkeyPatch, method: str, act: Callable[[], None]) -> list[str]:
    """Let somebody do something while the artifacts do one thing; return what that was done to."""
    usual, names = getattr(Artifacts, method), list[str]()

    def do(self: Artifacts, name: str) -> object:
        names.append(name)
        act()
        return usual(self, name)

    monkeypatch.setattr(Artifacts, method, do)
    return names


@pytest.fixture
def write_beside(any_store: Store) -> Callable[[], None]:
    """Write in another thread; it must be done soon."""

    def go() -> None:
        beside = threading.Thread(target=write, args=(any_store,))
        beside.start()
        beside.join(LIMIT_S)
        assert not beside.is_alive()

    return go


def test_delete__keeps_nobody_from_writing_while_files_go(
    any_store: Store, write_beside: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make_scene(any_store)
    gone = slow(monkeypatch, "remove", write_beside)
    any_store.projects.delete(scene.id)
    assert len(gone) == len(ALL_FILES)
    assert any_store.artifacts.listed(f"datasets/{scene.project.dataset_id}") == []


def test_put__keeps_nobody_from_writing_while_files_are_looked_for(
    any_store: Store, write_beside: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = slow(monkeypatch, "exists", write_beside)
    dataset_id = put_digits(any_store)
    assert len(asked) >= 3
    assert any_store.datasets.is_known(dataset_id)


def test_put__of_a_data_set_whose_files_are_going_waits_and_then_has_them(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make_scene(any_store)
    is_going, may_go = threading.Event(), threading.Event()

    def stop() -> None:
        is_going.set()
        assert may_go.wait(LIMIT_S)

    slow(monkeypatch, "remove", stop)
    going = threading.Thread(target=any_store.projects.delete, args=(scene.id,))
    coming = threading.Thread(target=put_digits, args=(any_store,))
    going.start()
    assert is_going.wait(LIMIT_S)
    coming.start()
    coming.join(0.3)
    assert not any_store.datasets.is_known(scene.project.dataset_id)
    may_go.set()
    going.join()
    coming.join()
    images = any_store.datasets.samples(scene.project.dataset_id).images
    assert np.asarray(images).shape == (40, 1, 8, 8)


def test_a_turn__that_somebody_holds_for_too_long_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.datasets.file_turns.WAIT_S", 0.0)
    refused = pytest.raises(StoreUnavailableError, match=r"still being .* Try again\.")
    with file_turn(store.database, "a"), refused, file_turn(store.database, "b"):
        pass
    with file_turn(store.database, "b"):
        pass
