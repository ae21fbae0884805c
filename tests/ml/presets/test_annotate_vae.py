"""A network whose latent units all died starts again from fresh weights, and says so."""

import dataclasses
from itertools import pairwise

import pytest

from ml.checkpoint import load_weights, unpack_checkpoint
from ml.model import build_model
from ml.records import Snapshot
from tests.ml.scenes import CONFIG, blobs, run, snapshots

COLLAPSING = dataclasses.replace(CONFIG, beta_kl=300.0, num_epochs=12)


def dying_run(monkeypatch: pytest.MonkeyPatch) -> list[Snapshot]:
    """A beta_KL that leaves no unit alive, judged after six steps in place of four hundred."""
    monkeypatch.setattr("ml.training.STEPS_BEFORE_JUDGED", 6)
    return snapshots(run(build_model(COLLAPSING, (1, 8, 8), 3), blobs(), COLLAPSING))


def test_restart__happens_says_so_and_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = [s.metrics["restarts"] for s in dying_run(monkeypatch)]
    assert counts[0] == counts[1] == 0
    assert counts == sorted(counts, key=float)  # type: ignore[arg-type]
    assert counts[-1] == 3


def test_restart__keeps_counting_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    epochs = [s.epoch for s in dying_run(monkeypatch)]
    assert all(after == before + 1 for before, after in pairwise(epochs))


def test_restart__resumes_to_equal_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = dying_run(monkeypatch)
    at = next(s for s in whole if s.metrics["restarts"] == 1)
    model = build_model(COLLAPSING, (1, 8, 8), 3)
    resumed = run(model, blobs(), COLLAPSING, resume=unpack_checkpoint(at.checkpoint))
    assert snapshots(resumed)[-1].checkpoint == whole[-1].checkpoint


def test_restart__never_throws_away_a_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    parent = dying_run(monkeypatch)[-1]
    model = build_model(COLLAPSING, (1, 8, 8), 3)
    load_weights(model, unpack_checkpoint(parent.checkpoint))
    assert snapshots(run(model, blobs(), COLLAPSING))[-1].metrics["restarts"] == 0


def test_restart__is_not_needed_by_a_living_network() -> None:
    config = dataclasses.replace(CONFIG, num_epochs=40)
    last = snapshots(run(build_model(config, (1, 8, 8), 3), blobs(), config))[-1]
    assert last.metrics["restarts"] == 0
