"""Drops that are named, on a map that is held."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from benchmarks.driving import embedded, train_quietly
from benchmarks.wei_steady import Steady, distillation_loss
from ml.errors import InvalidInputError
from ml.networks.checkpoint import Checkpoint, load_weights, unpack_checkpoint
from ml.networks.model import LatentModel, build_model
from ml.presets.refine_projection import RefineProjection
from ml.records import RunConfig
from ml.samples.training_set import TrainingSet
from tests.ml.scenes import blobs, run, snapshots

CONFIG = RunConfig(
    preset="refine-projection", num_epochs=6, batch_size=32, learning_rate=0.02, w_dis=1.0
)
MOVED = [1, 4]
pytestmark = pytest.mark.wide
"""Its parent takes longest, and it is a prototype that nobody can choose."""


@pytest.fixture(scope="module")
def parent() -> Checkpoint:
    """A network that has a map to hold, pretrained as the preset is."""
    config = dataclasses.replace(CONFIG, num_epochs=30)
    last = snapshots(run(build_model(config, (1, 8, 8), 3), blobs(), config))[-1]
    return unpack_checkpoint(last.checkpoint)


def child(parent: Checkpoint, num_classes: int = 3) -> LatentModel:
    model = build_model(CONFIG, (1, 8, 8), num_classes)
    load_weights(model, parent)
    return model


def lesson(target: tuple[float, float] = (2.0, 2.0)) -> TrainingSet:
    """Three classes named; two samples of class 1 are dropped and named 2."""
    samples = blobs(annotated=(0, 1, 2))
    annotation = samples.annotation.copy()
    annotation[MOVED] = 2
    targets = np.full((samples.num_samples, 2), np.nan, np.float32)
    targets[MOVED] = target
    return dataclasses.replace(samples, annotation=annotation, target=targets)


def driven(learner: RefineProjection, num_epochs: int) -> RefineProjection:
    train_quietly(learner, num_epochs)
    return learner


def places(learner: RefineProjection) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return embedded(learner).mu


def test_steady__brings_drops_home_and_holds_the_rest(parent: Checkpoint) -> None:
    ways = {}
    for kind in (RefineProjection, Steady):
        learner = kind(child(parent), lesson(), CONFIG)
        before = places(learner)
        after = places(driven(learner, 6))
        rest = np.setdiff1d(np.arange(120), MOVED)
        ways[kind] = np.linalg.norm(after[rest] - before[rest], axis=1).mean()
        to_target = np.linalg.norm(after[MOVED] - 2, axis=1)
        assert (to_target < np.linalg.norm(before[MOVED] - 2, axis=1)).all()
    assert ways[Steady] < 0.7 * ways[RefineProjection]


def test_steady__total_is_the_weighted_sum(parent: Checkpoint) -> None:
    learner = Steady(child(parent), lesson(), CONFIG)
    driven(learner, 2)
    total, *terms = learner.losses(learner.ids[:16], torch.Generator())
    weights = (0.89, 1.0, 0.5, 1.0, 1.0)
    expected = sum(w * term for w, term in zip(weights, terms, strict=True))
    torch.testing.assert_close(total, expected)
    assert all(term > 0 for term in terms)


def test_steady__costs_nothing_before_the_first_step(parent: Checkpoint) -> None:
    learner = Steady(child(parent), lesson(), CONFIG)
    driven(learner, 0)
    terms = dict(zip(learner.TERMS, learner.losses(learner.ids, torch.Generator()), strict=True))
    assert terms["anchor"].item() == pytest.approx(0, abs=1e-9)
    assert terms["distillation"].item() == pytest.approx(0, abs=1e-6)


def test_steady__a_class_nobody_named_leaves_the_loss_finite(parent: Checkpoint) -> None:
    samples = dataclasses.replace(lesson(), num_classes=4)
    learner = driven(Steady(child(parent, 4), samples, CONFIG), 1)
    assert all(np.isfinite(list((learner.mean_losses() or {}).values())))


def test_steady__refuses_targets_of_another_map(parent: Checkpoint) -> None:
    samples = dataclasses.replace(lesson(), target=np.zeros((120, 3), np.float32))
    with pytest.raises(InvalidInputError, match="target has shape"):
        Steady(child(parent), samples, CONFIG)


def test_distillation__is_zero_for_the_same_belief_and_kl_else() -> None:
    before = torch.tensor([[0.25, 0.75]])
    assert distillation_loss(before.log(), before).item() == pytest.approx(0, abs=1e-6)
    by_hand = 0.25 * math.log(0.25 / 0.5) + 0.75 * math.log(0.75 / 0.5)
    assert distillation_loss(torch.zeros(1, 2), before).item() == pytest.approx(by_hand)


def test_distillation__of_a_class_nobody_named_is_finite() -> None:
    """The third class is masked: -inf now, believed 0 before."""
    logits = torch.tensor([[0.0, 0.0, float("-inf")]])
    before = torch.tensor([[0.5, 0.5, 0.0]])
    assert distillation_loss(logits, before).item() == pytest.approx(0, abs=1e-6)
