"""Two snapshots side by side, against scikit-learn and by hand."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from ml.measures.comparison import compare, confuse, taken_for
from ml.measures.metrics import macro_f1
from ml.measures.receipt import matched_interval
from ml.measures.renamed import Renamed, renamed_between, since_words

NUM = 400
RNG = np.random.default_rng(5)
HELD_OUT = np.arange(NUM) % 2 == 0
TRUTH = RNG.integers(-1, 4, NUM).astype(np.int16)
BEFORE = np.where(RNG.random(NUM) < 0.6, TRUTH, RNG.integers(0, 6, NUM)).astype(np.int16)
AFTER = np.where(RNG.random(NUM) < 0.8, TRUTH, RNG.integers(0, 6, NUM)).astype(np.int16)
KNOWN = HELD_OUT & (TRUTH >= 0)


def test_confuse__is_what_scikit_learn_counts() -> None:
    found = confuse(AFTER, TRUTH, HELD_OUT)
    said = KNOWN & (AFTER >= 0)
    want = confusion_matrix(TRUTH[said], AFTER[said], labels=found.class_indices)
    assert found.counts.tolist() == want.tolist()
    assert found.num_known == KNOWN.sum()


def test_confuse__nothing_known_is_an_empty_table() -> None:
    found = confuse(AFTER, np.full(NUM, -1, np.int16), HELD_OUT)
    assert found.counts.shape == (0, 0)
    assert found.num_known == 0


def test_confuse__without_a_prediction_no_cell_counts() -> None:
    found = confuse(np.full(NUM, -1, np.int16), TRUTH, HELD_OUT)
    assert found.class_indices.tolist() == [0, 1, 2, 3]
    assert found.counts.sum() == 0


def test_taken_for__names_the_samples_of_each_cell() -> None:
    found = confuse(AFTER, TRUTH, HELD_OUT)
    for row, true in enumerate(found.class_indices):
        for column, said in enumerate(found.class_indices):
            ids = taken_for(AFTER, TRUTH, HELD_OUT, (int(true), int(said)))
            assert len(ids) == found.counts[row, column]
            assert HELD_OUT[ids].all()


def test_macro_f1__is_that_of_scikit_learn() -> None:
    known = KNOWN & (AFTER >= 0)
    want = f1_score(TRUTH[known], AFTER[known], average="macro", labels=np.unique(TRUTH[known]))
    assert macro_f1(AFTER[known], TRUTH[known]) == pytest.approx(want)


def test_compare__flips_and_accuracies() -> None:
    found = compare(BEFORE, AFTER, TRUTH, HELD_OUT)
    assert found.accuracy_before == pytest.approx(accuracy_score(TRUTH[KNOWN], BEFORE[KNOWN]))
    assert found.accuracy_after == pytest.approx(accuracy_score(TRUTH[KNOWN], AFTER[KNOWN]))
    assert (AFTER[found.to_right] == TRUTH[found.to_right]).all()
    assert (BEFORE[found.to_wrong] == TRUTH[found.to_wrong]).all()
    num = len(found.to_right) - len(found.to_wrong)
    assert found.gain.mean == pytest.approx(num / KNOWN.sum())
    assert found.gain.verdict == "real gain"


def test_compare__each_class_has_the_paired_interval() -> None:
    found = compare(BEFORE, AFTER, TRUTH, HELD_OUT)
    assert [each.class_index for each in found.classes] == [0, 1, 2, 3]
    total = sum(each.mean * each.num_known for each in found.classes)
    assert total == pytest.approx(len(found.to_right) - len(found.to_wrong))
    first = found.classes[0]
    of_first = TRUTH == 0
    won, lost = int(of_first[found.to_right].sum()), int(of_first[found.to_wrong].sum())
    assert (first.low, first.high) == matched_interval(won, lost, first.num_known)


def test_compare__backwards_is_the_mirror() -> None:
    forth, back = compare(BEFORE, AFTER, TRUTH, HELD_OUT), compare(AFTER, BEFORE, TRUTH, HELD_OUT)
    assert forth.to_right.tolist() == back.to_wrong.tolist()
    assert back.gain.verdict == "harm"
    assert [each.mean for each in forth.classes] == [-each.mean for each in back.classes]


def test_compare__few_known_withhold_figures_but_not_flips() -> None:
    few = HELD_OUT & (np.arange(NUM) < 30)
    found = compare(BEFORE, AFTER, TRUTH, few)
    assert found.accuracy_before is None
    assert found.gain.verdict is None
    assert "held-out" in found.gain.reason
    assert all(each.low is None for each in found.classes)
    assert len(found.to_right) + len(found.to_wrong) > 0


@pytest.mark.parametrize("is_first", [True, False])
def test_compare__with_what_predicts_nothing_claims_nothing(is_first: bool) -> None:
    nothing = np.full(NUM, -1, np.int16)
    before, after = (nothing, AFTER) if is_first else (AFTER, nothing)
    found = compare(before, after, TRUTH, HELD_OUT)
    assert (found.gain.mean, found.gain.verdict) == (None, None)
    assert "predicts nothing yet" in found.gain.reason
    told = [found.accuracy_before, found.accuracy_after]
    assert [each is None for each in told] == [is_first, not is_first]
    assert len(found.to_right) == len(found.to_wrong) == len(found.classes) == 0


def test_compare__correcting_ones_own_names_is_no_gain() -> None:
    """Before was wrong of nothing but what it had been told."""
    is_renamed = TRUTH == 1
    told = np.where(is_renamed, 3, TRUTH).astype(np.int16)
    found = compare(told, TRUTH, TRUTH, HELD_OUT, renamed=Renamed(is_renamed, ~KNOWN))
    num_renamed = int((KNOWN & is_renamed).sum())
    assert found.num_renamed == num_renamed
    assert (found.gain.mean, found.gain.verdict) == (None, None)
    assert f"Apart from {num_renamed} held-out samples renamed since" in found.gain.reason
    assert (found.accuracy_before, found.accuracy_after) == (1, 1)
    assert len(found.to_right) == len(found.to_wrong) == 0
    assert 1 not in [each.class_index for each in found.classes]


def test_compare__a_first_name_against_the_label_is_no_gain_and_nothing_is_renamed() -> None:
    is_against = TRUTH == 1
    told = np.where(is_against, 3, TRUTH).astype(np.int16)
    found = compare(told, TRUTH, TRUTH, HELD_OUT, renamed=Renamed(~KNOWN, is_against))
    num = int((KNOWN & is_against).sum())
    assert (found.num_renamed, found.num_named_against) == (0, num)
    assert f"Apart from {num} held-out samples named against their label" in found.gain.reason
    assert (found.accuracy_before, found.accuracy_after) == (1, 1)


def test_renamed__is_split_by_whether_somebody_had_named_the_sample() -> None:
    then, now = np.array([0, 0, 0, -1], np.int16), np.array([1, 1, 0, 1], np.int16)
    found = renamed_between(then, now, np.array([0, -1, 0, -1], np.int16))
    assert found.is_renamed.tolist() == [True, False, False, False]
    assert found.is_against.tolist() == [False, True, False, False]
    assert found.is_either.tolist() == [True, True, False, False]
    words = "2 held-out samples renamed since and 1 named against its label since"
    assert (since_words(2, 1), since_words(0, 0)) == (words, "")


def test_compare__what_else_flips_is_told_without_the_renamed() -> None:
    is_renamed = TRUTH == 1
    found = compare(BEFORE, AFTER, TRUTH, HELD_OUT, renamed=Renamed(is_renamed, ~KNOWN))
    alone = compare(BEFORE, AFTER, np.where(is_renamed, -1, TRUTH).astype(np.int16), HELD_OUT)
    assert found.gain == alone.gain
    assert found.to_right.tolist() == alone.to_right.tolist()
