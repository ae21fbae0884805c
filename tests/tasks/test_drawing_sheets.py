"""Sheets of a large set, drawn by workers in chunks, are those that are drawn when asked for."""

from typing import Any

import pytest

from store.datasets import sheets_ahead, thumbnails
from store.datasets.sheets_ahead import job_of, pack_sheets, part_size, unpack_sheets
from store.datasets.tiles import PER_SHEET, draw_sheet
from store.opening import Store
from store.queue import encodings
from store.queue.encodings import sweep
from tasks.encoding import encode_next
from tests.store.scene import put_digits

NUM_SAMPLES = 3 * PER_SHEET + 5


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four sheets are many, two are a chunk."""
    monkeypatch.setattr(sheets_ahead, "LEAST_SAMPLES", NUM_SAMPLES)
    monkeypatch.setattr(sheets_ahead, "MOST_SHEETS", 2)


def a_worker(store: Store) -> None:
    store.workers.beat("w", "busy", "cpu", "team")


def drawn_anew(store: Store, dataset_id: str) -> list[bytes]:
    images = store.datasets.samples(dataset_id).images
    return [draw_sheet(images, k) for k in range(4)]


def cannot_draw(*_: Any) -> bytes:
    raise AssertionError("it was there")


def test_sheet__of_a_large_set_is_drawn_by_a_worker(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset_id = put_digits(store, NUM_SAMPLES)
    expected = drawn_anew(store, dataset_id)
    a_worker(store)
    assert store.thumbnails.sheet(dataset_id, 1) == expected[1], "nobody waits for a worker"
    while encode_next(store, "w"):
        pass
    monkeypatch.setattr(thumbnails, "draw_sheet", cannot_draw)
    assert [store.thumbnails.sheet(dataset_id, k) for k in (0, 2)] == [expected[0], expected[2]]
    for file in store.artifacts.listed(f"encodings/{job_of(dataset_id)}"):
        store.artifacts.remove(file.name)
    assert store.thumbnails.sheet(dataset_id, 3) == expected[3], "it came with the one beside it"


def test_sheet__is_drawn_at_once_where_no_worker_has(store: Store) -> None:
    few, many = put_digits(store, NUM_SAMPLES - 1), put_digits(store, NUM_SAMPLES)
    expected = drawn_anew(store, many)
    assert store.thumbnails.sheet(many, 0) == expected[0]
    assert store.chunks.part(job_of(many), 0) is None, "there is no worker"
    a_worker(store)
    store.thumbnails.sheet(few, 0)
    assert store.chunks.part(job_of(few), 0) is None, "there are few samples"
    store.thumbnails.sheet(many, 1)
    (part,) = [store.chunks.part(job_of(many), sample) for sample in (2 * PER_SHEET,)]
    assert part is not None
    assert (part.first, part.artifact) == (2 * PER_SHEET, None)


@pytest.mark.parametrize("harm", ["damaged", "gone"])
def test_sheet__is_drawn_anew_where_that_of_a_worker_is_no_good(store: Store, harm: str) -> None:
    dataset_id = put_digits(store, NUM_SAMPLES)
    expected = drawn_anew(store, dataset_id)
    a_worker(store)
    store.thumbnails.sheet(dataset_id, 3)
    assert encode_next(store, "w")
    part = store.chunks.part(job_of(dataset_id), 0)
    assert part is not None
    assert part.artifact is not None
    if harm == "gone":
        store.artifacts.remove(part.artifact)
    else:
        store.artifacts.write(part.artifact, b"nonsense", durable=False)
    assert store.thumbnails.sheet(dataset_id, 0) == expected[0]


def test_sweep__removes_the_sheets_of_a_data_set_that_is_gone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset_id = put_digits(store, NUM_SAMPLES)
    folder = f"encodings/{job_of(dataset_id)}"
    a_worker(store)
    store.thumbnails.sheet(dataset_id, 0)
    assert encode_next(store, "w")
    store.datasets.drop_unused(dataset_id)
    assert store.chunks.part(job_of(dataset_id), 0) is None
    sweep(store.chunks, store.artifacts)
    assert len(store.artifacts.listed(folder)) == 1, "it was written a moment ago"
    monkeypatch.setattr(encodings, "KEPT_S", -60.0)
    sweep(store.chunks, store.artifacts)
    assert store.artifacts.listed(folder) == []


@pytest.mark.parametrize("sheets", [[], [b"one"], [b"", b"two", b"three"]])
def test_pack__what_is_unpacked_is_what_was_packed(sheets: list[bytes]) -> None:
    assert unpack_sheets(pack_sheets(sheets)) == sheets


@pytest.mark.parametrize(
    ("shape", "num_sheets"), [((1, 28, 28), 8), ((1, 2, 2), 8), ((3, 32, 32), 2), ((3, 96, 96), 1)]
)
def test_part_size__of_large_pictures_is_a_sheet(
    shape: tuple[int, ...], num_sheets: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets_ahead, "MOST_SHEETS", 8)
    assert part_size(shape) == num_sheets * PER_SHEET
