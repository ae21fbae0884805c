"""What `insight` counts: precision of the first suspects, and a hand that follows."""

import numpy as np
import pytest

from benchmarks.leads.doubted import first_precision, injected
from benchmarks.leads.scenes import FeatureSet


def test_first_precision__is_of_the_most_doubted() -> None:
    is_wrong = np.array([True, False, True, False, False])
    assert first_precision(np.array([0.9, 0.8, 0.1, 0.7, -1]), is_wrong, 2) == pytest.approx(0.5)
    assert first_precision(np.array([0.9, -1, -1, -1, -1]), is_wrong, 1) == pytest.approx(1)
    assert first_precision(np.full(5, -1.0), is_wrong, 0) == 0


def test_injected__names_a_twentieth_as_another_class() -> None:
    label = (np.arange(4000) % 4).astype(np.int16)
    x = np.zeros((4000, 2), np.float32)
    each = FeatureSet("s", x, x, label, np.arange(4000) < 3000, 4)
    (first, given), (second, _) = injected(each, 2)
    assert 0.03 < first[:3000].mean() < 0.07
    assert not first[3000:].any()
    np.testing.assert_array_equal(given != label, first)
    assert (first != second).any()
