"""Every figure of a receipt, worked out by hand."""

import dataclasses
import math

import numpy as np
import pytest

from ml.measures.receipt import (
    Sight,
    Touched,
    became_wrong,
    count_flips,
    judge,
    measure_gain,
    write_receipt,
)

NUM = 24
"""Held out: the last twenty. Samples 0 and 1 were moved, 2 was named, 3 left alone."""
TRUTH = np.zeros(NUM, np.int16)
HELD_OUT = np.arange(NUM) >= 4


def sight(places: dict[int, tuple[float, float]], wrong: tuple[int, ...] = ()) -> Sight:
    z = np.zeros((NUM, 2), np.float32)
    for i, place in places.items():
        z[i] = place
    prediction = np.zeros(NUM, np.int16)
    prediction[list(wrong)] = 1
    return Sight(z, prediction)


def touched() -> Touched:
    return Touched(
        moved_ids=np.array([0, 1]),
        targets=np.array([[4, 0], [0, 4]], np.float32),
        is_named=np.arange(NUM) == 2,
        is_carried=np.zeros(NUM, bool),
        truth=TRUTH,
        is_held_out=HELD_OUT,
        annotation=np.where(np.arange(NUM) == 2, 0, -1).astype(np.int16),
    )


BEFORE = sight({}, wrong=(4, 5, 6))
AFTER = sight({0: (3, 0), 1: (0, -1), 2: (9, 9), 3: (3, 4)}, wrong=(6, 7))


def test_receipt__by_hand() -> None:
    receipt = write_receipt(BEFORE, AFTER, touched())
    assert (receipt.num_moved, receipt.num_named, receipt.num_arrived) == (2, 1, 1)
    assert receipt.drift == pytest.approx(5 / 21), "one of 21 went 5 units"
    assert receipt.drift_share is None, "a map that was one point has no radius"
    assert (receipt.wrong_to_right, receipt.right_to_wrong) == (2, 1)
    assert receipt.num_flipped == 3, "whoever was named since does not count"
    assert (receipt.accuracy_before, receipt.accuracy_after) == (17 / 20, 18 / 20)
    assert receipt.num_known == 20


def test_receipt__names_of_held_out_samples_teach_nothing() -> None:
    assert write_receipt(BEFORE, AFTER, touched()).num_named_held_out == 0
    is_named = np.isin(np.arange(NUM), (2, 3, 4, 5, 6))
    named = dataclasses.replace(touched(), is_named=is_named)
    assert write_receipt(BEFORE, AFTER, named).num_named_held_out == 3, "all from 4 on are"


def test_receipt__classes_that_only_held_out_samples_are_named_are_untaught() -> None:
    truth = TRUTH.copy()
    truth[-5:] = 1
    annotation = touched().annotation.copy()
    annotation[[2, 22, 23]] = (0, 1, 1)
    told = dataclasses.replace(touched(), truth=truth, annotation=annotation)
    assert write_receipt(BEFORE, AFTER, told).num_untaught == 5
    annotation[3] = 1
    assert write_receipt(BEFORE, AFTER, told).num_untaught == 0
    annotation[[2, 3]] = -2
    assert write_receipt(BEFORE, AFTER, told).num_untaught == 20, "unsure names no class"


def test_receipt__drift_is_told_in_radii_of_the_map_before() -> None:
    ring = {i: (2 * math.cos(i), 2 * math.sin(i)) for i in range(NUM)}
    z = np.array([ring[i] for i in range(NUM)])
    radius = float(np.sqrt(np.square(z - z.mean(0)).sum(1).mean()))
    after = sight({i: (x + 0.5, y) for i, (x, y) in ring.items()})
    receipt = write_receipt(sight(ring), after, touched())
    assert receipt.drift == pytest.approx(0.5, abs=1e-6)
    assert receipt.drift_share == pytest.approx(0.5 / radius, abs=1e-6)


def test_receipt__whoever_goes_with_a_class_is_not_adrift() -> None:
    carried = dataclasses.replace(touched(), is_carried=np.arange(NUM) == 3)
    assert write_receipt(BEFORE, AFTER, carried).drift == 0
    everybody = dataclasses.replace(touched(), is_named=np.ones(NUM, bool))
    assert write_receipt(BEFORE, AFTER, everybody).drift is None


def test_receipt__accuracy_is_withheld_below_twenty() -> None:
    truth = TRUTH.copy()
    truth[-1] = -1
    receipt = write_receipt(BEFORE, AFTER, dataclasses.replace(touched(), truth=truth))
    assert (receipt.num_known, receipt.accuracy_before, receipt.accuracy_after) == (19, None, None)


