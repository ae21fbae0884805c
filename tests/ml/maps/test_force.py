"""Force against hand values, autograd and finite differences."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from ml.learning.losses import classification_loss, displacement_loss, magnet_logits
from ml.maps.force import Ties, force
from ml.networks.model import build_model
from ml.records import RunConfig

N, K = 40, 4
ALL = torch.ones(K, dtype=torch.bool)
NOWHERE = torch.full((N, 2), float("nan"))
MAGNETS = torch.tensor([[0.0, 0.0], [1.0, 0.5], [-1.0, 1.0], [0.5, -1.5]])


def magnet_ties(**changes: object) -> Ties:
    return Ties(lambda z: magnet_logits(z, MAGNETS, torch.tensor(1.5)), 0.7, **changes)  # type: ignore[arg-type]


def places(seed: int = 0) -> Tensor:
    return torch.randn(N, 2, generator=torch.Generator().manual_seed(seed))


def classes() -> Tensor:
    return torch.arange(N) % K


def heads() -> list[Ties]:
    """Every kind of head that reads places."""
    torch.manual_seed(0)
    hidden = nn.Sequential(nn.Linear(2, 10), nn.Tanh(), nn.Linear(10, K))
    return [Ties(nn.Linear(2, K), 100.0), Ties(hidden, 3.0), magnet_ties()]


def test_force__of_a_logistic_head_by_hand() -> None:
    """Two classes at equal odds: half the weight pulls, half the other's pushes."""
    head = nn.Linear(2, 2)
    with torch.no_grad():
        head.weight.copy_(torch.tensor([[2.0, 0.0], [0.0, 4.0]]))
        head.bias.zero_()
    ties, z = Ties(head, 3.0), torch.zeros(1, 2)
    found = force(ties, z, torch.tensor([0]), torch.full((1, 2), torch.nan), ALL[:2])
    torch.testing.assert_close(found.pull, torch.tensor([[3.0, 0.0]]))
    torch.testing.assert_close(found.push, torch.tensor([[0.0, -6.0]]))


