"""The fold, against a second, slower reading of the same rules."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.maps.pins import pack_pins
from ml.records import NO_CLASS, UNSURE
from store.journal.fold import MARK_EVERY, Fold
from store.records import Event, ProjectState
from tests.store.stories import AUTHORS, NOW, NUM, say, slow_board, story, tell


def assert_same(one: ProjectState, other: ProjectState) -> None:
    assert one.annotation.tolist() == other.annotation.tolist()
    assert (one.classes, one.taught_run_ids) == (other.classes, other.taught_run_ids)
    assert (one.undoable, one.redoable) == (other.undoable, other.redoable)
    assert pack_pins(one.pins) == pack_pins(other.pins)
    assert (one.class_places, one.overridden) == (other.class_places, other.overridden)


@settings(max_examples=80)
@given(story)
def test_advance__gives_what_folding_from_scratch_gives(script: list[Any]) -> None:
    fold = tell(script)
    assert_same(fold.state(), Fold.of(NUM, fold.events).state())
    state = fold.state()
    pins = dict(zip(state.pins.ids.tolist(), state.pins.seq.tolist(), strict=True))
    assert (state.annotation.tolist(), pins) == slow_board(list(fold.events))


@settings(max_examples=50)
@given(story, st.sampled_from(AUTHORS))
def test_undo_then_redo__is_identity(script: list[Any], who: str) -> None:
    fold = tell(script)
    before = fold.state()
    if say(fold, "undo", [], who, {}):
        assert say(fold, "redo", [], who, {})
        after = fold.state()
        assert_same(replace(after, redoable={}), replace(before, redoable={}))


@settings(max_examples=50)
@given(story)
def test_classes__keep_one_name_and_carry_every_annotation(script: list[Any]) -> None:
    state = tell(script).state()
    live = [info for info in state.classes if info.merged_into is None]
    assert len({info.name.casefold() for info in live}) == len(live)
    assert set(state.annotation.tolist()) - {NO_CLASS, UNSURE} <= {c.class_index for c in live}


def test_undo__leaves_what_another_named_later() -> None:
    fold = Fold(NUM)
    say(fold, "add_class", [], "ana", {"name": "cat"})
    say(fold, "annotate", [1, 2, 3], "ana", {"class_index": 0})
    say(fold, "annotate", [3], "ben", {"new_class": {"name": "dog"}})
    say(fold, "undo", [], "ana", {})
    assert fold.state().annotation.tolist()[:5] == [NO_CLASS, NO_CLASS, NO_CLASS, 1, NO_CLASS]


def test_undo_of_a_class__keeps_it_while_another_uses_it() -> None:
    fold = Fold(NUM)
    say(fold, "add_class", [], "ana", {"name": "cat"})
    say(fold, "annotate", [3], "ben", {"class_index": 0})
    say(fold, "undo", [], "ana", {})
    assert [c.name for c in fold.state().classes] == ["cat"]
    say(fold, "undo", [], "ben", {})
    assert fold.state().classes == ()


def test_redo__gives_a_name_taken_meanwhile_a_number() -> None:
    fold = Fold(NUM)
    say(fold, "add_class", [], "ana", {"name": "cat"})
    say(fold, "undo", [], "ana", {})
    say(fold, "add_class", [], "ben", {"name": "Cat"})
    say(fold, "redo", [], "ana", {})
    assert [c.name for c in fold.state().classes] == ["cat", "Cat (2)"]


def test_new_gesture__clears_the_authors_redo_only() -> None:
    fold = Fold(NUM)
    for who in AUTHORS:
        say(fold, "annotate", [1], who, {"new_class": {"name": who}})
        say(fold, "undo", [], who, {})
    say(fold, "mark_unsure", [2], "ana", {})
    assert set(fold.state().redoable) == {"ben"}


def test_undo__far_back_replays_right() -> None:
    fold = Fold(NUM)
    say(fold, "annotate", [0], "ana", {"new_class": {"name": "cat"}})
    for i in range(MARK_EVERY * 20):
        say(fold, "mark_unsure" if i % 2 else "clear", [1 + i % (NUM - 1)], "ben", {})
    say(fold, "undo", [], "ana", {})
    assert fold.state().annotation[0] == NO_CLASS
    assert_same(fold.state(), Fold.of(NUM, fold.events).state())


def test_undo__near_the_end_replays_little_however_often(monkeypatch: pytest.MonkeyPatch) -> None:
    fold = Fold(NUM)
    say(fold, "annotate", [0], "ana", {"new_class": {"name": "cat"}})
    for i in range(MARK_EVERY * 4):  # each undo drops the copy that its target had made due
        say(fold, "mark_unsure", [i % NUM], "ana", {})
        say(fold, "undo", [], "ana", {})
    replayed: list[int] = []
    apply = Fold._apply

    def noted(self: Fold, past: Event) -> None:
        replayed.append(past.seq)
        apply(self, past)

    monkeypatch.setattr(Fold, "_apply", noted)
    say(fold, "mark_unsure", [1], "ana", {})
    say(fold, "undo", [], "ana", {})
    assert len(replayed) <= 2 * MARK_EVERY
    assert_same(fold.state(), Fold.of(NUM, fold.events).state())


def test_state__is_a_value_that_nobody_can_write() -> None:
    fold = Fold(NUM)
    state = fold.state()
    with pytest.raises(ValueError, match="read-only"):
        state.annotation[0] = 1
    say(fold, "mark_unsure", [0], "ana", {})
    assert state.annotation[0] == NO_CLASS


def test_advance__refuses_a_gap() -> None:
    fold = Fold(NUM)
    with pytest.raises(ValueError, match="does not follow"):
        fold.advance(Event("p", 2, "reset", "Ana", "ana", NOW, b"", {}))
