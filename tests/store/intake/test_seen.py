"""What came before, of samples and of ids."""

import time

import numpy as np

from store.intake.seen import SeenIds, SeenValues


def test_seen_values__finds_equal_rows_within_a_batch_and_in_earlier_ones() -> None:
    seen = SeenValues()
    first = np.arange(12, dtype=np.float32).reshape(4, 3)
    first[2] = first[0]
    assert seen.sift(first) == ([0, 1, 3], [(2, 0)])
    assert seen.sift(first[::-1] + 100) == ([0, 1, 2], [(3, 4)])
    assert seen.sift(first[3:]) == ([], [(0, 2)])
    assert seen.sift(first + 200)[0] == [0, 1, 3]


def test_seen_values__looks_at_rows_that_do_not_lie_in_a_row() -> None:
    seen = SeenValues()
    pixels = np.random.default_rng(0).integers(0, 256, (3, 4, 4, 2), np.uint8)
    assert seen.sift(pixels.transpose(0, 3, 1, 2))[0] == [0, 1, 2]
    assert seen.sift(np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)))[0] == []


def test_seen_ids__numbers_copies_and_passes_over_names_that_are_taken() -> None:
    seen = SeenIds()
    assert seen.unique(["a", "b"]) == ["a", "b"]
    assert seen.unique(["a#2", "a", "a"]) == ["a#2", "a#3", "a#4"]
    assert seen.unique(["c", "a", "\ud800"]) == ["c", "a#5", "\ud800"]


def test_seen_ids__many_equal_ones_take_no_longer_than_different_ones() -> None:
    same = timed(["sample"] * 50_000)
    assert len(set(same[1])) == 50_000
    assert same[0] < 5  # each looked at all before it: 20 minutes


def timed(ids: list[str]) -> tuple[float, list[str]]:
    start_s = time.perf_counter()
    found = SeenIds().unique(ids)
    return time.perf_counter() - start_s, found
