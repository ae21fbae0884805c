import math

import pytest
import torch

from ml.learning.losses import (
    anchor_loss,
    cauchy_info_nce,
    classification_loss,
    displacement_loss,
    info_nce,
    kl_per_dimension,
    magnet_logits,
    reconstruction_loss,
)
from ml.networks.model import build_model
from ml.presets.annotate_vae import annotate_vae_loss
from ml.records import NO_CLASS, UNSURE, RunConfig

ALL = torch.tensor([True, True, True])


def test_reconstruction__is_summed_over_pixels_and_averaged_over_samples() -> None:
    loss = reconstruction_loss(torch.zeros(5, 1, 2, 3), torch.rand(5, 1, 2, 3))
    assert loss.item() == pytest.approx(6 * math.log(2), rel=1e-6)


def test_reconstruction__of_vectors_is_half_the_squared_distance() -> None:
    loss = reconstruction_loss(
        torch.tensor([[1.0, 0.0], [0.0, 0.0]]), torch.tensor([[0.0, 2.0]] * 2)
    )
    assert loss.item() == pytest.approx((0.5 * 5 + 0.5 * 4) / 2)


def test_kl__against_values_by_hand() -> None:
    mu, log_variance = torch.tensor([[0.0, 2.0, 0.0]]), torch.tensor([[0.0, 0.0, math.log(4)]])
    by_hand = [0.0, 2.0, 0.5 * (4 - 1 - math.log(4))]
    assert kl_per_dimension(mu, log_variance)[0].tolist() == pytest.approx(by_hand)


def test_kl__equals_the_library() -> None:
    mu, log_variance = torch.randn(2, 7, 2, generator=torch.Generator().manual_seed(0))
    q = torch.distributions.Normal(mu, (0.5 * log_variance).exp())
    p = torch.distributions.Normal(torch.zeros(2), torch.ones(2))
    expected = torch.distributions.kl_divergence(q, p)
    torch.testing.assert_close(kl_per_dimension(mu, log_variance), expected)


def test_classification__by_hand_over_annotated_samples_only() -> None:
    logits = torch.tensor([[2.0, 0.0, 0.0], [9.0, 9.0, -9.0], [0.0, 1.0, 0.0]])
    loss = classification_loss(logits, torch.tensor([0, NO_CLASS, 2]), ALL)
    first = -2 + math.log(math.e**2 + 2)
    last = math.log(2 + math.e)
    assert loss.item() == pytest.approx((first + last) / 2, rel=1e-6)


@pytest.mark.parametrize("nothing", [NO_CLASS, UNSURE])
def test_classification__nothing_annotated_is_zero(nothing: int) -> None:
    assert classification_loss(torch.randn(4, 3), torch.full((4,), nothing), ALL).item() == 0


def test_classification__sends_no_gradient_to_masked_samples_and_classes() -> None:
    logits = torch.randn(4, 3, generator=torch.Generator().manual_seed(0), requires_grad=True)
    is_active = torch.tensor([True, False, True])
    loss = classification_loss(logits, torch.tensor([0, UNSURE, 2, NO_CLASS]), is_active)
    loss.backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert not logits.grad[[1, 3]].any()
    assert not logits.grad[:, 1].any()
    assert logits.grad[[0, 2]][:, [0, 2]].all()


def test_classification__a_lone_class_pulls_nothing() -> None:
    lone = torch.tensor([False, True, False])
    assert classification_loss(torch.randn(2, 3), torch.tensor([1, 1]), lone).item() == 0


@pytest.mark.parametrize(("beta_kl", "beta_classifier"), [(0.0, 0.0), (1.0, 100.0), (3.0, 10.0)])
def test_total__is_the_weighted_sum_of_eq_1(beta_kl: float, beta_classifier: float) -> None:
    config = RunConfig(
        "annotate-vae", beta_kl=beta_kl, beta_classifier=beta_classifier, num_hidden_layers=1
    )
    model = build_model(config, (1, 8, 8), 3)
    terms = annotate_vae_loss(
        model, torch.rand(6, 1, 8, 8), torch.arange(6) % 3, ALL, torch.zeros(6, 2), config
    )
    total, reconstruction, kl, classification = (term.item() for term in terms)
    assert min(reconstruction, kl, classification) > 0
    expected = reconstruction + beta_kl * kl + beta_classifier * classification
    assert total == pytest.approx(expected, rel=1e-5)


def test_unannotated_samples__still_reconstruct() -> None:
    model = build_model(RunConfig("annotate-vae"), (1, 8, 8), 3)
    nobody = torch.full((4,), NO_CLASS)
    x, noise = torch.rand(4, 1, 8, 8), torch.zeros(4, 2)
    terms = annotate_vae_loss(model, x, nobody, ~ALL, noise, RunConfig("annotate-vae"))
    terms[0].backward()  # type: ignore[no-untyped-call]
    weight = next(model.mu.parameters()).grad
    assert weight is not None
    assert weight.any()
    assert terms[3].item() == 0


