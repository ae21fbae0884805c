"""Opened arrays: whoever waits for one set holds up nobody, and what is gone is let go."""

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from store.datasets import opened
from store.datasets.files import DatasetFiles
from store.datasets.opened import Opened
from store.opening import Store, open_store
from store.records import Dataset, Samples
from tests.store.scene import Scene, make_scene, put_digits


def few(num_samples: int) -> Samples:
    return Samples(
        np.zeros((num_samples, 1, 2, 2), np.uint8),
        np.zeros(num_samples, np.int16),
        np.zeros(num_samples, bool),
    )


def test_samples__that_take_long_hold_up_nobody_else(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, quick = put_digits(store, 40), put_digits(store, 50)
    began, may_end = threading.Event(), threading.Event()
    usual = DatasetFiles.open

    def open_slowly(files: DatasetFiles, dataset: Dataset, *more: Any) -> Samples:
        if dataset.dataset_id == slow:
            began.set()
            assert may_end.wait(20)
        return usual(files, dataset, *more)

    monkeypatch.setattr(DatasetFiles, "open", open_slowly)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(store.datasets.samples, slow)
        assert began.wait(20)
        assert len(pool.submit(store.datasets.samples, quick).result(20).label) == 50
        waited = threading.Event()
        second = pool.submit(store.datasets.samples, slow, waited.set)
        assert waited.wait(20)
        may_end.set()
        assert first.result(20) is second.result(20)


def test_get__keeps_the_newest_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "MOST_OPENED", 2)
    kept = Opened()
    for name in ("a", "b", "a", "c"):
        kept.get(name, lambda: few(1), lambda: None)
    assert kept.ids() == ["a", "c"]


def mapped(store: Store) -> list[str]:
    """Return the lines of this process's memory that are files of a store's data sets."""
    folder = f"{store.settings.artifacts_url}/"  # another test's data set may have the same id
    return [line for line in Path("/proc/self/maps").read_text().splitlines() if folder in line]


def test_let_go__of_what_another_process_deleted(store: Store) -> None:
    scene = make_scene(store)
    dataset_id = scene.project.dataset_id
    with open_store(store.settings) as elsewhere:
        assert len(elsewhere.datasets.samples(dataset_id).label) == 40
        elsewhere.datasets.let_go()
        assert mapped(store), "it is there"
        store.projects.delete(scene.id)
        elsewhere.datasets.let_go()
        gc.collect()  # what refers to itself goes later than the rest
        assert mapped(store) == []


@pytest.mark.parametrize("what", ["move", "update"])
def test_data__are_opened_before_anybody_writes(
    store: Store, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    scene: Scene = make_scene(store)
    scene.name([1, 2], 0)
    opened_at: list[bool] = []
    usual = DatasetFiles.open

    def note(files: DatasetFiles, dataset: Dataset, *more: Any) -> Samples:
        opened_at.append(store.database._turn.locked())
        return usual(files, dataset, *more)

    monkeypatch.setattr(DatasetFiles, "open", note)
    if what == "move":
        scene.move([1], [[1, 1]])
    else:
        scene.submit()
    assert opened_at == [False]
