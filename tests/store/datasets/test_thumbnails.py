"""Sheets: every sample at its place, crisp, with its aspect kept."""

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from store.errors import NotFoundError
from store.opening import Store
from tests.store.scene import put_digits


def opened(png: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(png), formats=["PNG"]))


def test_sheet__each_sample_lies_where_the_plan_says(store: Store) -> None:
    dataset_id = put_digits(store, 1100)
    images = store.datasets.samples(dataset_id).images
    plan = store.thumbnails.plan(dataset_id)
    assert (plan.tile, plan.columns, plan.per_sheet, plan.num_sheets) == (32, 32, 1024, 2)
    sheets = [opened(store.thumbnails.sheet(dataset_id, k)) for k in range(2)]
    assert [sheet.shape for sheet in sheets] == [(1024, 1024), (3 * 32, 1024)]
    for sample in (0, 31, 32, 1023, 1024, 1099):
        row, column = divmod(sample % 1024, 32)
        tile = sheets[sample // 1024][row * 32 : row * 32 + 32, column * 32 : column * 32 + 32]
        np.testing.assert_array_equal(tile, images[sample, 0].repeat(4, 0).repeat(4, 1))


def test_sheet__comes_from_the_cache_the_second_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset_id = put_digits(store)
    first = store.thumbnails.sheet(dataset_id, 0)
    assert store.cache.get(f"sheet:32:2:{dataset_id}:0") == first
    samples = store.datasets.samples(dataset_id)
    unread: Any = type("Unread", (), {"__len__": lambda _: samples.images.shape[0]})()
    monkeypatch.setattr(store.datasets, "samples", lambda *_: replace(samples, images=unread))
    assert store.thumbnails.sheet(dataset_id, 0) == first, "without a look at a pixel"


@pytest.mark.parametrize("k", [-1, 1, 10**30])
def test_sheet__unknown(store: Store, k: int) -> None:
    with pytest.raises(NotFoundError, match="this data set has 1"):
        store.thumbnails.sheet(put_digits(store), k)


def test_plan__strokes_on_black_are_ink(store: Store) -> None:
    dark = np.zeros((4, 1, 8, 8), np.uint8)
    held_out = np.zeros(4, bool)
    label = np.full(4, -1)
    for images, is_ink in ((dark, True), (dark + 255, False), (dark.repeat(3, 1), False)):
        dataset = store.datasets.put("set", images, label, held_out, ())
        assert store.thumbnails.plan(dataset.dataset_id).is_ink is is_ink