def test_receipt__after_a_pretraining_nothing_had_been_predicted() -> None:
    silent = Sight(BEFORE.embedding, np.full(NUM, -1, np.int16))
    receipt = write_receipt(silent, AFTER, touched())
    assert (receipt.wrong_to_right, receipt.accuracy_before) == (None, None)
    assert receipt.num_flipped is None
    assert receipt.accuracy_after == 18 / 20


def test_flips__only_where_the_class_is_known() -> None:
    before, after = np.array([1, 1, 0, 0], np.int16), np.array([0, 0, 1, 1], np.int16)
    assert count_flips(before, after, np.array([0, -1, 0, 1], np.int16)) == (2, 1)


def test_worse__are_those_that_are_counted_none_that_were_named() -> None:
    after = Sight(AFTER.embedding, np.where(np.isin(np.arange(NUM), (2, 3, 5)), 1, 0))
    before = Sight(BEFORE.embedding, np.zeros(NUM, np.int16))
    told = dataclasses.replace(touched(), truth=np.zeros(NUM, np.int16))
    assert became_wrong(before, after, told).tolist() == [3, 5], "2 was named since"
    assert write_receipt(before, after, told).right_to_wrong == 2
    silent = Sight(BEFORE.embedding, np.full(NUM, -1, np.int16))
    assert became_wrong(silent, after, told).tolist() == []


def predictions(wrong: tuple[int, ...]) -> np.ndarray:
    prediction = np.zeros(NUM, np.int16)
    prediction[list(wrong)] = 1
    return prediction


def test_gain__by_hand() -> None:
    """Of 20: three right only with the drags, one right only without."""
    gain = measure_gain(predictions((4,)), predictions((5, 6, 7)), TRUTH, HELD_OUT)
    middle = 2 / 22
    half = 1.959964 * math.sqrt(5 - 2**2 / 22) / 22
    assert gain.num_known == 20
    assert gain.mean == pytest.approx(0.1)
    assert gain.low == pytest.approx(middle - half)
    assert gain.high == pytest.approx(middle + half)
    assert gain.verdict == "may be chance"


def test_gain__counts_held_out_samples_only() -> None:
    gain = measure_gain(predictions(()), predictions((0, 1, 2, 3)), TRUTH, HELD_OUT)
    assert (gain.mean, gain.verdict) == (0, "may be chance"), "20 samples rule out little"
    assert (gain.low, gain.high) == pytest.approx((-1.959964 / 22, 1.959964 / 22))


@pytest.mark.parametrize(("num_known", "verdict"), [(380, "may be chance"), (400, "no effect")])
def test_gain__nothing_changed_is_no_effect_where_that_rules_out_half_a_point(
    num_known: int, verdict: str
) -> None:
    truth, held_out = np.zeros(num_known, np.int16), np.ones(num_known, np.bool_)
    assert measure_gain(truth, truth, truth, held_out).verdict == verdict


@pytest.mark.parametrize(
    ("won", "verdict"), [(3, "may be chance"), (4, "may be chance"), (6, "real gain")]
)
def test_gain__few_flips_are_no_proof(won: int, verdict: str) -> None:
    """A sign test puts 3, 4 and 6 to none at 0.25, 0.125 and 0.03."""
    gain = measure_gain(predictions(()), predictions(tuple(range(4, 4 + won))), TRUTH, HELD_OUT)
    assert gain.verdict == verdict


def test_gain__is_withheld_below_twenty_with_a_reason() -> None:
    truth = TRUTH.copy()
    truth[-1] = -1
    gain = measure_gain(predictions(()), predictions((5,)), truth, HELD_OUT)
    assert (gain.num_known, gain.mean, gain.verdict) == (19, None, None)
    assert gain.reason.startswith("Only 19 held-out samples have a known class;")


def test_gain__both_ways_round() -> None:
    many = tuple(range(4, 14))
    assert measure_gain(predictions(()), predictions(many), TRUTH, HELD_OUT).verdict == "real gain"
    assert measure_gain(predictions(many), predictions(()), TRUTH, HELD_OUT).verdict == "harm"


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.001, 0.03, "real gain"),
        (0.0, 0.03, "may be chance"),
        (-0.006, 0.03, "may be chance"),
        (-0.005, 0.005, "no effect"),
        (0.0, 0.0, "no effect"),
        (-0.03, 0.0, "may be chance"),
        (-0.03, -0.001, "harm"),
    ],
)
def test_judge(low: float, high: float, verdict: str) -> None:
    assert judge(low, high) == verdict


def test_receipt__what_was_named_since_is_no_flip() -> None:
    """A name is told to the network, and may be what changed the truth."""
    named = dataclasses.replace(touched(), is_named=np.isin(np.arange(NUM), [4, 5, 7]))
    receipt = write_receipt(BEFORE, AFTER, named)
    assert (receipt.wrong_to_right, receipt.right_to_wrong) == (0, 0)
