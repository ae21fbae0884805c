"""Accuracy by the data set's labels alone, beside that by names."""

import dataclasses

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.measures.by_label import OTHER_CLASS, by_label, is_by_hand, label_metrics
from ml.measures.comparison import compare
from ml.measures.metrics import held_out_metrics
from ml.measures.receipt import Sight, Touched, write_receipt
from ml.networks.model import build_model
from tests.ml.scenes import CONFIG, blobs, run, snapshots

NUM = 120
HELD_OUT = np.arange(NUM) >= 20
LABEL = np.where(np.arange(NUM) < 85, 0, 1).astype(np.int16)
"""Of the hundred held out 65 are of class 0 by their label."""
LASSO = np.zeros(NUM, np.int16)
"""Everything was named class 0: a lasso around both, named by its majority."""
Array = NDArray[np.int16]


def both(prediction: Array, truth: Array, label: Array | None) -> tuple[float | None, float | None]:
    metrics = {
        **held_out_metrics(prediction, truth, HELD_OUT),
        **label_metrics(prediction, truth, label, HELD_OUT),
    }
    return metrics["held_out_accuracy"], metrics["held_out_by_label"]


def test_labels__tell_what_a_lasso_named_by_its_majority_hides() -> None:
    assert both(LASSO, LASSO, LABEL) == (1.0, 0.65)
    metrics = label_metrics(LASSO, LASSO, LABEL, HELD_OUT)
    assert metrics["held_out_contradicted"] == 35


def test_labels__a_class_the_project_lacks_is_wrong_whatever_is_predicted() -> None:
    label = np.where(LABEL == 1, OTHER_CLASS, LABEL).astype(np.int16)
    assert both(LASSO, LASSO, label) == (1.0, 0.65)


def test_labels__say_nothing_where_nobody_named_against_them() -> None:
    assert both(LASSO, LABEL, LABEL) == (0.65, None)
    assert both(LASSO, LASSO, None) == (1.0, None), "the data set has none"
    unlabelled = np.where(LABEL == 1, -1, LABEL).astype(np.int16)
    assert both(LASSO, LASSO, unlabelled) == (1.0, None), "no label, no word against a name"
    trained = np.where(HELD_OUT, LABEL, 1 - LABEL).astype(np.int16)
    assert both(LASSO, trained, LABEL) == (0.65, None), "names of trained samples measure nothing"


def test_labels__say_nothing_where_both_figures_read_alike() -> None:
    truth = LABEL.copy()
    truth[[20, 119]] = truth[[119, 20]]  # one each way
    assert label_metrics(LASSO, truth, LABEL, HELD_OUT) == {
        "held_out_by_label": None,
        "held_out_contradicted": 2.0,
        "held_out_by_hand": 0.0,
    }


def test_labels__where_there_are_none_it_is_told_that_names_alone_measure() -> None:
    """A lasso is no random draw, which an interval supposes."""
    named = np.where(np.arange(NUM) < 60, LABEL, -1).astype(np.int16)
    unlabelled = np.full(NUM, -1, np.int16)
    for label in (None, unlabelled):
        metrics = label_metrics(LABEL, named, label, HELD_OUT)
        assert (metrics["held_out_by_hand"], metrics["held_out_interval"]) == (40, None)
    some = np.where(np.arange(NUM) < 30, LABEL, -1).astype(np.int16)
    metrics = label_metrics(LABEL, named, some, HELD_OUT)
    assert (metrics["held_out_by_hand"], metrics["held_out_interval"]) == (30, None)
    few = np.where(np.arange(NUM) < 57, LABEL, -1).astype(np.int16)
    metrics = label_metrics(LABEL, named, few, HELD_OUT)
    assert metrics["held_out_by_hand"] == 3
    assert "held_out_interval" not in metrics, "of nearly all the labels tell"
    assert [is_by_hand(each, 200) for each in (199, 20, 19)] == [True, True, False]
    assert not is_by_hand(None, 40), "an older run does not tell"
    assert not is_by_hand(0, 0)


@pytest.mark.parametrize(("num_labelled", "is_given"), [(19, False), (20, True)])
def test_labels__are_withheld_below_twenty(num_labelled: int, is_given: bool) -> None:
    label = np.where(np.arange(NUM) < NUM - num_labelled, -1, LABEL).astype(np.int16)
    assert (both(LASSO, LASSO, label)[1] is not None) is is_given
    nothing = np.full(NUM, -1, np.int16)
    assert both(nothing, LASSO, LABEL) == (None, None)


def test_labels__of_two_snapshots_are_told_together() -> None:
    found = by_label((LABEL, LASSO), LASSO, LABEL, HELD_OUT)
    assert (found.accuracies, found.num_contradicted) == ((1.0, 0.65), 35)
    assert compare(LABEL, LASSO, LASSO, HELD_OUT, LABEL).labels == found
    assert compare(LABEL, LASSO, LASSO, HELD_OUT).labels.accuracies == (None, None)


def test_receipt__tells_both_figures() -> None:
    touched = Touched(
        moved_ids=np.zeros(0, np.int64),
        targets=np.zeros((0, 2), np.float32),
        is_named=np.ones(NUM, bool),
        is_carried=np.zeros(NUM, bool),
        truth=LASSO,
        is_held_out=HELD_OUT,
        annotation=LASSO,
        label=LABEL,
    )
    before, after = (Sight(np.zeros((NUM, 2), np.float32), each) for each in (LABEL, LASSO))
    receipt = write_receipt(before, after, touched)
    assert (receipt.accuracy_before, receipt.accuracy_after) == (0.65, 1.0)
    assert (receipt.by_label_before, receipt.by_label_after) == (1.0, 0.65)
    assert receipt.num_contradicted == 35
    unlabelled = write_receipt(before, after, dataclasses.replace(touched, label=None))
    assert (unlabelled.num_contradicted, unlabelled.by_label_after) == (0, None)


def test_train__labels_measure_and_teach_nothing() -> None:
    samples = blobs(annotated=(0, 1, 2))
    given = np.where(samples.is_held_out, 0, samples.truth).astype(np.int16)
    told = dataclasses.replace(samples, truth=given, label=samples.truth)
    last, plain = (
        snapshots(run(build_model(CONFIG, (1, 8, 8), 3), each, CONFIG))[-1]
        for each in (told, dataclasses.replace(told, label=None))
    )
    np.testing.assert_array_equal(last.embedding, plain.embedding)
    assert last.metrics["held_out_contradicted"] == 16
    assert plain.metrics["held_out_by_label"] is None
    right = (last.prediction == samples.truth)[samples.is_held_out].mean()
    assert last.metrics["held_out_by_label"] == pytest.approx(right)
