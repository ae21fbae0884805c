"""An Update that finds its features known is the same Update to the bit, and asks nothing."""

import dataclasses
import math
import time
from collections.abc import Callable

import numpy as np
import pytest
import torch

from ml.learning.pacing import FramePacer
from ml.networks.checkpoint import load_weights, unpack_checkpoint
from ml.networks.embedding import VALUES_PER_CHUNK, ask_features
from ml.networks.model import LatentModel, build_model
from ml.presets.lodemap import MAP_STEPS
from ml.records import Frame, RunConfig, Snapshot, Step
from ml.samples.known import KnownFeatures
from ml.samples.training_set import TrainingSet
from tests.ml.presets.striped import NUM_KINDS, stripes
from tests.ml.scenes import resumable, run, snapshots

PRETRAINING = RunConfig(preset="lodemap", num_epochs=8, learning_rate=7e-4)
CONFIG = dataclasses.replace(PRETRAINING, num_epochs=3, w_dis=1.0)
PLENTY = 1 << 30
Count = Callable[[], int]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Count:
    """How often an encoder was asked for the features of all samples."""
    seen = []

    def counted(*arguments: object) -> object:
        seen.append(1)
        return ask_features(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("ml.samples.known.ask_features", counted)
    return lambda: len(seen)


def child(parent: Snapshot) -> LatentModel:
    model = build_model(CONFIG, (1, 8, 8), NUM_KINDS)
    load_weights(model, unpack_checkpoint(parent.checkpoint))
    return model


def update(parent: Snapshot, samples: TrainingSet) -> list[Step | Frame | Snapshot]:
    pacer = FramePacer(time.monotonic, min_gap_s=0.0, max_share=1e9)
    return run(child(parent), samples, CONFIG, pacer)


def check_same(one: list[Step | Frame | Snapshot], other: list[Step | Frame | Snapshot]) -> None:
    for a, b in zip(snapshots(one), snapshots(other), strict=True):
        assert a.checkpoint == b.checkpoint
        assert a.metrics == b.metrics
        for name in ("embedding", "prediction", "confidence", "uncertainty"):
            assert np.array_equal(getattr(a, name), getattr(b, name)), name


def check_same_frames(
    one: list[Step | Frame | Snapshot], other: list[Step | Frame | Snapshot]
) -> None:
    maps = [[e.embedding for e in events if isinstance(e, Frame)] for events in (one, other)]
    assert maps[0]
    assert all(np.array_equal(a, b) for a, b in zip(*maps, strict=True))


@pytest.fixture(scope="module")
def pretrained() -> Snapshot:
    model = build_model(PRETRAINING, (1, 8, 8), NUM_KINDS)
    return snapshots(run(model, stripes(), PRETRAINING))[-1]


@pytest.mark.parametrize("num_named", [pytest.param(2, marks=pytest.mark.wide), NUM_KINDS])
def test_update__known_features_change_nothing(
    pretrained: Snapshot, asked: Count, num_named: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two classes leave the encoder at rest, six refine it; in chunks of any size."""
    monkeypatch.setitem(VALUES_PER_CHUNK, "cpu", 70 * 64)
    memory = KnownFeatures(PLENTY)
    said = stripes(range(num_named))
    warm = dataclasses.replace(said, known=memory)
    parents = [pretrained]
    for nth in range(3):
        counts = [asked()]
        cold = update(parents[-1], said)
        counts.append(asked())
        known = update(parents[-1], warm)
        counts.append(asked())
        check_same(cold, known)
        check_same_frames(cold, known)
        saved = (counts[1] - counts[0]) - (counts[2] - counts[1])
        assert saved == (0 if nth == 0 else 1)
        parents.append(snapshots(known)[-1])
    check_same(update(pretrained, said), update(pretrained, warm))  # what an undo goes back to
    before = asked()
    twin = [update(parents[1], each) for each in (said, warm)]  # what a control begins with
    check_same(*twin)
    assert asked() - before >= 1


def test_update__after_a_stop_is_the_same(pretrained: Snapshot) -> None:
    said = stripes(range(NUM_KINDS))
    warm = dataclasses.replace(said, known=KnownFeatures(PLENTY))
    events = iter(update(pretrained, warm))
    stopped_at = next(e for e in events if isinstance(e, Snapshot) and e.epoch == 2)
    checkpoint = resumable(stopped_at)
    resumed = [run(child(pretrained), each, CONFIG, resume=checkpoint) for each in (said, warm)]
    for a, b in zip(*map(snapshots, resumed), strict=True):
        assert a.checkpoint == b.checkpoint
        assert np.array_equal(a.embedding, b.embedding)
    check_same(update(stopped_at, said), update(stopped_at, warm))


def test_pretraining__leaves_its_features_to_the_first_update(asked: Count) -> None:
    memory = KnownFeatures(PLENTY)
    samples = dataclasses.replace(stripes(), known=memory)
    model = build_model(PRETRAINING, (1, 8, 8), NUM_KINDS)
    last = snapshots(run(model, samples, PRETRAINING))[-1]
    said = stripes((0, 1))
    warm = update(last, dataclasses.replace(said, known=memory))
    assert asked() == 0
    check_same(warm, update(last, said))
    assert asked() == 1


@pytest.mark.parametrize("preset", ["lodemap", "refine-projection"])
def test_pretraining__asks_once_for_each_epochs_weights(
    preset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = dataclasses.replace(PRETRAINING, preset=preset)
    model = build_model(config, (1, 8, 8), NUM_KINDS)
    features, sizes = model.features, []

    def counted(x: torch.Tensor) -> torch.Tensor:
        sizes.append(0 if torch.is_grad_enabled() else len(x))
        return features(x)

    monkeypatch.setattr(model, "features", counted)
    run(model, stripes(), config, FramePacer(time.monotonic, math.inf, 0.0))
    num_resting = 2 if preset == "lodemap" else 0
    assert sum(sizes) == len(stripes().images) * (1 + config.num_epochs - num_resting)


def test_update__a_map_too_large_for_a_frame_moves_before_it_is_asked(
    pretrained: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One chunk a step embeds a part of the map in the first epoch; what is believed may follow."""
    monkeypatch.setitem(VALUES_PER_CHUNK, "cpu", 128)
    assert len(stripes().images) > MAP_STEPS
    events = run(child(pretrained), stripes((0, 1)), CONFIG, FramePacer(time.monotonic, 1e9))
    told = [e for e in events if not isinstance(e, Step)]
    assert isinstance(told[0], Frame)
    assert isinstance(told[1], Snapshot)
    assert told[0].epoch == told[1].epoch == 1
    assert np.array_equal(told[0].embedding, told[1].embedding)
    assert all(isinstance(e, Snapshot) for e in told[1:])
    first = events.index(told[0])
    assert any(isinstance(e, Step) for e in events[first : events.index(told[1])])
