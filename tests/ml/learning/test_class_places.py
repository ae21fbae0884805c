"""Places of classes and of samples, as every preset learns from them."""

import dataclasses
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ml.knobs import defaults_of
from ml.learning import class_places
from ml.learning.class_places import carry_classes, predict_all
from ml.networks.checkpoint import load_weights, unpack_checkpoint
from ml.networks.embedding import Embedding
from ml.networks.model import LatentModel, build_model
from ml.presets import make_learner
from ml.records import NO_CLASS, PRESETS, UNSURE, RunConfig, Snapshot
from ml.samples.training_set import TrainingSet, to_pixels
from tests.ml.scenes import blobs, figure, resumable, run, snapshots

NUM = 120
KIND = np.arange(NUM) % 3
each_preset = pytest.mark.parametrize("preset", PRESETS)


def config_of(preset: str, num_epochs: int = 4) -> RunConfig:
    knobs = {**defaults_of(preset), "num_epochs": num_epochs, "batch_size": 32}
    return RunConfig(preset=preset, **knobs)  # type: ignore[arg-type]


@cache
def parent(preset: str, *, is_taught: bool) -> Snapshot:
    """A pretraining, or a run after it in which classes 0 and 1 were named."""
    config = config_of(preset, 12)
    model = build_model(config, (1, 8, 8), 3)
    first = snapshots(run(model, blobs(), config))[-1]
    if not is_taught:
        return first
    load_weights(model, unpack_checkpoint(first.checkpoint))
    return snapshots(run(model, blobs(annotated=(0, 1)), config_of(preset)))[-1]


def child(preset: str, is_taught: bool = True) -> LatentModel:
    model = build_model(config_of(preset), (1, 8, 8), 3)
    load_weights(model, unpack_checkpoint(parent(preset, is_taught=is_taught).checkpoint))
    return model


def embedded(model: LatentModel, samples: TrainingSet) -> Embedding:
    embedding = Embedding(model, to_pixels(samples.images))
    for _ in embedding.chunks():
        pass
    return embedding


def placing(samples: TrainingSet, **places: tuple[float, float]) -> TrainingSet:
    """The same samples, classes placed by name k0, k1, k2."""
    place = np.full((3, 2), np.nan, np.float32)
    for name, at in places.items():
        place[int(name[1:])] = at
    return dataclasses.replace(samples, class_place=place)


def moving(samples: TrainingSet, ids: list[int], at: tuple[float, float]) -> TrainingSet:
    target = np.full((samples.num_samples, 2), np.nan, np.float32)
    target[ids] = at
    return dataclasses.replace(samples, target=target)


def tuned(preset: str, samples: TrainingSet, is_taught: bool = True) -> list[Snapshot]:
    return snapshots(run(child(preset, is_taught), samples, config_of(preset)))


def away(z: NDArray[np.float32]) -> tuple[float, float]:
    """A place one and a half radii from the middle of a map."""
    radius = np.sqrt(np.square(z - z.mean(0)).sum(1).mean())
    x, y = z.mean(0) + 1.5 * radius / np.sqrt(2)
    return float(x), float(y)


@each_preset
def test_carry__members_go_as_they_lie(preset: str) -> None:
    samples = blobs(annotated=(0, 1))
    model = child(preset)
    embedding = embedded(model, samples)
    found = carry_classes(model, placing(samples, k1=(7, -8)), embedding, seed=0)
    predicted = predict_all(model, placing(samples, k1=(7, -8)), embedding)
    is_member = (samples.annotation == 1) | ((samples.annotation == NO_CLASS) & (predicted == 1))
    members = np.flatnonzero(is_member & ~samples.is_held_out)
    np.testing.assert_array_equal(found.ids, members)
    np.testing.assert_array_equal(found.members, members)
    z0 = embedding.mu[members]
    shift = np.array([7, -8]) - np.median(z0, axis=0)
    np.testing.assert_allclose(found.targets - z0, [shift] * len(z0), atol=1e-4)
    np.testing.assert_allclose(np.median(found.targets, axis=0), [7, -8], atol=1e-4)


