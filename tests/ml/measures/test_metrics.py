import math

import numpy as np
import pytest
from sklearn.metrics import f1_score

from ml.errors import DivergedError
from ml.measures import metrics
from ml.measures.metrics import (
    calibration_error,
    count_active_units,
    finite,
    held_out_metrics,
    macro_f1,
    normalised_entropy,
    spread,
    wilson_half_width,
    wilson_interval,
)


def test_wilson__against_published_values() -> None:
    # Newcombe 1998, table I: 81 of 263 gives .2553 to .3662; 0 of 20 gives 0 to .1611
    assert wilson_half_width(81 / 263, 263) == pytest.approx((0.3662 - 0.2553) / 2, abs=1e-4)
    assert wilson_half_width(0, 20) == pytest.approx(0.1611 / 2, abs=1e-4)
    assert wilson_interval(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson_interval(0, 20) == pytest.approx((0, 0.1611), abs=1e-4)
    assert wilson_interval(1, 20) == pytest.approx((0.8389, 1), abs=1e-4)


def test_macro_f1__equals_the_library() -> None:
    rng = np.random.default_rng(0)
    truth, said = rng.integers(0, 4, (2, 200)).astype(np.int16)
    assert macro_f1(said, truth) == pytest.approx(f1_score(truth, said, average="macro"))


def held_out(num_known: int, num_right: int) -> dict[str, float | None]:
    truth = np.full(100, -1, np.int16)
    truth[:num_known] = np.arange(num_known) % 2
    prediction = np.where(np.arange(100) < num_right, truth, 1 - truth).astype(np.int16)
    return held_out_metrics(prediction, truth, np.arange(100) < 60)


def test_held_out__counts_right_answers() -> None:
    measured = held_out(40, 30)
    assert measured["held_out_accuracy"] == 0.75
    assert measured["held_out_interval"] == pytest.approx(wilson_half_width(0.75, 40))


@pytest.mark.parametrize(("num_known", "is_given"), [(19, False), (20, True)])
def test_held_out__is_withheld_below_twenty_truths(num_known: int, is_given: bool) -> None:
    measured = held_out(num_known, num_known)
    assert measured["held_out_known"] == num_known
    for name in ("held_out_accuracy", "held_out_interval", "macro_f1"):
        assert (measured[name] is not None) is is_given


def test_held_out__trained_samples_are_not_measured() -> None:
    truth = np.zeros(50, np.int16)
    prediction = np.arange(50, dtype=np.int16) // 25
    assert held_out_metrics(prediction, truth, np.arange(50) >= 25)["held_out_accuracy"] == 0


def test_spread__of_a_circle_is_its_radius() -> None:
    angle = np.linspace(0, 2 * np.pi, 50, endpoint=False)
    circle = np.stack([7 + 3 * np.cos(angle), 3 * np.sin(angle)], 1).astype(np.float32)
    assert spread(circle) == pytest.approx(3, rel=1e-5)


def test_active_units__is_the_dimension_that_moves() -> None:
    mu = np.stack([np.linspace(-1, 1, 30), np.zeros(30)], 1).astype(np.float32)
    log_variance = np.stack([np.full(30, -4.0), np.zeros(30)], 1).astype(np.float32)
    assert count_active_units(mu, log_variance) == 1


def test_entropy__is_0_when_sure_and_1_when_even() -> None:
    p = np.array([[1, 0, 0], [0.5, 0.5, 0], [0.25, 0.75, 0]], np.float32)
    expected = [0, 1, -(0.25 * math.log(0.25) + 0.75 * math.log(0.75)) / math.log(2)]
    assert normalised_entropy(p, 2).tolist() == pytest.approx(expected)
    assert not normalised_entropy(p, 1).any()


def test_entropy__some_samples_at_a_time_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    p = np.random.default_rng(0).dirichlet(np.ones(5), 50).astype(np.float32)
    whole = normalised_entropy(p, 5)
    monkeypatch.setattr(metrics, "AT_ONCE", 16)
    np.testing.assert_array_equal(normalised_entropy(p, 5), whole)


def test_finite__probabilities_pass_and_others_end_the_run() -> None:
    shares = np.full((2, 3), 1 / 3, np.float32)
    assert finite(shares) is shares
    with pytest.raises(DivergedError):
        finite(np.where(np.eye(2, 3) > 0, np.nan, shares))


def test_figures__of_a_map_that_runs_away_do_not_overflow() -> None:
    mu = np.array([[-1e30, 0], [1e30, 0]], np.float32)
    assert spread(mu) == pytest.approx(1e30, rel=1e-6)
    assert count_active_units(mu, np.zeros_like(mu)) == 1


def test_calibration_error__is_the_surplus_of_confidence_by_bin() -> None:
    confidence = np.array([0.95, 0.95, 0.95, 0.95, 0.5, 0.5, 1.0], np.float32)
    is_right = np.array([True, True, True, False, True, False, True])
    assert calibration_error(confidence, is_right) == pytest.approx(0.8 / 7)
    assert calibration_error(np.ones(5, np.float32), np.ones(5, bool)) == 0
    assert calibration_error(np.full(4, 0.75, np.float32), np.array([True] * 3 + [False])) == 0
    assert calibration_error(np.ones(4, np.float32), np.zeros(4, bool)) == 1
