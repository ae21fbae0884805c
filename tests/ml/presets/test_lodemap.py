"""Ours: a held map that moves at once, features that are refined once five classes are known."""

import dataclasses
import time
from typing import Any

import numpy as np
import pytest
import torch

from ml.knobs import KNOBS
from ml.learning.pacing import FramePacer
from ml.networks.checkpoint import Checkpoint, load_weights, unpack_checkpoint
from ml.networks.model import build_model
from ml.presets.lodemap import MAP_STEPS, Lodemap
from ml.records import Frame, Snapshot
from ml.samples.training_set import TrainingSet
from ml.training import train
from tests.ml.presets.striped import (
    CONFIG,
    KIND,
    MOVED,
    NUM_KINDS,
    NUM_SAMPLES,
    PRETRAINING,
    child,
    home,
    radius,
    stripes,
    tuned,
)
from tests.ml.scenes import figure, resumable, run, snapshots


def test_naming__tells_held_out_samples_and_draws_a_class_together(parent: Checkpoint) -> None:
    """Two islands get one name."""
    samples = stripes(range(NUM_KINDS))
    annotation = np.where(samples.annotation == 1, 0, samples.annotation).astype(np.int16)
    truth = np.where(KIND == 1, 0, KIND).astype(np.int16)
    one_name = dataclasses.replace(samples, annotation=annotation, truth=truth)
    last = tuned(parent, one_name, num_epochs=8, w_magnets=5.0)[-1]
    assert figure(last, "held_out_accuracy") > 0.9
    gaps = []
    for z in (home(parent), last.embedding):
        named = [np.median(z[samples.annotation == k], axis=0) for k in (0, 1)]
        gaps.append(np.linalg.norm(named[0] - named[1]) / radius(z))
    assert gaps[1] < 0.7 * gaps[0]


def test_anchor__holds_what_nobody_touched(parent: Checkpoint) -> None:
    samples = stripes(range(NUM_KINDS))
    ways = [
        figure(tuned(parent, samples, w_anchor=w)[-1], "displacement_untouched") for w in (0, 5)
    ]
    assert ways[1] < 0.7 * ways[0]
    assert ways[1] < 0.1


def test_magnets__stand_where_moved_samples_belong(parent: Checkpoint) -> None:
    samples = stripes()
    annotation, target = samples.annotation.copy(), np.full((NUM_SAMPLES, 2), np.nan, np.float32)
    annotation[MOVED], target[MOVED] = 2, (40.0, 40.0)
    learner = Lodemap(
        child(parent), dataclasses.replace(samples, annotation=annotation, target=target), CONFIG
    )
    for _ in learner.prepare():
        pass
    assert learner.model.magnets is not None
    assert learner.model.magnets[2].tolist() == [40, 40]


@pytest.mark.parametrize(
    ("num_trained", "num_steps", "sizes"), [(257, 2, [129, 128]), (4000, 8, [256] * 8), (9, 0, [])]
)
def test_minibatches__of_the_encoder_are_near_equal(
    parent: Checkpoint,
    monkeypatch: pytest.MonkeyPatch,
    num_trained: int,
    num_steps: int,
    sizes: list[int],
) -> None:
    """A last one of a single pair would contrast nothing, and yet be a step."""
    learner = Lodemap(child(parent), stripes(), CONFIG)
    monkeypatch.setattr(learner, "_num_pairs", 256)
    monkeypatch.setattr(learner, "_count_encoder_steps", lambda: num_steps)
    assert [len(ids) for ids in learner.minibatches(torch.arange(num_trained))] == sizes


