"""The field of a snapshot, of every preset, from a real training."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ml.knobs import defaults_of
from ml.learning.survey import SAMPLES_PER_CHUNK, Survey
from ml.networks.checkpoint import load_weights, unpack_checkpoint
from ml.networks.model import build_model
from ml.records import PRESETS, Field, RunConfig, Snapshot
from tests.ml.scenes import blobs, run, snapshots

SHAPE = (1, 8, 8)


def config_of(preset: str, **changes: object) -> RunConfig:
    usual = {**defaults_of(preset), "num_epochs": 2, "batch_size": 32, **changes}
    return RunConfig(preset=preset, **usual)  # type: ignore[arg-type]


def taught(
    preset: str,
    target: NDArray[np.float32] | None = None,
    annotated: Sequence[int] = (0, 1),
    **changes: object,
) -> list[Snapshot]:
    """Snapshots of an Update that goes on from a pretraining of one epoch."""
    config = config_of(preset, **changes)
    model = build_model(config, SHAPE, 3)
    before = snapshots(run(model, blobs(), replace(config, num_epochs=1)))[-1]
    load_weights(model, unpack_checkpoint(before.checkpoint))
    return snapshots(run(model, replace(blobs(annotated=annotated), target=target), config))


def nothing(_: Survey) -> Iterator[None]:
    """What a run without a survey does in its place."""
    yield from ()


def field_of(snapshot: Snapshot) -> Field:
    assert snapshot.field is not None
    return snapshot.field


@pytest.mark.parametrize("preset", PRESETS)
def test_field__none_before_the_first_name(preset: str) -> None:
    model = build_model(config_of(preset), SHAPE, 3)
    assert all(each.field is None for each in snapshots(run(model, blobs(), config_of(preset))))


@pytest.mark.parametrize("preset", PRESETS)
def test_field__of_every_preset(preset: str) -> None:
    last = taught(preset)[0]  # before a class is so sure that nothing pulls any more
    field = field_of(last)
    assert field.pull.shape == field.push.shape == last.embedding.shape
    assert np.isfinite(field.pull).all()
    assert np.isfinite(field.push).all()
    assert field.pull.any()
    assert field.region.shape == (96, 96)
    assert set(np.unique(field.region)) <= {-1, 0, 1}
    assert (field.low < field.high).all()


@pytest.mark.parametrize("preset", PRESETS)
def test_field__says_where_points_of_a_class_are(preset: str) -> None:
    """Most samples lie in the region of their own prediction."""
    last = taught(preset, num_epochs=6)[-1]
    field = field_of(last)
    at = ((last.embedding - field.low) / (field.high - field.low) * 96).astype(int).clip(0, 95)
    told = field.region[at[:, 1], at[:, 0]]
    assert (told == last.prediction)[told >= 0].mean() > 0.8


@pytest.mark.parametrize("preset", ["lodemap", "refine-projection"])
def test_field__a_target_pulls_on_the_sample_that_was_moved(preset: str) -> None:
    target = np.full((120, 2), np.nan, np.float32)
    target[:2] = (50, 50)  # the first is held out
    with_target, without = taught(preset, target, num_epochs=1), taught(preset, num_epochs=1)
    way = target[1] - with_target[-1].embedding[1]
    assert float(field_of(with_target[-1]).pull[1] @ way) > 0
    gained = field_of(with_target[-1]).pull[1] - field_of(without[-1]).pull[1]
    assert float(gained @ way) > 0
    held_out = [field_of(each[-1]).pull[0] for each in (with_target, without)]
    assert np.abs(held_out[0] - held_out[1]).max() < 0.2 * np.abs(gained).max()


@pytest.mark.parametrize("preset", PRESETS)
def test_field__of_moved_points_none_of_which_is_named(preset: str) -> None:
    """One is pulled, nobody is pushed, and no place belongs to a class."""
    target = np.full((120, 2), np.nan, np.float32)
    target[1] = (50, 50)
    last = taught(preset, target, annotated=(), num_epochs=1)[-1]
    field = field_of(last)
    assert float(field.pull[1] @ (target[1] - last.embedding[1])) > 0
    assert np.flatnonzero(field.pull.any(axis=1)).tolist() == [1]
    assert not field.push.any()
    assert set(np.unique(field.region)) == {-1}


def test_field__three_axes_have_force_and_no_regions() -> None:
    field = field_of(taught("lodemap", latent_dim=3)[-1])
    assert field.pull.shape == (120, 3)
    assert field.region.shape == (0, 0)
    assert field.low.shape == field.high.shape == (3,)


@pytest.mark.parametrize("preset", PRESETS)
def test_survey__changes_nothing_of_the_run(preset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots are equal to the byte, whether anybody asked for the field or not."""
    state = torch.get_rng_state()
    looked = taught(preset)
    monkeypatch.setattr(Survey, "chunks", nothing)
    unlooked = taught(preset)
    assert torch.equal(torch.get_rng_state(), state)
    assert field_of(looked[0]).pull.any()
    assert unlooked[-1].field is None
    for one, other in zip(looked, unlooked, strict=True):
        assert one.checkpoint == other.checkpoint
        np.testing.assert_array_equal(one.embedding, other.embedding)


def test_survey__is_deterministic_and_pauses_between_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = field_of(taught("lodemap")[-1])
    monkeypatch.setitem(SAMPLES_PER_CHUNK, "cpu", 50)
    in_parts = field_of(taught("lodemap")[-1])
    np.testing.assert_allclose(in_parts.pull, whole.pull, rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(in_parts.region, whole.region)
