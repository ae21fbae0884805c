import numpy as np
import pytest
import sklearn.datasets

from ml.digits import Digits, load_digits, stratified_split


@pytest.fixture(scope="module")
def digits() -> Digits:
    return load_digits()


def test_digits__are_bytes_of_the_full_range(digits: Digits) -> None:
    assert digits.images.shape == (1797, 1, 8, 8)
    assert digits.images.dtype == np.uint8
    assert (digits.images.min(), digits.images.max()) == (0, 255)
    assert digits.label.dtype == np.int16


def test_digits__class_names_are_in_the_order_of_the_labels(digits: Digits) -> None:
    assert digits.class_names == ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
    # the mean zero has a hole where the mean one has ink
    mean_zero, mean_one = (digits.images[digits.label == k, 0].mean(0) for k in (0, 1))
    assert mean_zero[3:5, 3:5].mean() < 0.3 * mean_one[3:5, 3:5].mean()


def test_digits__a_fifth_of_each_class_is_held_out(digits: Digits) -> None:
    for k in range(10):
        assert digits.is_held_out[digits.label == k].mean() == pytest.approx(0.2, abs=0.005)


def test_digits__the_split_never_changes(digits: Digits) -> None:
    np.testing.assert_array_equal(load_digits().is_held_out, digits.is_held_out)


def test_stratified_split__depends_on_its_seed() -> None:
    label = np.repeat(np.arange(3, dtype=np.int16), 50)
    assert (stratified_split(label, 0.2, 0) != stratified_split(label, 0.2, 1)).any()


def test_digits__are_those_scikit_learn_gives(digits: Digits) -> None:
    theirs = sklearn.datasets.load_digits()
    np.testing.assert_array_equal(digits.label, theirs.target)
    np.testing.assert_array_equal(digits.images[:, 0], np.round(theirs.images * (255 / 16)))
    assert digits.class_names == tuple(str(name) for name in theirs.target_names)
