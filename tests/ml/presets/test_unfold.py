"""Pretraining of `lodemap`: contrast first, then the map unfolds on features at rest."""

import numpy as np
import pytest
import torch

from ml.networks.checkpoint import unpack_checkpoint
from ml.networks.embedding import VALUES_PER_CHUNK
from ml.networks.model import LatentModel, build_model
from ml.presets.unfold import LAYOUT_STEPS, Unfold
from ml.records import RunConfig, Snapshot, Step
from tests.ml.scenes import blobs, figure, resumable, run, snapshots

CONFIG = RunConfig(preset="lodemap", num_epochs=16, learning_rate=7e-4)
FIRST_LAYOUT = 13
"""Epoch: a quarter of sixteen is four."""


def fresh() -> LatentModel:
    return build_model(CONFIG, (1, 8, 8), 0)


@pytest.fixture(scope="module")
def pretraining() -> list[Snapshot]:
    return snapshots(run(fresh(), blobs(), CONFIG))


def test_unfold__parts_the_kinds_on_the_map(pretraining: list[Snapshot]) -> None:
    z, kind = pretraining[-1].embedding, np.arange(120) % 3
    places = np.stack([z[kind == k].mean(0) for k in range(3)])
    within = np.sqrt(np.square(z - places[kind]).sum(1).mean())
    gaps = [np.linalg.norm(places[a] - places[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    assert min(gaps) > 2 * within
    assert figure(pretraining[12], "contrast") < 0.9 * figure(pretraining[1], "contrast")
    assert figure(pretraining[-1], "layout") < figure(pretraining[FIRST_LAYOUT], "layout")


def test_unfold__leaves_the_features_alone_while_it_lays_out(pretraining: list[Snapshot]) -> None:
    before, after = (unpack_checkpoint(pretraining[e].checkpoint).weights for e in (12, 16))
    changed = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"mu"}


def test_unfold__a_layout_epoch_has_its_own_number_of_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(VALUES_PER_CHUNK, "cpu", 40 * 64)  # snapshots take their time
    steps = [e for e in run(fresh(), blobs(), CONFIG) if isinstance(e, Step) and e.step]
    said = {(e.epoch, e.num_steps) for e in steps}
    assert (FIRST_LAYOUT - 1, 6) in said  # 96 samples by 16 pairs
    assert (FIRST_LAYOUT, LAYOUT_STEPS[0]) in said
    assert len(said) == 16
    assert all(e.step <= e.num_steps for e in steps)


def test_losses__without_a_contrast_leave_it_and_the_total_out(pretraining: list[Snapshot]) -> None:
    terms = ("loss", "contrast", "layout")
    is_told = [[s.metrics[name] is not None for name in terms] for s in pretraining[1:]]
    assert is_told == [[True] * 3] * 12 + [[False, False, True]] * 4


@pytest.mark.parametrize("epoch", [5, 12, 14])
def test_unfold__resumes_as_if_never_stopped(pretraining: list[Snapshot], epoch: int) -> None:
    checkpoint = resumable(pretraining[epoch])
    resumed = snapshots(run(fresh(), blobs(), CONFIG, resume=checkpoint))
    assert [s.epoch for s in resumed] == list(range(epoch + 1, 17))
    assert resumed[-1].checkpoint == pretraining[-1].checkpoint


def test_rate__rises_falls_and_starts_anew_with_the_layout() -> None:
    learner = Unfold(fresh(), blobs(), CONFIG)
    for _ in learner.prepare():
        pass
    rates = []
    for epoch in range(1, 17):
        for _ in learner.run_epoch(epoch):
            pass
        rates.append(learner.rate())
        learner.end_epoch(epoch)
    top = int(np.argmax(rates[:12]))
    assert 0 < top < 8
    assert rates[11] < rates[top] / 4
    assert rates[12] > rates[15]
