"""A network whose units all died starts again and says so; moved samples are pulled."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
import torch

from ml.networks.checkpoint import load_weights, unpack_checkpoint
from ml.networks.model import build_model
from ml.presets.annotate_vae import AnnotateVae
from ml.records import Snapshot
from tests.ml.scenes import CONFIG, blobs, resumable, run, snapshots

COLLAPSING = dataclasses.replace(CONFIG, beta_kl=300.0, num_epochs=12)


def dying_run(monkeypatch: pytest.MonkeyPatch) -> list[Snapshot]:
    """A beta_KL that leaves no unit alive, judged after twelve steps in place of four hundred."""
    monkeypatch.setattr("ml.training.STEPS_BEFORE_JUDGED", 12)
    return snapshots(run(build_model(COLLAPSING, (1, 8, 8), 3), blobs(), COLLAPSING))


def test_restart__happens_says_so_and_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = [s.metrics["restarts"] for s in dying_run(monkeypatch)]
    assert counts[0] == counts[1] == 0
    assert counts == sorted(counts, key=float)  # type: ignore[arg-type]
    assert counts[-1] == 3


def test_restart__the_snapshot_that_tells_of_it_holds_the_network_that_it_shows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = next(s for s in dying_run(monkeypatch) if s.metrics["restarts"] == 1)
    model = build_model(COLLAPSING, (1, 8, 8), 3)
    load_weights(model, unpack_checkpoint(at.checkpoint))
    with torch.no_grad():
        shown = model.encode(torch.from_numpy(np.asarray(blobs().images)).float() / 255).mu
    np.testing.assert_allclose(at.embedding, shown, atol=1e-5)


def test_restart__keeps_counting_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    epochs = [s.epoch for s in dying_run(monkeypatch)]
    assert all(after == before + 1 for before, after in pairwise(epochs))


def test_restart__resumes_to_equal_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = dying_run(monkeypatch)
    at = next(s for s in whole if s.metrics["restarts"] == 1)
    model = build_model(COLLAPSING, (1, 8, 8), 3)
    resumed = run(model, blobs(), COLLAPSING, resume=resumable(at))
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


def test_seat__of_a_rare_new_class_is_where_its_samples_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two of them among sixty that are named: a draw from all would miss them."""
    monkeypatch.setattr("ml.presets.annotate_vae.SEATING_SAMPLES", 8)
    samples = blobs(300)
    samples.annotation[~samples.is_held_out] = 0
    kind = np.arange(300) % 3
    rare = np.flatnonzero((kind == 1) & ~samples.is_held_out)[[3, 40]]
    samples.annotation[rare] = 1
    model = build_model(CONFIG, (1, 8, 8), 3)
    model.has_parent = True
    head = model.head[0]
    assert isinstance(head, torch.nn.Linear)
    with torch.no_grad():
        head.weight[0] = 1.0  # class 0 was taught before
    list(AnnotateVae(model, samples, CONFIG).prepare())
    seated = [bool(row.any()) for row in head.weight]
    assert seated == [True, True, False]


def moved_learner(w_dis: float = 2.0) -> AnnotateVae:
    """Samples 1 and 2 were moved to (3, 4) from wherever a fresh network has them."""
    target = np.full((120, 2), np.nan, np.float32)
    target[[1, 2]] = (3, 4)
    samples = dataclasses.replace(blobs(annotated=(0, 1)), target=target)
    config = dataclasses.replace(CONFIG, w_dis=w_dis)
    return AnnotateVae(build_model(config, (1, 8, 8), 3), samples, config)


def terms_of(learner: AnnotateVae) -> dict[str, torch.Tensor]:
    noise = torch.Generator().manual_seed(0)
    return dict(zip(learner.TERMS, learner.losses(learner.ids[:8], noise), strict=True))


