"""Epochs to an accuracy, by hand."""

import pytest

from benchmarks.wei_speed import Course, SpeedRun, epochs_to, speed_estimates


def test_epochs_to__counts_from_the_moves() -> None:
    assert epochs_to((70.0, 75.0, 80.0), 75.0) == 1
    assert epochs_to((70.0, 75.0, 80.0), 70.0) == 0
    assert epochs_to((70.0, 75.0, 80.0), 90.0) == 3  # one more than there were


def test_speed_estimates__by_hand() -> None:
    """Target 97 % of 100: large 2 epochs plain, 1 guided; small never, so 4, and 3 guided."""
    large = Course((50, 90, 98, 100), (50, 98, 99, 100), 4)
    small = Course((50, 60, 70, 80), (50, 70, 90, 98), 1)
    runs = [SpeedRun({"large": large, "small": small})] * 2
    found = {key: each.mean for key, each in speed_estimates(runs).items()}
    assert found["wei_speed_target"] == pytest.approx(97)
    assert found["wei_epochs_to_target_large_plain"] == 2
    assert found["wei_epochs_saved_large"] == 1
    assert found["wei_epochs_saved_small"] == 1
    assert found["wei_guidance_gain_large"] == pytest.approx(3)  # (98+99+100)/3 - (90+98+100)/3
    assert found["wei_small_plain_minus_large_plain"] == pytest.approx(70 - 96)
    assert found["wei_small_guided_minus_large_plain"] == pytest.approx(86 - 96)