def test_carry__leaves_out_the_moved_the_unsure_and_the_held_out() -> None:
    samples = blobs(annotated=(0, 1))
    named = np.flatnonzero(samples.annotation == 1)
    annotation = samples.annotation.copy()
    annotation[named[1]] = UNSURE
    samples = dataclasses.replace(moving(samples, [int(named[0])], (0, 0)), annotation=annotation)
    model = child("lodemap")
    found = carry_classes(model, placing(samples, k1=(7, 8)), embedded(model, samples), seed=0)
    assert not {int(named[0]), int(named[1])} & set(found.ids.tolist())
    assert int(named[0]) in found.members, "it is one of them, and has a target of its own"
    assert not samples.is_held_out[found.ids].any()


def test_carry__before_any_class_was_taught_only_the_named_go() -> None:
    samples = placing(blobs(annotated=(0, 1)), k1=(7, 8))
    model = child("lodemap", is_taught=False)
    found = carry_classes(model, samples, embedded(model, samples), seed=0)
    np.testing.assert_array_equal(found.ids, np.flatnonzero(samples.annotation == 1))
    nothing = placing(blobs(), k1=(7, 8))
    assert len(carry_classes(model, nothing, embedded(model, nothing), seed=0).members) == 0


def test_carry__of_a_class_nobody_names_any_more_goes_by_what_was_predicted() -> None:
    samples = placing(blobs(), k1=(7, 8))
    model = child("lodemap")
    found = carry_classes(model, samples, embedded(model, samples), seed=0)
    assert not (KIND[found.ids] == 0).any()
    assert (KIND[found.ids] == 1).sum() == ((KIND == 1) & ~samples.is_held_out).sum()


def test_carry__goes_by_what_the_map_shows_where_the_head_is_fresh() -> None:
    """Another number of *Head layers*: the head has learned nothing yet, the map has."""
    shown = np.where(KIND == 2, NO_CLASS, KIND).astype(np.int16)
    samples = dataclasses.replace(placing(blobs(annotated=(0, 1)), k1=(7, 8)), shown=shown)
    alone = dataclasses.replace(samples, shown=np.where(KIND == 1, 1, NO_CLASS).astype(np.int16))
    model = build_model(config_of("annotate-vae"), (1, 8, 8), 3)
    embedding = embedded(model, samples)
    found, one = (carry_classes(model, each, embedding, seed=0) for each in (samples, alone))
    np.testing.assert_array_equal(found.ids, np.flatnonzero((KIND == 1) & ~samples.is_held_out))
    np.testing.assert_array_equal(one.ids, np.flatnonzero(samples.annotation == 1))


def test_carry__one_class_alone_is_not_given_to_everybody() -> None:
    samples = placing(blobs(annotated=(1,)), k1=(7, 8))
    model = child("lodemap", is_taught=False)
    load_weights(
        model, unpack_checkpoint(tuned("lodemap", samples, is_taught=False)[-1].checkpoint)
    )
    found = carry_classes(model, samples, embedded(model, samples), seed=0)
    np.testing.assert_array_equal(found.ids, np.flatnonzero(samples.annotation == 1))


def test_carry__at_most_so_many_drawn_by_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_places, "MOST_CARRIED", 7)
    samples = placing(blobs(annotated=(0, 1)), k0=(1, 1), k1=(7, 8))
    model = child("lodemap")
    draws = [
        carry_classes(model, samples, embedded(model, samples), seed).ids.tolist()
        for seed in (0, 0, 1)
    ]
    assert draws[0] == draws[1] != draws[2]
    assert [len(draw) for draw in draws] == [7] * 3
    assert draws[0] == sorted(draws[0])


@each_preset
def test_run__a_placed_class_goes_there(preset: str) -> None:
    samples = blobs(annotated=(0, 1))
    before = parent(preset, is_taught=True).embedding
    named = samples.annotation == 1
    x, y = 2 * before.mean(0) - np.median(before[named], axis=0)  # on the other side
    config = config_of(preset, 30 if preset == "annotate-vae" else 4)  # a slow start
    ways = (samples, placing(samples, k1=(float(x), float(y))))
    ends = [snapshots(run(child(preset), way, config))[-1] for way in ways]
    gaps = [np.hypot(*(np.median(end.embedding[named], axis=0) - (x, y))) for end in ends]
    assert gaps[1] < 0.7 * gaps[0]
    assert figure(ends[1], "displacement") > 0


