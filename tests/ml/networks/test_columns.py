"""Vectors of columns in units of their own are read alike."""

import dataclasses

import numpy as np
import pytest
import torch

from ml.knobs import defaults_of
from ml.networks.checkpoint import load_weights, unpack_checkpoint
from ml.networks.columns import FARTHEST, middle_and_spread, shift_and_scale
from ml.networks.model import build_model
from ml.records import RunConfig
from ml.samples.training_set import TrainingSet
from tests.ml.scenes import figure, run, snapshots


def table(num_rows: int = 500) -> torch.Tensor:
    """Shares, a year that never changes, money, one number seen once, nothing, tiny numbers."""
    rng = np.random.default_rng(0)
    columns = [
        rng.random(num_rows),
        np.full(num_rows, 2024.1),
        rng.normal(1e6, 1e5, num_rows),
        np.arange(num_rows) == 7,
        np.zeros(num_rows),
        rng.normal(0, 1e-25, num_rows),
    ]
    return torch.from_numpy(np.stack(columns, 1).astype(np.float32))


def test_middle_and_spread__are_those_of_numpy_and_0_where_nothing_differs() -> None:
    x = table()
    middle, spread = middle_and_spread(x)
    exact = x.numpy().astype(float)
    np.testing.assert_allclose(middle, exact.mean(0), rtol=1e-5, atol=1e-26)
    np.testing.assert_allclose(spread[[0, 2, 3, 5]], exact.std(0)[[0, 2, 3, 5]], rtol=1e-3)
    assert spread[[1, 4]].tolist() == [0, 0]
    assert middle[1] == x[0, 1]


def test_shift_and_scale__bring_every_column_to_about_one() -> None:
    x = table()
    shift, scale = shift_and_scale(x)
    read = (x - shift) / scale
    spread = read.std(0)
    np.testing.assert_allclose(spread[[2, 5]], 1, rtol=0.01)
    assert spread[0] == pytest.approx(1, abs=0.5)
    assert not read[:, [1, 4]].any()
    assert float(read.abs().max()) < FARTHEST
    assert float(scale[1]) == pytest.approx(2.024, rel=0.01)  # another year later on is no mile
    assert (scale > 0).all()


def test_shift_and_scale__columns_of_about_one_unit_keep_what_they_differ_by() -> None:
    x = torch.randn(400, 5, generator=torch.Generator().manual_seed(0))
    _, scale = shift_and_scale(x * torch.tensor([1, 2, 0.5, 1, 1000]) + 7)
    assert len(set(scale[:4].tolist())) == 1
    assert scale[0] == pytest.approx(1.25, rel=0.1)
    assert scale[4] == pytest.approx(1000, rel=0.1)


def test_shift_and_scale__a_number_seen_once_does_not_drown_its_sample() -> None:
    x = torch.randn(10_000, 3, generator=torch.Generator().manual_seed(0)) * 1000
    x[:, 2] = 0
    x[5, 2] = 1
    shift, scale = shift_and_scale(x)
    assert float((x[5] - shift)[2] / scale[2]) == pytest.approx(FARTHEST)


def test_shift_and_scale__of_one_sample_or_of_equal_ones() -> None:
    for count in (1, 9):
        shift, scale = shift_and_scale(torch.tensor([[3.0, 0.0]]).repeat(count, 1))
        assert (shift.tolist(), scale.tolist()) == ([3, 0], [1, 1])


PRETRAINING = RunConfig("annotate-vae", num_epochs=15, batch_size=32, learning_rate=0.005)


def accuracy_of(vectors: np.ndarray, kind: np.ndarray, update: RunConfig) -> float:
    """The held-out accuracy after a pretraining and one Update on 240 named vectors."""
    is_held_out = np.arange(240) % 4 == 0
    annotation = np.where(is_held_out, -1, kind).astype(np.int16)
    samples = TrainingSet(vectors, annotation, is_held_out, kind.astype(np.int16), 3)
    nothing = dataclasses.replace(samples, annotation=np.full(240, -1, np.int16))
    config = dataclasses.replace(PRETRAINING, preset=update.preset)
    model = build_model(config, vectors.shape[1:], 3)
    first = snapshots(run(model, nothing, config))[-1]
    load_weights(model, unpack_checkpoint(first.checkpoint))
    return figure(snapshots(run(model, samples, update))[-1], "held_out_accuracy")


