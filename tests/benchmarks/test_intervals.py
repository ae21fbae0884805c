"""Student's interval by hand."""

import math

import pytest

from benchmarks.intervals import estimate, paired


def test_estimate__is_students_interval() -> None:
    """1, 2, 3: mean 2, s.d. 1, so half = 4.303 / sqrt(3)."""
    found = estimate([1.0, 2.0, 3.0])
    assert (found.mean, found.count) == (2.0, 3)
    assert found.half == pytest.approx(2.4843, abs=1e-4)
    assert (found.low, found.high) == pytest.approx((-0.4843, 4.4843), abs=1e-4)


def test_estimate__leaves_withheld_values_out() -> None:
    assert estimate([1.0, math.nan, 3.0]) == estimate([1.0, 3.0])
    assert math.isnan(estimate([math.nan]).mean)
    assert estimate([math.nan]).sentence == "withheld"


def test_estimate__of_one_seed_has_no_interval() -> None:
    found = estimate([4.0])
    assert found.mean == 4.0
    assert math.isnan(found.half)
    assert found.sentence == "1 seed, no interval"


def test_estimate__uses_the_normal_quantile_beyond_the_table() -> None:
    """Forty values, half of them 0 and half 2: s.d. sqrt(40/39)."""
    found = estimate([0.0, 2.0] * 20)
    assert found.half == pytest.approx(1.96 * math.sqrt(40 / 39 / 40))


def test_paired__takes_out_what_seeds_share() -> None:
    """Seeds differ by tens, the effect is 1 in each: the interval is a point."""
    found = paired([11.0, 21.0, 31.0], [10.0, 20.0, 30.0])
    assert (found.mean, found.half) == (1.0, 0.0)
