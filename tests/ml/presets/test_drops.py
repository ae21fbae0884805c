"""Samples put elsewhere by hand: they arrive, the rest stays, and a drop is believed."""

import dataclasses

import numpy as np

from ml.networks.checkpoint import Checkpoint
from ml.presets.lodemap import Lodemap
from tests.ml.presets.striped import (
    CONFIG,
    KIND,
    MOVED,
    NUM_KINDS,
    NUM_SAMPLES,
    child,
    home,
    radius,
    stripes,
    tuned,
)


def test_moves__arrive_and_the_rest_stays(parent: Checkpoint) -> None:
    before = home(parent)
    target = np.full((NUM_SAMPLES, 2), np.nan, np.float32)
    target[MOVED] = np.median(before[KIND == 2], axis=0)
    samples = dataclasses.replace(stripes(range(NUM_KINDS)), target=target)
    after = tuned(parent, samples, num_epochs=8)[-1].embedding
    left = np.linalg.norm(after[MOVED] - target[MOVED], axis=1)
    assert (left < 0.2 * np.linalg.norm(before[MOVED] - target[MOVED], axis=1)).all()
    rest = np.flatnonzero((samples.taught < 0) & np.isnan(target[:, 0]))
    assert np.median(np.linalg.norm(after[rest] - before[rest], axis=1)) < 0.1 * radius(before)


def test_drops__flip_though_every_other_sample_is_named(parent: Checkpoint) -> None:
    """Twenty names stand around each sample that is dropped at another class."""
    samples = stripes(range(NUM_KINDS), per_class=NUM_SAMPLES)
    annotation, before = samples.annotation.copy(), home(parent)
    target = np.full((NUM_SAMPLES, 2), np.nan, np.float32)
    annotation[MOVED], target[MOVED] = 2, np.median(before[KIND == 2], axis=0)
    named = dataclasses.replace(samples, annotation=annotation)
    only_named, dropped = (
        tuned(parent, each)[-1] for each in (named, dataclasses.replace(named, target=target))
    )
    assert not (only_named.prediction[MOVED] == 2).any()
    assert (dropped.prediction[MOVED] == 2).all()
    others = np.delete(np.arange(NUM_SAMPLES), MOVED)
    assert (dropped.prediction[others] == KIND[others]).mean() > 0.97


def test_moves__that_weigh_nothing_leave_names_names_and_the_rest_held(parent: Checkpoint) -> None:
    samples = stripes(range(NUM_KINDS), per_class=NUM_SAMPLES)
    annotation = samples.annotation.copy()
    target = np.full((NUM_SAMPLES, 2), np.nan, np.float32)
    annotation[MOVED], target[MOVED] = 2, np.median(home(parent)[KIND == 2], axis=0)
    named = dataclasses.replace(samples, annotation=annotation)
    only_named, dropped = (
        tuned(parent, each, w_dis=0.0)[-1]
        for each in (named, dataclasses.replace(named, target=target))
    )
    np.testing.assert_array_equal(dropped.prediction, only_named.prediction)
    np.testing.assert_allclose(dropped.embedding, only_named.embedding, atol=1e-3)


def test_places__that_weigh_nothing_leave_pull_and_hold_all_they_have(parent: Checkpoint) -> None:
    target = np.full((NUM_SAMPLES, 2), np.nan, np.float32)
    place = np.full((NUM_KINDS, 2), np.nan, np.float32)
    target[[*MOVED, 101]], place[0] = 1.0, 2.0
    samples = dataclasses.replace(stripes(range(NUM_KINDS)), target=target, class_place=place)
    counts, are_seated = [], []
    for w_dis in (0.0, 1.0):
        config = dataclasses.replace(CONFIG, w_dis=w_dis)
        learner = Lodemap(child(parent), samples, config)
        list(learner.prepare())
        counts.append((len(learner._gathered), len(learner._untouched)))
        assert learner.model.magnets is not None
        are_seated.append(learner.model.magnets[0].tolist() == [2.0, 2.0])
    num_named, num_trained = int((samples.taught >= 0).sum()), len(samples.trained_ids)
    assert counts[0] == (num_named, num_trained - num_named)
    assert counts[1][0] < counts[0][0]
    assert counts[1][1] < counts[0][1]
    assert are_seated == [False, True]
