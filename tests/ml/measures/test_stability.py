import dataclasses
import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ml.measures.stability import MOST_FOLLOWED, StartingMap, note_starting_map
from ml.networks.embedding import Embedding
from ml.networks.model import LatentModel, build_model
from ml.records import RunConfig
from ml.samples.training_set import TrainingSet, to_pixels
from tests.ml.scenes import CONFIG, blobs


def random_map(n: int = 50, width: int = 2) -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(size=(n, width)).astype(np.float32)


def start_of(mu: NDArray[np.float32]) -> StartingMap:
    return StartingMap(np.arange(len(mu)), mu)


def parent(config: RunConfig = CONFIG) -> LatentModel:
    model = build_model(config, (1, 8, 8), 3)
    model.has_parent = True
    return model


def note(model: LatentModel, samples: TrainingSet) -> StartingMap | None:
    return note_starting_map(model, to_pixels(samples.images, "cpu"), samples)


@pytest.mark.parametrize("width", [2, 3])
def test_displacement__a_map_that_turns_grows_and_shifts_has_not_changed(width: int) -> None:
    before = random_map(width=width)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(width, width)))[0]
    after = (3 * before @ turn + 7).astype(np.float32)
    mirrored = after * np.float32(-1)
    for now in (before, after, mirrored):
        assert start_of(before).displacement(now) == pytest.approx(0, abs=1e-5)


def test_displacement__is_counted_in_radii() -> None:
    before = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], np.float32)  # radius 1
    after = before * np.array([1.2, 0.8], np.float32)
    scale = 4 / (2 * (1.2**2 + 0.8**2))
    expected = (abs(1.2 * scale - 1) + abs(0.8 * scale - 1)) / 2
    assert start_of(before).displacement(after) == pytest.approx(expected, abs=1e-6)
    assert start_of(10 * before).displacement(10 * after) == pytest.approx(expected, abs=1e-6)


def test_displacement__of_a_map_that_collapses_is_its_whole_extent() -> None:
    before = random_map()
    way = start_of(before).displacement(np.zeros_like(before))
    assert way is not None
    assert 0.7 < way < 1


def test_displacement__from_a_single_point_has_no_measure() -> None:
    assert start_of(np.ones((5, 2), np.float32)).displacement(random_map(5)) is None


def test_note__follows_those_neither_annotated_nor_moved() -> None:
    samples = blobs(annotated=(0, 1))
    target = np.full((120, 2), math.nan, np.float32)
    moved = np.flatnonzero((samples.taught < 0) & ~samples.is_held_out)[:5]
    target[moved] = 0
    start = note(model := parent(), dataclasses.replace(samples, target=target))
    assert start is not None
    expected = np.setdiff1d(np.flatnonzero(samples.taught < 0), moved)
    np.testing.assert_array_equal(start.ids, expected)
    assert samples.is_held_out[start.ids].sum() == samples.is_held_out.sum()
    whole = Embedding(model, to_pixels(samples.images, "cpu"))
    list(whole.chunks())
    np.testing.assert_allclose(start.mu, whole.mu[start.ids], atol=1e-6)


def test_note__of_many_is_a_draw_that_is_the_same_each_time() -> None:
    first, again = (note(parent(), blobs(2000)) for _ in range(2))
    assert first is not None
    assert again is not None
    assert len(first.ids) == MOST_FOLLOWED
    np.testing.assert_array_equal(first.ids, again.ids)
    assert len(set(first.ids % 3)) == 3


def test_note__nothing_without_a_parent_or_where_everything_is_named() -> None:
    assert note(build_model(CONFIG, (1, 8, 8), 3), blobs()) is None
    named = np.zeros(120, np.int16)
    no_one = np.zeros(120, bool)
    everyone = TrainingSet(blobs().images, named, no_one, named, 1)
    assert note(parent(), everyone) is None


def test_note__leaves_the_model_as_it_was() -> None:
    model, other = parent(), parent()
    note(model, blobs())
    for mine, its in zip(model.parameters(), other.parameters(), strict=True):
        assert torch.equal(mine, its)
