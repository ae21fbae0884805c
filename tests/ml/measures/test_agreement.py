"""Agreement, against scikit-learn and the worked examples of the papers that brought it in."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from ml.measures.agreement import MISSING, cohen_kappa, fleiss_kappa, krippendorff_alpha
from tests.memory import peak_of


def ratings_of(*rows: str) -> np.ndarray:
    """Ratings as the papers print them: a digit for a class, a star for none."""
    return np.array([[MISSING if c == "*" else int(c) for c in row] for row in rows], np.int16)


@pytest.mark.parametrize("seed", range(5))
def test_cohen_kappa__is_that_of_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one = rng.integers(0, 4, 200).astype(np.int16)
    other = np.where(rng.random(200) < 0.6, one, rng.integers(0, 4, 200)).astype(np.int16)
    assert cohen_kappa(one, other) == pytest.approx(cohen_kappa_score(one, other))


def test_cohen_kappa__leaves_out_what_one_did_not_name() -> None:
    one, other = ratings_of("0011*2", "00121*")
    assert cohen_kappa(one, other) == pytest.approx(cohen_kappa_score(one[:4], other[:4]))


def test_fleiss_kappa__of_the_ten_subjects_by_fourteen_raters() -> None:
    """The worked example of Fleiss' kappa that textbooks carry: 14 raters, 10 subjects, 0.210."""
    counts = np.array(
        [
            [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
            [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
        ]
    )  # fmt: skip
    ratings = np.array([np.repeat(np.arange(5), row) for row in counts], np.int16).T
    assert fleiss_kappa(ratings) == pytest.approx(0.210, abs=5e-4)


def test_fleiss_kappa__keeps_to_samples_that_all_named() -> None:
    whole = ratings_of("0011", "0011", "0111")
    wider = ratings_of("0011*2", "00112*", "01110*")
    assert fleiss_kappa(wider) == fleiss_kappa(whole)


def test_krippendorff_alpha__of_three_observers_with_missing_data() -> None:
    """The worked example of the encyclopedias: fifteen units, three observers, nominal 0.691."""
    observers = ("*****3412113 3*3", "1*213343*******", "**21344*21133*4")
    rows = [row.replace(" ", "") for row in observers]
    assert krippendorff_alpha(ratings_of(*rows)) == pytest.approx(0.691, abs=5e-4)


def test_krippendorff_alpha__of_four_observers_with_missing_data() -> None:
    """Krippendorff (2011), section C: twelve units, four observers, nominal 0.743."""
    units = (
        "11*1",
        "2232",
        "3333",
        "3333",
        "2222",
        "1234",
        "4444",
        "1121",
        "2222",
        "*555",
        "**11",
        "**3*",
    )
    assert krippendorff_alpha(ratings_of(*units).T) == pytest.approx(0.743, abs=5e-4)


@pytest.mark.parametrize("measure", [fleiss_kappa, krippendorff_alpha])
def test_measures__have_no_value_without_samples_in_common(measure: object) -> None:
    assert callable(measure)
    assert measure(ratings_of("00**", "**11")) is None
    assert measure(ratings_of("0000", "0000")) is None
    assert measure(np.zeros((2, 0), np.int16)) is None


def test_cohen_kappa__has_no_value_without_samples_in_common() -> None:
    assert cohen_kappa(*ratings_of("0*", "*0")) is None
    assert cohen_kappa(*ratings_of("11", "11")) is None


def test_measures__of_two_people_who_disagree_always() -> None:
    both = ratings_of("0101", "1010")
    assert cohen_kappa(*both) == -1
    assert fleiss_kappa(both) == -1
    alpha = krippendorff_alpha(both)
    assert alpha is not None
    assert alpha < -0.7


@pytest.mark.parametrize("measure", [fleiss_kappa, krippendorff_alpha])
def test_measures__are_the_same_by_parts_of_the_samples(
    measure: Callable[[np.ndarray], float], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    ratings = np.where(rng.random((3, 500)) < 0.6, rng.integers(0, 7, 500), 0).astype(np.int16)
    ratings[rng.random(ratings.shape) < 0.2] = MISSING
    whole = measure(ratings)
    monkeypatch.setattr("ml.measures.agreement.AT_ONCE", 100)
    assert measure(ratings) == pytest.approx(whole, rel=1e-12)


@pytest.mark.parametrize("measure", [fleiss_kappa, krippendorff_alpha])
def test_measures__of_many_samples_and_classes_take_little_memory(
    measure: Callable[[np.ndarray], float],
) -> None:
    """Counts of all at once would be 160 MB, and what is worked out of them several times that."""
    ratings = np.random.default_rng(0).integers(0, 200, (3, 100_000)).astype(np.int16)
    peak, _ = peak_of(lambda: measure(ratings))
    assert peak < 60_000_000
