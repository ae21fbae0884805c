"""Data sets: content-addressed, mapped, refused when their arrays lie."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.errors import InvalidInputError
from store.datasets import datasets
from store.datasets.datasets import Check
from store.datasets.file_turns import file_turn
from store.errors import ArtifactDamagedError, ArtifactMissingError, NotFoundError
from store.opening import Store, open_store
from tests.store.scene import put_digits

IMAGES = np.arange(2 * 3 * 4 * 5, dtype=np.uint8).reshape(2, 3, 4, 5)
GOOD: dict[str, Any] = {
    "name": "set", "images": IMAGES, "label": np.array([0, -1]),
    "is_held_out": np.array([True, False]), "class_names": ("a",),
}  # fmt: skip


def test_put__keeps_arrays_and_names(any_store: Store) -> None:
    dataset = any_store.datasets.put(**GOOD)
    assert (dataset.num_samples, dataset.sample_shape) == (2, (3, 4, 5))
    assert dataset.class_names == ("a",)
    with open_store(any_store.settings) as other:
        assert other.datasets.get(dataset.dataset_id) == dataset
        samples = other.datasets.samples(dataset.dataset_id)
    np.testing.assert_array_equal(samples.images, IMAGES)
    assert samples.label.tolist() == [0, -1]
    assert samples.label.dtype == np.int16
    assert samples.is_held_out.dtype == np.bool_
    assert isinstance(samples.images, np.memmap)
    assert not samples.images.flags.writeable


def test_put__the_same_twice_is_one(any_store: Store) -> None:
    first = any_store.datasets.put(**GOOD)
    again = any_store.datasets.put(**GOOD | {"name": "other"})
    assert again == first
    differs = any_store.datasets.put(**GOOD | {"label": np.array([-1, 0])})
    assert differs.dataset_id != first.dataset_id
    assert any_store.datasets.list() == [first, differs]


def test_put__while_the_last_project_is_deleted(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files of a data set saved again between the loss of its row and of its files stay."""
    dataset_id = any_store.datasets.put(**GOOD).dataset_id
    project = any_store.projects.create("p", dataset_id)
    forget = any_store.datasets.forget

    def late(gone: str) -> None:
        any_store.datasets.put(**GOOD)
        forget(gone)

    monkeypatch.setattr(any_store.datasets, "forget", late)
    any_store.projects.delete(project.project_id)
    np.testing.assert_array_equal(any_store.datasets.samples(dataset_id).images, IMAGES)
    assert any_store.projects.create("again", dataset_id).dataset_id == dataset_id


def test_put__whose_files_go_before_its_row_is_there(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset_id = any_store.datasets.put(**GOOD).dataset_id
    project = any_store.projects.create("p", dataset_id)
    any_store.projects.delete(project.project_id)

    def late(*asked: Any) -> AbstractContextManager[Check]:
        monkeypatch.undo()
        any_store.datasets.forget(dataset_id)  # the end of a deletion that began before
        return file_turn(*asked)

    monkeypatch.setattr(datasets, "file_turn", late)
    assert any_store.datasets.put(**GOOD).dataset_id == dataset_id
    assert any_store.datasets.samples(dataset_id).images.shape == IMAGES.shape


def test_create__on_a_data_set_deleted_meanwhile(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = any_store.datasets.put(**GOOD)
    project = any_store.projects.create("p", dataset.dataset_id)
    any_store.projects.delete(project.project_id)
    monkeypatch.setattr(any_store.datasets, "get", lambda _: dataset)  # asked a moment before
    with pytest.raises(NotFoundError, match="no such data set"):
        any_store.projects.create("late", dataset.dataset_id)


@pytest.mark.parametrize(
    "bad",
    [
        {"images": IMAGES.astype(float)},
        {"images": IMAGES[0]},
        {"images": IMAGES[:, :2]},
        {"images": IMAGES[:0], "label": np.array([], int), "is_held_out": np.array([], bool)},
        {"images": np.zeros((2, 1, 1, 5000), np.uint8)},
        {"label": np.array([0])},
        {"label": np.array([0.0, 1.0])},
        {"label": np.array([0, 1])},
        {"label": np.array([0, -2])},
        {"is_held_out": np.array([0, 1])},
        {"name": "\x00"},
        {"class_names": ("a\u202e",)},
    ],
)
def test_put__bad_arrays(store: Store, bad: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError):
        store.datasets.put(**GOOD | bad)
    assert store.datasets.list() == []


@pytest.mark.parametrize("id_", ["0" * 64, "../../etc/passwd", "x" * 300, ""])
def test_get__unknown(store: Store, id_: str) -> None:
    for call in (store.datasets.get, store.datasets.samples):
        with pytest.raises(NotFoundError):
            call(id_)


def test_samples__damaged_or_missing_files(store: Store) -> None:
    dataset_id = put_digits(store)
    folder = Path(store.settings.artifacts_url) / "datasets" / dataset_id
    whole = (folder / "images.npy").read_bytes()
    for damaged in (whole[:-10], b"<html>", b""):
        (folder / "images.npy").write_bytes(damaged)
        with pytest.raises(ArtifactDamagedError, match=r"'.+' is damaged \(images.npy is cut off"):
            store.datasets.samples(dataset_id)
    np.save(folder / "images.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ArtifactDamagedError):
        store.datasets.samples(dataset_id)
    (folder / "images.npy").unlink()
    with pytest.raises(ArtifactMissingError):
        store.datasets.samples(dataset_id)