@pytest.mark.parametrize("preset", ["annotate-vae", "refine-projection"])
def test_training__is_not_drowned_by_a_year_or_by_one_large_unit(preset: str) -> None:
    rng = np.random.default_rng(0)
    kind = np.arange(240) % 3
    told = rng.normal(size=(240, 6)) + 3 * np.eye(6)[kind]
    money = rng.normal(0, 1e5, (240, 1))
    vectors = np.hstack([told, np.full((240, 1), 2024), money]).astype(np.float32)
    rate = 0.04 if preset == "refine-projection" else 0.005
    update = dataclasses.replace(PRETRAINING, preset=preset, learning_rate=rate)
    assert accuracy_of(vectors, kind, update) > 0.85


def kinds_of_vectors(num_rows: int = 240) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (rng.normal(size=(num_rows, 20)) + 3 * np.eye(20)[np.arange(num_rows) % 3]).astype(
        np.float32
    )


def test_training__one_vector_a_thousand_times_as_long_leaves_the_others_told_apart() -> None:
    preset = "refine-projection"
    vectors, kind = kinds_of_vectors(), np.arange(240) % 3
    vectors[7] *= 1000
    update = RunConfig.from_json({"preset": preset, **defaults_of(preset), "batch_size": 32})
    assert accuracy_of(vectors, kind, update) > 0.85, "0.4 where it tells a unit"


def test_measure__of_ordinary_vectors_is_what_all_of_them_say() -> None:
    """Nobody is left out and nobody is shortened, to the bit."""
    model = build_model(RunConfig(preset="lodemap"), (20,), 3)
    rng = np.random.default_rng(1)
    heavy = rng.standard_t(5, (500, 20)) * np.geomspace(1e-3, 1e6, 20) + 7
    for rows in (kinds_of_vectors(), heavy, rng.poisson(0.1, (500, 20)), np.tile(heavy[:1], 20)):
        x = torch.from_numpy(np.asarray(rows, np.float32))[:, :20]
        model.measure(x)
        shift, scale = shift_and_scale(x)
        assert torch.equal(model.scaled(x), (x - shift) / scale)


def test_measure__a_vector_far_out_tells_nothing_and_keeps_its_direction() -> None:
    x = torch.from_numpy(kinds_of_vectors())
    model = build_model(RunConfig(preset="lodemap"), (20,), 3)
    model.measure(x)
    assert model.input_scale is not None
    units = model.input_scale.clone()
    for factor in (1e2, 1e3, 1e9):
        model.measure(torch.cat([x, factor * x[:2]]))
        assert torch.equal(model.input_scale, units)
        read = model.scaled(factor * x[:1])
        assert float(read.square().mean().sqrt()) == pytest.approx(FARTHEST)
        torch.testing.assert_close(read / read.norm(), x[:1] / x[:1].norm(), atol=0.02, rtol=0)


def test_measure__what_lies_far_out_in_a_quiet_set_is_told_apart() -> None:
    """Of 1,000 band energies more than half are silent, the others soft or loud."""
    rng = np.random.default_rng(2)
    loudness = np.repeat([1e-3, 0.5, 2.0], [560, 240, 200])
    energies = loudness[:, None] * rng.uniform(0.8, 1.2, (1000, 16))
    x = torch.from_numpy(energies.astype(np.float32))
    model = build_model(RunConfig(preset="lodemap"), (16,), 3)
    model.measure(x)
    shift, scale = shift_and_scale(x)
    assert torch.equal(model.scaled(x), (x - shift) / scale)
