"""Whose doing it is what a run learned anew."""

from store.journal.drags import dragged_between
from store.journal.fold import Fold
from store.journal.shares import shares_of
from tests.store.journal.test_drags import told
from tests.store.stories import NUM, say

Told = list[tuple[str, int, int, int]]


def shares(fold: Fold, after: int) -> Told:
    found = dragged_between(lambda: Fold.of(NUM, fold.events[:after]), fold.events[after:])
    return [(s.author_id, s.num_named, s.num_moved, s.num_placed) for s in shares_of(found)]


def test_shares__each_sample_is_of_whoever_named_it_last() -> None:
    fold = told()
    parent = fold.seq
    say(fold, "annotate", [3, 4, 5], "ana", {"class_index": 1})
    say(fold, "annotate", [5], "ben", {"class_index": 0})
    say(fold, "move", [6], "ben", {"class_index": 0})
    say(fold, "clear", [4], "ben", {})
    say(fold, "place_class", [], "cem", {"class_index": 0, "place": [2.0, 2.0]})
    assert shares(fold, parent) == [("ben", 2, 1, 0), ("ana", 1, 0, 0), ("cem", 0, 0, 1)]


def test_shares__what_was_taken_back_is_nobodys() -> None:
    fold = told()
    parent = fold.seq
    say(fold, "annotate", [3], "ana", {"class_index": 1})
    say(fold, "annotate", [3, 4], "ben", {"class_index": 0})
    say(fold, "undo", [], "ben", {})
    assert shares(fold, parent) == [("ana", 1, 0, 0)]


def test_shares__what_was_brought_back_or_merged_is_whose_who_did_that() -> None:
    fold = told()
    say(fold, "clear", [1, 2], "ana", {})
    parent = fold.seq
    say(fold, "undo", [], "ana", {})
    assert shares(fold, parent) == [("ana", 2, 0, 0)]
    parent = fold.seq
    say(fold, "merge_class", [], "ben", {"class_index": 0, "into": 1})
    assert shares(fold, parent) == [("ben", 2, 0, 0)]
    assert shares(fold, fold.seq) == []


def test_shares__count_the_gestures_that_anything_is_left_of() -> None:
    fold = told()
    parent = fold.seq
    say(fold, "annotate", [3], "ana", {"class_index": 1})
    say(fold, "annotate", [4, 5], "ana", {"class_index": 1})
    say(fold, "move", [6, 7], "ben", {"class_index": 0})
    say(fold, "annotate", [3], "ben", {"class_index": 0})
    say(fold, "annotate", [3], "ben", {"class_index": 1})
    dragged = dragged_between(lambda: Fold.of(NUM, fold.events[:parent]), fold.events[parent:])
    assert {s.author_id: s.num_gestures for s in shares_of(dragged)} == {"ana": 1, "ben": 2}