@pytest.mark.parametrize("ties", heads(), ids=["logistic", "hidden", "magnets"])
def test_force__pull_and_push_sum_to_the_gradient(ties: Ties) -> None:
    z = places().requires_grad_()
    loss = ties.weight * N * classification_loss(ties.logits(z), classes(), ALL)
    (gradient,) = torch.autograd.grad(loss, z)
    found = force(ties, places(), classes(), NOWHERE, ALL)
    torch.testing.assert_close(found.pull + found.push, -gradient, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("ties", heads()[1:], ids=["hidden", "magnets"])
def test_force__is_what_a_small_move_changes(ties: Ties) -> None:
    """Central differences of the cross entropy of each sample alone."""

    def loss(z: Tensor) -> Tensor:
        logits = ties.logits(z.float()).double()
        return -ties.weight * logits.log_softmax(1)[torch.arange(N), classes()]

    found = force(ties, places(), classes(), NOWHERE, ALL)
    step = 1e-2
    for axis in range(2):
        aside = step * torch.eye(2)[axis]
        slope = (loss(places() + aside) - loss(places() - aside)) / (2 * step)
        total = (found.pull + found.push)[:, axis].double()
        torch.testing.assert_close(total, -slope.detach(), rtol=2e-2, atol=2e-3)


def test_force__points_to_the_own_magnet_and_from_the_others() -> None:
    z = MAGNETS[classes()] + 0.2 * places()
    found = force(magnet_ties(), z, classes(), NOWHERE, ALL)
    homewards = MAGNETS[classes()] - z
    assert bool(((found.pull * homewards).sum(1) > 0).all())
    two = force(magnet_ties(), z, classes() % 2, NOWHERE, torch.tensor([1, 1, 0, 0]).bool())
    away = z - MAGNETS[1 - classes() % 2]
    assert bool(((two.push * away).sum(1) > 0).all())


def test_force__inactive_classes_take_no_part() -> None:
    is_active = torch.tensor([True, True, False, False])
    own = classes() % 2
    found = force(magnet_ties(), places(), own, NOWHERE, is_active)
    alone = Ties(lambda z: magnet_logits(z, MAGNETS[:2], torch.tensor(1.5)), 0.7)
    expected = force(alone, places(), own, NOWHERE, ALL[:2])
    torch.testing.assert_close(found.pull, expected.pull)
    torch.testing.assert_close(found.push, expected.push)


def test_force__none_without_class_and_target() -> None:
    found = force(magnet_ties(), places(), torch.full((N,), -1), NOWHERE, ALL)
    assert not found.pull.any()
    assert not found.push.any()


def test_force__a_target_pulls_with_the_gradient_of_its_loss() -> None:
    target = places(1)
    target[::2] = float("nan")
    ties = magnet_ties(target_weight=2.5)
    z = places().requires_grad_()
    loss = 2.5 * (N // 2) * displacement_loss(z[1::2], target[1::2])
    (gradient,) = torch.autograd.grad(loss, z)
    found = force(ties, places(), torch.full((N,), -1), target, ALL)
    torch.testing.assert_close(found.pull, -gradient)
    assert not found.push.any()
    both = force(ties, places(), classes(), target, ALL)
    torch.testing.assert_close(
        both.pull, found.pull + force(magnet_ties(), places(), classes(), NOWHERE, ALL).pull
    )


def test_force__a_target_pulls_where_nothing_is_named() -> None:
    target = places(1)
    nobody = torch.full((N,), -1)
    found = force(magnet_ties(target_weight=2.5), places(), nobody, target, ~ALL)
    named = force(magnet_ties(target_weight=2.5), places(), nobody, target, ALL)
    torch.testing.assert_close(found.pull, named.pull)
    assert not found.push.any()


def test_force__a_sample_at_its_target_is_at_rest() -> None:
    found = force(magnet_ties(target_weight=1.0), places(), torch.full((N,), -1), places(), ALL)
    assert not found.pull.any()


def test_force__moved_samples_can_be_left_to_their_targets() -> None:
    target = places(1)
    target[::2] = float("nan")
    found = force(magnet_ties(leaves_moved=True), places(), classes(), target, ALL)
    assert not found.pull[1::2].any()
    assert bool(found.pull[::2].any())


def test_force__on_features_is_the_motion_a_step_of_them_would_cause() -> None:
    """Step h against the loss, look where z went: no derivative of the branch is written down."""
    model = build_model(RunConfig(preset="refine-projection"), (1, 8, 8), K)
    initial = torch.Generator().manual_seed(2)
    h = torch.rand(N, 128, generator=initial)
    with torch.no_grad():
        for parameter in model.head.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=initial) * 0.2)
    ties = Ties(model.head, 0.9, 0.1, lambda h: model.locate(h).mu)
    target = places(1)
    target[::2] = float("nan")

    x = h.clone().requires_grad_()
    z = model.locate(x).mu
    loss = 0.9 * N * classification_loss(model.head(x), classes(), ALL)
    loss = loss + 0.1 * (N // 2) * displacement_loss(z[1::2], target[1::2])
    (gradient,) = torch.autograd.grad(loss, x)
    with torch.no_grad():
        step = 1e-2
        there, back = (model.locate(h - s * step * gradient).mu for s in (1, -1))
    found = force(ties, h, classes(), target, ALL)
    moved = (there - back) / (2 * step)
    torch.testing.assert_close(found.pull + found.push, moved, rtol=3e-2, atol=3e-3)


def test_force__touches_no_gradient_and_no_random_state() -> None:
    model = build_model(RunConfig(preset="refine-projection"), (1, 8, 8), K)
    before, state = [p.clone() for p in model.parameters()], torch.get_rng_state()
    ties = Ties(model.head, 0.9, 0.1, lambda h: model.locate(h).mu)
    with torch.no_grad():
        force(ties, torch.rand(N, 128, generator=torch.Generator()), classes(), NOWHERE, ALL)
    assert all(p.grad is None for p in model.parameters())
    assert all(torch.equal(p, b) for p, b in zip(model.parameters(), before, strict=True))
    assert torch.equal(torch.get_rng_state(), state)


def test_force__works_with_three_axes() -> None:
    magnets = torch.cat([MAGNETS, torch.ones(K, 1)], dim=1)
    ties = Ties(lambda z: magnet_logits(z, magnets, torch.tensor(1.0)), 1.0)
    z = torch.cat([places(), places(1)[:, :1]], dim=1)
    found = force(ties, z, classes(), torch.full((N, 3), torch.nan), ALL)
    assert found.pull.shape == found.push.shape == (N, 3)
    assert np.isfinite(found.pull.numpy()).all()
