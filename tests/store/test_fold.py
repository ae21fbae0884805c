"""The fold, against a second, slower reading of the same rules."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.errors import LodemapError
from ml.records import NO_CLASS, UNSURE
from store.fold import MARK_EVERY, Fold
from store.gestures import settle
from store.records import Event, Gesture, ProjectState, Verb
from tests.store.scene import pack

NUM = 12
NOW = datetime(2026, 1, 1, tzinfo=UTC)
AUTHORS = ("ana", "ben")


def event(fold: Fold, verb: Verb, ids: list[int], who: str, values: dict[str, Any]) -> Event:
    samples = pack(ids, NUM) if ids else b""
    return Event("p", fold.seq + 1, verb, who.title(), who, NOW, samples, values)


def say(fold: Fold, verb: Verb, ids: list[int], who: str, values: dict[str, Any]) -> bool:
    """Let someone speak if the rules allow it; return whether they did."""
    gesture = Gesture(verb, "k", pack(ids, NUM) if ids else b"", values)
    try:
        final = settle(gesture, who, fold)
    except LodemapError:
        return False
    fold.advance(event(fold, verb, ids, who, final))
    return True


def slow_annotation(events: list[Event]) -> list[int]:
    """Fold by the book: first which events stand, then each of those in turn."""
    off: set[int] = set()
    for e in events:
        off |= {e.values["target"]} if e.verb == "undo" else set()
        off -= {e.values["target"]} if e.verb == "redo" else set()
    annotation, into = [NO_CLASS] * NUM, dict[int, int]()
    for e in (e for e in events if e.seq not in off):
        slow_step(e, annotation, into)
    return annotation


def slow_step(e: Event, annotation: list[int], into: dict[int, int]) -> None:
    def last(index: int) -> int:
        return last(into[index]) if index in into else index

    if e.verb == "reset":
        annotation[:] = [NO_CLASS] * NUM
    if e.verb == "merge_class" and last(e.values["class_index"]) != last(e.values["into"]):
        into[last(e.values["class_index"])] = last(e.values["into"])
        annotation[:] = [last(value) for value in annotation]
    for i in _ids(e):
        plain = {"clear": NO_CLASS, "mark_unsure": UNSURE}
        annotation[i] = plain[e.verb] if e.verb in plain else last(e.values["class_index"])


def _ids(e: Event) -> list[int]:
    return [] if not e.samples else np.frombuffer(_bits(e.samples), np.uint8).nonzero()[0].tolist()


def _bits(samples: bytes) -> bytes:
    if samples[0] == 1:
        return np.unpackbits(np.frombuffer(samples[1:], np.uint8), bitorder="little").tobytes()
    bits = np.zeros(NUM, np.uint8)
    bits[np.frombuffer(samples[1:], "<u4")] = 1
    return bits.tobytes()


ids = st.lists(st.integers(0, NUM - 1), min_size=1, max_size=5)
index = st.integers(0, 4)
spoken = st.one_of(
    st.tuples(st.just("annotate"), ids, st.fixed_dictionaries({"class_index": index})),
    st.tuples(st.just("annotate"), ids, st.just({"new_class": {"name": "n"}})),
    st.tuples(st.sampled_from(["clear", "mark_unsure"]), ids, st.just({})),
    st.tuples(st.just("add_class"), st.just([]), st.fixed_dictionaries({"name": st.text("ab")})),
    st.tuples(
        st.just("merge_class"),
        st.just([]),
        st.fixed_dictionaries({"class_index": index, "into": index}),
    ),
    st.tuples(
        st.just("rename_class"),
        st.just([]),
        st.fixed_dictionaries({"class_index": index, "name": st.text("abc", max_size=3)}),
    ),
    st.tuples(st.sampled_from(["reset", "undo", "undo", "redo"]), st.just([]), st.just({})),
)
story = st.lists(st.tuples(st.sampled_from(AUTHORS), spoken), max_size=60)


def tell(script: list[Any]) -> Fold:
    fold = Fold(NUM)
    for who, (verb, chosen, values) in script:
        say(fold, verb, chosen, who, values)
    return fold


def assert_same(one: ProjectState, other: ProjectState) -> None:
    assert one.annotation.tolist() == other.annotation.tolist()
    assert (one.classes, one.run_ids) == (other.classes, other.run_ids)
    assert (one.undoable, one.redoable) == (other.undoable, other.redoable)


@settings(deadline=None, max_examples=80)
@given(story)
def test_advance__gives_what_folding_from_scratch_gives(script: list[Any]) -> None:
    fold = tell(script)
    assert_same(fold.state(), Fold.of(NUM, fold.events).state())
    assert fold.state().annotation.tolist() == slow_annotation(fold.events)


@settings(deadline=None, max_examples=50)
@given(story, st.sampled_from(AUTHORS))
def test_undo_then_redo__is_identity(script: list[Any], who: str) -> None:
    fold = tell(script)
    before = fold.state()
    if say(fold, "undo", [], who, {}):
        assert say(fold, "redo", [], who, {})
        after = fold.state()
        assert after.annotation.tolist() == before.annotation.tolist()
        assert (after.classes, after.run_ids) == (before.classes, before.run_ids)
        assert after.undoable == before.undoable


@settings(deadline=None, max_examples=50)
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