def test_first_frame__comes_before_anybody_asked_who_is_near_whom(
    parent: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the graph was built first")

    eager = FramePacer(time.monotonic, min_gap_s=0.0, max_share=1e9)
    monkeypatch.setattr("ml.presets.lodemap.View", refuse)
    events = train(child(parent), stripes(range(NUM_KINDS)), CONFIG, eager)
    frame = next(event for event in events if isinstance(event, Frame))
    assert frame.epoch < 1
    assert np.abs(frame.embedding - home(parent)).max() > 0


def is_refined(parent: Checkpoint, last: Snapshot) -> bool:
    now = unpack_checkpoint(last.checkpoint).weights
    layers = [name for name in now if name.startswith("encoder.")]
    return any(not torch.equal(now[name], parent.weights[name]) for name in layers)


def test_refining__waits_for_five_classes(parent: Checkpoint) -> None:
    few, many = (tuned(parent, stripes(range(count)))[-1] for count in (4, 5))
    assert not is_refined(parent, few)
    assert few.metrics["contrast"] is None
    assert is_refined(parent, many)
    assert figure(many, "contrast") > 0
    assert not is_refined(parent, tuned(parent, stripes(range(5)), w_contrast=0.0)[-1])


def test_run__nothing_said_still_lays_out_and_believes_nothing(parent: Checkpoint) -> None:
    last = tuned(parent, stripes())[-1]
    assert (last.prediction == -1).all()
    assert figure(last, "magnets") == 0
    assert figure(last, "displacement_untouched") < 0.1


@pytest.mark.parametrize("epoch", [1, 2, 3])
def test_run__resumes_as_if_never_stopped(parent: Checkpoint, epoch: int) -> None:
    target = np.full((NUM_SAMPLES, 2), np.nan, np.float32)
    target[MOVED] = 1.0
    samples = dataclasses.replace(stripes(range(NUM_KINDS)), target=target)
    whole = tuned(parent, samples)
    checkpoint = resumable(whole[epoch - 1])
    resumed = snapshots(run(child(parent), samples, CONFIG, resume=checkpoint))
    assert [s.epoch for s in resumed] == list(range(epoch + 1, 5))
    assert resumed[-1].checkpoint == whole[-1].checkpoint
    np.testing.assert_array_equal(resumed[-1].prediction, whole[-1].prediction)
    np.testing.assert_array_equal(resumed[-1].embedding, whole[-1].embedding)


def test_losses__of_the_first_epoch_are_withheld_where_they_would_mislead(
    parent: Checkpoint,
) -> None:
    first, second, *_ = tuned(parent, stripes(range(NUM_KINDS)))
    terms = ("loss", "contrast", "layout")
    assert [first.metrics[name] for name in terms] == [None] * 3
    assert all(figure(second, name) > 0 for name in terms)
    assert figure(first, "magnets") > 0


@pytest.mark.parametrize("name", ["w_layout", "w_contrast"])
def test_knobs__that_rest_in_the_first_epoch_say_so(parent: Checkpoint, name: str) -> None:
    (knob,) = (knob for knob in KNOBS["lodemap"] if knob.name == name)
    assert "second epoch" in knob.sentence
    samples, is_same = stripes(range(NUM_KINDS)), []
    for num_epochs in (1, 2):
        ends = [tuned(parent, samples, num_epochs=num_epochs, **{name: w})[-1] for w in (0.0, 1.0)]
        is_same.append(np.array_equal(ends[0].embedding, ends[1].embedding))
    assert is_same == [True, False]


def test_refine__is_how_far_the_encoder_goes(parent: Checkpoint) -> None:
    ways = []
    for w_contrast in (0.1, 1.0, 5.0):
        last = tuned(parent, stripes(range(NUM_KINDS)), num_epochs=3, w_contrast=w_contrast)[-1]
        now = unpack_checkpoint(last.checkpoint).weights
        gaps = [now[name] - parent.weights[name] for name in now if name.startswith("encoder.")]
        ways.append(torch.cat([gap.flatten() for gap in gaps]).norm().item())
    assert 0 < 3 * ways[0] < ways[1] < ways[2] / 2


def test_total__is_the_weighted_sum(parent: Checkpoint) -> None:
    knobs: dict[str, Any] = {
        "w_contrast": 2.0,
        "w_layout": 0.5,
        "w_magnets": 3.0,
        "w_anchor": 5.0,
        "w_dis": 7.0,
    }
    config = dataclasses.replace(CONFIG, **knobs)
    target = np.full((NUM_SAMPLES, 2), np.nan, np.float32)
    target[MOVED] = 1.0
    samples = dataclasses.replace(stripes(range(NUM_KINDS)), target=target)
    learner = Lodemap(child(parent), samples, config)
    for _ in learner.prepare():
        pass
    for epoch in (1, 2):
        for _ in learner.run_epoch(epoch):
            pass
    total, *terms = learner.losses(learner.ids[:64], torch.Generator().manual_seed(0))
    weights = (1, 0.5, 3, 5, 7)
    expected = sum(w * term for w, term in zip(weights, terms, strict=True))
    torch.testing.assert_close(total, expected)
    assert all(term > 0 for term in terms)
    assert learner.steps_per_epoch > MAP_STEPS


def test_refusals__of_training_samples_are_heard_those_of_held_out_ones_not(
    parent: Checkpoint,
) -> None:
    samples = stripes(range(NUM_KINDS), per_class=2)
    refused = np.zeros((NUM_SAMPLES, NUM_KINDS), bool)
    refused[(KIND == 0) & samples.is_held_out, 0] = True
    unheard = tuned(parent, dataclasses.replace(samples, refused=refused))[-1]
    np.testing.assert_array_equal(unheard.confidence, tuned(parent, samples)[-1].confidence)
    refused[(KIND == 0) & (samples.taught < 0), 0] = True
    heard = tuned(parent, dataclasses.replace(samples, refused=refused))[-1]
    assert (heard.prediction[samples.is_held_out & (KIND == 0)] != 0).mean() > 0.5


@pytest.mark.parametrize("shape", [(3, 32, 48), (1, 224, 224), (8,), (4096,)], ids=str)
def test_run__adapts_to_the_samples(shape: tuple[int, ...]) -> None:
    """Colour and size of images, length of vectors; a map of three axes."""
    rng = np.random.default_rng(0)
    is_vector = len(shape) == 1
    values = rng.random((24, *shape)).astype(np.float32)
    images = values if is_vector else (values * 255).astype(np.uint8)
    annotation = np.where(np.arange(24) < 12, np.arange(24) % 6, -1).astype(np.int16)
    is_held_out = np.arange(24) >= 20
    samples = TrainingSet(images, annotation, is_held_out, annotation, NUM_KINDS)
    config = dataclasses.replace(PRETRAINING, num_epochs=2, latent_dim=3)
    model = build_model(config, shape, NUM_KINDS)
    first = snapshots(run(model, samples, config))[-1]
    load_weights(model, unpack_checkpoint(first.checkpoint))
    last = snapshots(run(model, samples, dataclasses.replace(config, num_epochs=3)))[-1]
    assert last.embedding.shape == (24, 3)
    assert np.isfinite(last.embedding).all()
    assert (last.prediction >= 0).all()
