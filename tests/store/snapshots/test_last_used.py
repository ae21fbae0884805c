"""What was worked out stays for several who ask in turn, as far as there is room."""

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from ml.errors import BadCheckpointError
from ml.graph.plain_graph import Near, find_near
from store.opening import Store
from store.snapshots.last_used import MOST, ROOM, LastUsed, num_bytes_of
from store.snapshots.outlooks import Found
from tests.store.snapshots.test_outlooks import fresh, taught


class Makers:
    """Makes values of a size, and remembers of which keys."""

    def __init__(self, size: int) -> None:
        self.made: list[int] = []
        self.used = LastUsed()
        self._size = size

    def ask(self, key: int, what: str = "x") -> None:
        def make() -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
            self.made.append(key)
            return np.zeros(self._size, np.uint8)

        assert len(self.used.once(what, (key,), make)) == self._size


def test_once__the_last_used_stay() -> None:
    makers = Makers(10)
    for key in range(MOST):
        makers.ask(key)
    makers.ask(0)
    makers.ask(MOST)
    makers.made.clear()
    for key in (0, *range(2, MOST + 1)):
        makers.ask(key)
    assert makers.made == [], "only 1 was not used for longer"
    makers.ask(1)
    assert makers.made == [1]


def test_once__of_large_ones_the_last_alone_and_of_each_sort() -> None:
    makers = Makers(ROOM + 1)
    for key in (1, 1, 2, 2, 1):
        makers.ask(key)
    assert makers.made == [1, 2, 1]
    makers.ask(1, "y")
    makers.ask(1)
    assert makers.made == [1, 2, 1, 1]


def test_once__what_takes_all_the_room_goes_before_another_is_made() -> None:
    used, held = LastUsed(), []

    @dataclass(eq=False)
    class Large:
        data: np.ndarray[tuple[int], np.dtype[np.uint8]]

        def __del__(self) -> None:
            held.append("gone")

    used.once("x", (1,), lambda: Large(np.zeros(ROOM + 1, np.uint8)))
    used.once("x", (2,), lambda: held.append("made"))
    assert held == ["gone", "made"]


def test_num_bytes_of__arrays_in_whatever_holds_them_once() -> None:
    array, graph = np.zeros(100, np.uint8), sparse.csr_array(np.eye(4, dtype=np.float32))
    parts = sum(each.nbytes for each in (graph.data, graph.indices, graph.indptr))
    assert num_bytes_of(({"a": array, "b": [array, 3, "text"]}, array)) == 100
    assert num_bytes_of([graph, None]) == parts


def test_leads__of_two_projects_asked_in_turn_are_worked_out_once_each(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Near] = []

    def count(*values: Any) -> Near:
        looks.append(find_near(*values))
        return looks[-1]

    monkeypatch.setattr("store.snapshots.outlooks.find_near", count)
    asked, projects = fresh(store), [taught(store), taught(store)]
    for scene in projects:
        assert asked.leads(scene.id).state == "ready"
    num_looks = len(looks)
    for scene in projects * 2:
        assert asked.leads(scene.id).state == "ready"
    assert len(looks) == num_looks
    asked.close()


def test_failures__are_told_to_whoever_asks_the_same(store: Store) -> None:
    """Of what was worked out while nobody waited any more."""
    scene, late = taught(store), Future[Found]()
    late.set_exception(BadCheckpointError("The checkpoint cannot be read."))
    asked = fresh(store)
    asked._note((scene.id, "trust"), late)
    assert asked.leads(scene.id).state == "ready"
    with pytest.raises(BadCheckpointError):
        asked.trust(scene.id)
    assert asked.trust(scene.id).state == "ready"
    asked.close()