def test_displacement__is_how_far_the_means_of_moved_samples_are_from_their_targets() -> None:
    learner = moved_learner()
    branch = learner.model.mu
    assert isinstance(branch, torch.nn.Linear)
    with torch.no_grad():  # the map shows everything at (3, 0), then sample 1 and 2 at (0, 0)
        branch.weight.zero_()
        branch.bias.copy_(torch.tensor([3.0, 0.0]))
    assert terms_of(learner)["displacement"].item() == pytest.approx(4)
    with torch.no_grad():
        branch.bias.zero_()
    terms = terms_of(learner)
    assert terms["displacement"].item() == pytest.approx(5)
    plain = terms_of(moved_learner(w_dis=0.0))
    with_weight = terms_of(moved_learner())
    gap = with_weight["loss"] - plain["loss"]
    torch.testing.assert_close(gap, 2 * with_weight["displacement"])


def test_displacement__its_gradient_is_that_of_finite_differences() -> None:
    learner = moved_learner()
    learner.model.double()
    learner.pixels = learner.pixels.double() / 255  # vectors of doubles pass as they are
    learner.target = learner.target.double()
    bias = learner.model.mu.bias
    assert isinstance(bias, torch.nn.Parameter)

    def displacement() -> torch.Tensor:
        z = learner.model.mu(learner.model.encoder(learner.pixels[[1, 2]]))
        return learner.displacement(z, learner.draw_targets(torch.Generator()))

    (gradient,) = torch.autograd.grad(displacement(), bias)
    for axis in range(2):
        sides = []
        for step in (1e-6, -1e-6):
            with torch.no_grad():
                bias[axis] += step
            sides.append(displacement().item())
            with torch.no_grad():
                bias[axis] -= step
        assert (sides[0] - sides[1]) / 2e-6 == pytest.approx(gradient[axis].item(), rel=1e-5)


def test_displacement__counts_moved_and_carried_samples_apart() -> None:
    learner = moved_learner()
    learner.carried = torch.tensor([3, 4, 6, 7])
    learner.target = torch.zeros(120, 2)
    z = torch.zeros(6, 2)
    z[:2, 0], z[2:, 1] = 1, 10
    assert learner.displacement(z, (learner.moved, learner.carried)).item() == pytest.approx(11)


def test_displacement__is_nothing_where_nobody_moved() -> None:
    samples = blobs(annotated=(0, 1))
    ends = []
    for w_dis in (0.0, 300.0):
        config = dataclasses.replace(CONFIG, w_dis=w_dis)
        last = snapshots(run(build_model(config, (1, 8, 8), 3), samples, config))[-1]
        assert last.metrics["displacement"] == 0
        weights = unpack_checkpoint(last.checkpoint).weights
        ends.append(b"".join(weights[name].numpy().tobytes() for name in sorted(weights)))
    assert ends[0] == ends[1]


class Part:
    """One of some processes: no step is taken."""

    def __init__(self, rank: int, size: int) -> None:
        self.rank = rank
        self.size = size

    def part(self, ids: torch.Tensor) -> torch.Tensor:
        return ids.tensor_split(self.size)[self.rank]

    def join(self, parameters: object, weight: int, *, is_teaching: bool) -> bool:  # noqa: ARG002
        return False

    def mean(self, sums: torch.Tensor, count: int) -> torch.Tensor:
        return sums / count


@pytest.mark.parametrize("num_named", [3, 5, 40])
def test_classification__names_weigh_the_same_however_many_processes_train(num_named: int) -> None:
    """A head that knows nothing finds all classes as likely, whatever noise a part draws."""
    samples = blobs(annotated=(0, 1))
    samples.annotation[np.flatnonzero(samples.annotation >= 0)[num_named:]] = -1
    samples.annotation[1] = 2

    def pull(size: int) -> torch.Tensor:
        found = torch.zeros(3)
        for rank in range(size):
            learner = AnnotateVae(build_model(CONFIG, (1, 8, 8), 3), samples, CONFIG)
            learner.share = part = Part(rank, size)
            learner.begin_epoch(1)
            learner.step(ids := learner.ids[:31])
            bias = learner.model.head[-1].bias.grad
            if bias is not None:
                found += bias * len(part.part(ids)) / len(ids)  # type: ignore[operator]
        return found

    assert pull(1).any()
    for size in (2, 4):
        torch.testing.assert_close(pull(size), pull(1))
