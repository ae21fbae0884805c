"""Which two classes a belief leaves a sample between, of however many samples and classes."""

import numpy as np
import pytest

from ml.insight.belief import two_likeliest
from tests.memory import peak_of


def test_two_likeliest__by_parts_of_the_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    belief = rng.dirichlet(np.ones(5), 30).astype(np.float32)
    belief[0] = [0, 1, 0, 0, 0]
    monkeypatch.setattr("ml.insight.belief.AT_ONCE", 32)
    order, entropy = two_likeliest(belief)
    best = np.sort(belief, axis=1)[:, :-3:-1]
    np.testing.assert_array_equal(np.take_along_axis(belief, order, 1), best)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = -np.nansum(belief * np.log(belief), axis=1)
    np.testing.assert_allclose(entropy, expected, rtol=1e-5, atol=1e-6)


def test_two_likeliest__of_many_classes_takes_little_memory() -> None:
    """All at once, 80 MB of beliefs took 240 MB beside themselves."""
    belief = np.random.default_rng(0).random((100_000, 200), np.float32)
    peak, _ = peak_of(lambda: two_likeliest(belief))
    assert peak < 40_000_000