@each_preset
def test_run__with_places_and_pins_resumes_as_if_never_stopped(preset: str) -> None:
    samples = placing(moving(blobs(annotated=(0, 1)), [4, 7], (1, 1)), k0=(2, 0), k1=(0, 2))
    whole = tuned(preset, samples)
    for epoch in (1, 3):
        checkpoint = resumable(whole[epoch - 1])
        resumed = snapshots(run(child(preset), samples, config_of(preset), resume=checkpoint))
        assert resumed[-1].checkpoint == whole[-1].checkpoint
        np.testing.assert_array_equal(resumed[-1].embedding, whole[-1].embedding)


@each_preset
@pytest.mark.parametrize("num_classes", [0, 3])
def test_run__of_pins_alone_brings_them_nearer(preset: str, num_classes: int) -> None:
    """Nothing is named, or there is no class at all."""
    nobody = np.full(NUM, NO_CLASS, np.int16)
    before = parent(preset, is_taught=False)
    place = away(before.embedding)
    samples = dataclasses.replace(blobs(), truth=nobody, num_classes=num_classes)
    model = build_model(config_of(preset), (1, 8, 8), num_classes)
    load_weights(model, unpack_checkpoint(before.checkpoint))
    last = snapshots(run(model, moving(samples, [1, 4], place), config_of(preset)))[-1]
    start, end = (
        np.linalg.norm(z[[1, 4]] - place, axis=1) for z in (before.embedding, last.embedding)
    )
    assert (end < start).all()
    assert (last.prediction == NO_CLASS).all()


@each_preset
@pytest.mark.parametrize("far", [1e6, 1e15])
def test_run__far_away_ends_safely(preset: str, far: float) -> None:
    samples = placing(moving(blobs(annotated=(0, 1)), [1, 4], (far, 0)), k0=(0, far), k1=(-far, 0))
    for snapshot in tuned(preset, samples):
        assert np.isfinite(snapshot.embedding).all()
        assert unpack_checkpoint(snapshot.checkpoint).weights


@each_preset
def test_run__without_places_is_not_touched_by_there_being_such(preset: str) -> None:
    samples = blobs(annotated=(0, 1))
    target = np.full((NUM, 2), np.nan, np.float32)
    place = np.full((3, 2), np.nan, np.float32)
    empty = dataclasses.replace(samples, target=target, class_place=place)
    assert tuned(preset, empty)[-1].checkpoint == tuned(preset, samples)[-1].checkpoint


def test_pretraining__takes_no_heed_of_places() -> None:
    """There is no map yet that a place could be on."""
    config = config_of("lodemap", 2)
    ways: list[Callable[[], TrainingSet]] = [blobs, lambda: placing(blobs(), k0=(1, 1))]
    ends = [
        snapshots(run(build_model(config, (1, 8, 8), 3), way(), config))[-1].checkpoint
        for way in ways
    ]
    assert ends[0] == ends[1]


def test_magnet__of_a_placed_class_stands_at_the_place() -> None:
    samples = placing(blobs(annotated=(0, 1)), k1=(7, -8))
    last = tuned("lodemap", samples)[-1]
    assert unpack_checkpoint(last.checkpoint).weights["magnets"][1].equal(torch.tensor([7.0, -8.0]))


def test_displacement_untouched__leaves_out_whoever_goes_with_their_class() -> None:
    samples = placing(blobs(annotated=(0, 1)), k1=(1, 1))
    learner = make_learner(child("lodemap"), samples, config_of("lodemap"), True)
    for _ in learner.prepare():
        pass
    assert learner.starting_map is not None
    assert len(learner.members) > 0
    assert not set(learner.members.tolist()) & set(learner.starting_map.ids.tolist())