def test_displacement__is_the_mean_distance() -> None:
    z, target = torch.tensor([[0.0, 0.0], [1.0, 1.0]]), torch.tensor([[3.0, 4.0], [1.0, 1.0]])
    assert displacement_loss(z, target).item() == pytest.approx(2.5, abs=1e-5)
    assert displacement_loss(z[:0], target[:0]).item() == 0


def test_displacement__has_a_gradient_where_a_sample_has_arrived() -> None:
    z = torch.zeros(1, 2, requires_grad=True)
    displacement_loss(z, torch.zeros(1, 2)).backward()  # type: ignore[no-untyped-call]
    assert z.grad is not None
    assert z.grad.tolist() == [[0, 0]]


def test_anchor__counts_in_map_radii() -> None:
    z, home = torch.tensor([[2.0, 0.0], [0.0, 4.0]]), torch.zeros(2, 2)
    assert anchor_loss(z, home, torch.tensor(2.0)).item() == pytest.approx((1 + 4) / 2)
    assert anchor_loss(z[:0], home[:0], torch.tensor(2.0)).item() == 0


def test_magnets__by_hand() -> None:
    logits = magnet_logits(
        torch.zeros(1, 2), torch.tensor([[0.0, 0.0], [0.7, 0.0]]), torch.tensor(2.0)
    )
    assert logits[0].tolist() == pytest.approx([0, -3 * math.log(1 + 0.49 / 0.49)])


def test_contrasts__by_hand_for_two_pairs() -> None:
    first, second = torch.tensor([[1.0, 0.0], [0.0, 1.0]]), torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    partner, others = 1 / 0.2, [0.0, 0.0]
    by_hand = -partner + math.log(math.exp(partner) + sum(math.exp(o) for o in others))
    assert info_nce(first, second).item() == pytest.approx(by_hand, rel=1e-4)
    # by distance each first is told from one stranger, at a squared distance of 2
    assert cauchy_info_nce(first, second).item() == pytest.approx(math.log(1 + 1 / 3), rel=1e-4)


def test_contrast__of_likely_alike_rows_leaves_them_out_but_never_the_partner() -> None:
    first, second = torch.eye(3), torch.eye(3)
    everyone = torch.ones(6, 6, dtype=torch.bool)
    assert info_nce(first, second, everyone).item() == pytest.approx(0, abs=1e-6)
    nobody = torch.zeros(6, 6, dtype=torch.bool)
    assert info_nce(first, second, nobody) == info_nce(first, second)
    one = nobody.clone()
    one[0, 1] = True
    assert info_nce(first, second, one) < info_nce(first, second)


def test_layout__of_some_pairs_is_that_of_them_alone() -> None:
    z = torch.randn(2, 8, 2, generator=torch.Generator().manual_seed(0))
    is_pair = torch.tensor([True, False, True, True, False, True, False, False])
    alone = cauchy_info_nce(z[0][is_pair], z[1][is_pair])
    torch.testing.assert_close(cauchy_info_nce(z[0], z[1], is_pair), alone)
    torch.testing.assert_close(cauchy_info_nce(z[0], z[1], is_pair | True), cauchy_info_nce(*z))
    assert cauchy_info_nce(z[0], z[1], is_pair & False) == 0


def test_layout__on_a_wide_map_cannot_go_below_zero() -> None:
    z = torch.randn(200, 2, generator=torch.Generator().manual_seed(0)) * 3000
    assert cauchy_info_nce(z, z + 0.01).item() >= 0


def term(name: str, z: torch.Tensor) -> torch.Tensor:
    """One loss of latents (6, 2) in double precision."""
    fixed = torch.linspace(-1, 1, 12, dtype=torch.float64).view(6, 2)
    one = torch.ones((), dtype=torch.float64)
    return {
        "kl": lambda: kl_per_dimension(z, fixed).sum(),
        "reconstruction": lambda: reconstruction_loss(z, fixed),
        "displacement": lambda: displacement_loss(z, fixed),
        "anchor": lambda: anchor_loss(z, fixed, one),
        "magnets": lambda: magnet_logits(z, fixed[:3], one).logsumexp(1).sum(),
        "info_nce": lambda: info_nce(z[:3], z[3:]),
        "cauchy": lambda: cauchy_info_nce(z[:3], z[3:]),
        "classification": lambda: classification_loss(
            z, torch.tensor([0, 1, -1, 1, -2, 0]), torch.tensor([True, True])
        ),
    }[name]()


@pytest.mark.parametrize(
    "name",
    [
        "kl", "reconstruction", "displacement", "anchor", "magnets", "info_nce",
        "cauchy", "classification",
    ],
)  # fmt: skip
def test_gradients__by_finite_differences(name: str) -> None:
    generator = torch.Generator().manual_seed(1)
    z = torch.randn(6, 2, generator=generator, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda places: term(name, places), (z,))
