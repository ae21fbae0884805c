import math

import pytest
import torch

from ml.losses import (
    annotate_vae_loss,
    classification_loss,
    kl_per_dimension,
    reconstruction_loss,
)
from ml.model import build_model
from ml.records import NO_CLASS, UNSURE, RunConfig

ALL = torch.tensor([True, True, True])


def test_reconstruction__is_summed_over_pixels_and_averaged_over_samples() -> None:
    loss = reconstruction_loss(torch.zeros(5, 1, 2, 3), torch.rand(5, 1, 2, 3))
    assert loss.item() == pytest.approx(6 * math.log(2), rel=1e-6)


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
    config = RunConfig(beta_kl=beta_kl, beta_classifier=beta_classifier, num_hidden_layers=1)
    model = build_model(config, (1, 8, 8), 3)
    terms = annotate_vae_loss(
        model, torch.rand(6, 1, 8, 8), torch.arange(6) % 3, ALL, torch.zeros(6, 2), config
    )
    total, reconstruction, kl, classification = terms.stacked().tolist()
    assert min(reconstruction, kl, classification) > 0
    expected = reconstruction + beta_kl * kl + beta_classifier * classification
    assert total == pytest.approx(expected, rel=1e-5)


def test_unannotated_samples__still_reconstruct() -> None:
    model = build_model(RunConfig(), (1, 8, 8), 3)
    nobody = torch.full((4,), NO_CLASS)
    x, noise = torch.rand(4, 1, 8, 8), torch.zeros(4, 2)
    terms = annotate_vae_loss(model, x, nobody, ~ALL, noise, RunConfig())
    terms.total.backward()  # type: ignore[no-untyped-call]
    weight = model.mu.weight.grad
    assert weight is not None
    assert weight.any()
    assert terms.classification.item() == 0
