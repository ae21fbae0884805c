"""Whatever a run is given, it is refused in one sentence or trains: no snapshot is ever broken."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ml.errors import DivergedError, InvalidInputError, InvalidKnobError
from ml.knobs import bounds_of, defaults_of
from ml.networks.checkpoint import load_weights, unpack_checkpoint
from ml.networks.model import LatentModel, build_model
from ml.records import NO_CLASS, PRESETS, RunConfig, Snapshot, Step
from ml.samples.training_set import TrainingSet
from ml.training import train
from tests.ml.scenes import blobs, quiet_pacer

BLOBS = blobs(60, (0, 1, 2))
N = BLOBS.num_samples
TRAINED = BLOBS.trained_ids
IMAGES = np.asarray(BLOBS.images)
RNG = np.random.default_rng(0)
each_preset = pytest.mark.parametrize("preset", PRESETS)


def config_of(preset: str, **values: Any) -> RunConfig:
    knobs = {**defaults_of(preset), "num_epochs": 2, "batch_size": 32, **values}
    return RunConfig.from_json({"preset": preset, **knobs})


def given(**values: Any) -> TrainingSet:
    return dataclasses.replace(BLOBS, **values)


def named(class_of: dict[int, int]) -> NDArray[np.int16]:
    annotation: NDArray[np.int16] = np.full(N, NO_CLASS, np.int16)
    annotation[TRAINED[list(class_of)]] = list(class_of.values())
    return annotation


def moved(place: float, count: int = 5) -> NDArray[np.float32]:
    target: NDArray[np.float32] = np.full((N, 2), np.nan, np.float32)
    target[TRAINED[:count]] = place
    return target


def few(count: int, images: Any = IMAGES) -> TrainingSet:
    """All of them trained on, each named another class than the one before."""
    kind = (np.arange(count) % 3).astype(np.int16)
    return TrainingSet(images[:count], kind, np.zeros(count, bool), kind, 3)


def vectors(scale: float) -> NDArray[np.float32]:
    values = RNG.uniform(-1, 1, (N, 7))
    largest: float = np.abs(values).max()
    return np.asarray(values / largest * scale, np.float32)


ODD = {
    "no annotation": given(annotation=named({})),
    "no class at all": given(annotation=named({}), truth=named({}), num_classes=0),
    "one class": given(annotation=named(dict.fromkeys(range(9), 1))),
    "one sample": given(annotation=named({0: 2})),
    "one sample in a class": given(annotation=named({**dict.fromkeys(range(9), 1), 20: 0})),
    "all samples of one class": given(annotation=np.zeros(N, np.int16)),
    "constant images": given(images=np.full_like(IMAGES, 7)),
    "black images": given(images=np.zeros_like(IMAGES)),
    "twins": given(images=np.repeat(IMAGES[:2], N // 2, axis=0)),
    "one pixel": given(images=IMAGES[:, :, :1, :1].copy()),
    "constant vectors": given(images=np.ones((N, 5), np.float32)),
    "tiny vectors": given(images=vectors(1e-30)),
    "huge vectors": given(images=vectors(1e15)),
    "200 classes": given(
        annotation=named({i: 199 - i for i in range(len(TRAINED))}), num_classes=200
    ),
    "1 sample": few(1),
    "2 samples": few(2),
    "3 samples": few(3),
    "1 vector": few(1, vectors(1)),
    "3 vectors": few(3, vectors(1)),
    "targets far outside": given(target=moved(1e6)),
    "targets at the limit": given(target=moved(-1e15)),
    "all moved to one place": given(target=moved(0, len(TRAINED))),
}


def bare(samples: TrainingSet, num_classes: int) -> TrainingSet:
    """The same samples before anybody said anything."""
    nothing: NDArray[np.int16] = np.full(samples.num_samples, NO_CLASS, np.int16)
    return dataclasses.replace(
        samples, annotation=nothing, truth=nothing, target=None, num_classes=num_classes
    )


def checked(model: LatentModel, samples: TrainingSet, config: RunConfig) -> Iterator[Snapshot]:
    """Train and yield each snapshot that holds nothing but finite numbers."""
    for event in train(model, samples, config, quiet_pacer()):
        if isinstance(event, Snapshot):
            for values in (event.embedding, event.confidence, event.uncertainty):
                assert np.isfinite(values).all()
            figures = {k: v for k, v in event.metrics.items() if v is not None}
            assert np.isfinite(list(figures.values())).all(), figures
            unpack_checkpoint(event.checkpoint)
            yield event


def fine_tuned(
    samples: TrainingSet, config: RunConfig, num_classes: int | None = None
) -> list[Snapshot]:
    """Pretrain with so many classes, then go on with what people said."""
    start = dataclasses.replace(config, num_epochs=1)
    before = bare(samples, samples.num_classes if num_classes is None else num_classes)
    model = build_model(start, samples.sample_shape, before.num_classes)
    *_, first = checked(model, before, start)
    model = build_model(config, samples.sample_shape, samples.num_classes)
    load_weights(model, unpack_checkpoint(first.checkpoint))
    return list(checked(model, samples, config))


@each_preset
@pytest.mark.parametrize("name", ODD)
def test_train__is_safe_with(name: str, preset: str) -> None:
    assert len(fine_tuned(ODD[name], config_of(preset))) == 2


@each_preset
@pytest.mark.parametrize("num_classes", [0, 1, 200])
def test_train__classes_came_and_went_since_the_parent(num_classes: int, preset: str) -> None:
    done = fine_tuned(BLOBS, config_of(preset), num_classes)
    assert done[-1].prediction.max() < BLOBS.num_classes


@each_preset
def test_train__a_class_that_was_merged_away_is_predicted_no_more(preset: str) -> None:
    merged = np.where(BLOBS.annotation == 1, 0, BLOBS.annotation).astype(np.int16)
    done = fine_tuned(given(annotation=merged), config_of(preset))
    assert not (done[-1].prediction == 1).any()


@each_preset
def test_train__at_the_largest_learning_rate_stays_finite_or_ends_in_a_sentence(
    preset: str,
) -> None:
    knob = bounds_of(preset, "learning_rate")
    assert knob is not None
    try:
        done = fine_tuned(BLOBS, config_of(preset, learning_rate=knob.high, num_epochs=6))
    except DivergedError:
        return
    assert len(done) == 6


@each_preset
@pytest.mark.parametrize("end", ["low", pytest.param("high", marks=pytest.mark.slow)])
def test_train__for_as_few_and_as_many_epochs_as_the_knob_allows(preset: str, end: str) -> None:
    knob = bounds_of(preset, "num_epochs")
    assert knob is not None
    num_epochs = int(getattr(knob, end))
    assert len(fine_tuned(few(6), config_of(preset, num_epochs=num_epochs))) == num_epochs


@each_preset
@pytest.mark.parametrize(
    "wrong",
    [{"learning_rate": 10}, {"learning_rate": 0}, {"num_epochs": 0}, {"num_epochs": 10**9}],
    ids=str,
)
def test_config__refuses_what_is_beyond_its_knobs(preset: str, wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidKnobError, match=r"^[^.]* is [\d.e+]+; choose [^;]*\.$"):
        config_of(preset, **wrong)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e16])
def test_samples__refuse_vectors_that_cannot_be_trained_on(value: float) -> None:
    broken = vectors(1)
    broken[7, 3] = value
    with pytest.raises(InvalidInputError, match=r"^The vectors hold values [^.]*\.$"):
        given(images=broken)


@pytest.mark.parametrize("place", [np.inf, -np.inf, 3e38])
def test_samples__refuse_targets_nobody_can_see(place: float) -> None:
    with pytest.raises(InvalidInputError, match=r"^A sample was moved further than 1e\+15"):
        given(target=moved(place))


def poisoned(
    model: LatentModel, config: RunConfig, part: str, seen: list[int]
) -> Iterator[Step | Snapshot]:
    """Train on, and break a part of the network in the last step of the third epoch."""
    for event in train(model, BLOBS, config, quiet_pacer()):
        if isinstance(event, Snapshot):
            unpack_checkpoint(event.checkpoint)
            seen.append(event.epoch)
        elif isinstance(event, Step) and event.epoch == 3 and event.step == event.num_steps:
            with torch.no_grad():
                next(model.get_submodule(part).parameters()).fill_(np.inf)
            yield event


@each_preset
@pytest.mark.parametrize("part", ["encoder", "mu", "head"])
def test_train__weights_that_run_away_end_it_after_the_last_good_snapshot(
    part: str, preset: str
) -> None:
    config = config_of(preset, num_epochs=4)
    model = build_model(config, BLOBS.sample_shape, 3)
    model.has_parent = True
    seen: list[int] = []
    with pytest.raises(DivergedError, match="the last snapshot is kept"):
        list(poisoned(model, config, part, seen))
    assert seen == [1, 2]
