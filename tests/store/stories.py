"""People who say things at random, and a second, slower reading of the rules of the fold."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
from hypothesis import strategies as st

from ml.errors import LodemapError
from ml.maps.pins import pack_targets
from ml.records import NO_CLASS, UNSURE
from store.journal.fold import Fold
from store.journal.gestures import settle
from store.journal.moves import WITH_TARGETS
from store.records import Event, Gesture, Verb
from tests.store.scene import pack

NUM = 12
NOW = datetime(2026, 1, 1, tzinfo=UTC)
AUTHORS = ("ana", "ben")


def say(fold: Fold, verb: Verb, ids: list[int], who: str, values: dict[str, Any]) -> bool:
    """Let someone speak if the rules allow it; return whether they did.

    Targets are different in every gesture; the last sample is held out.
    """
    targets = np.full((len(set(ids)), 2), fold.seq, np.float32) + np.arange(2, dtype=np.float32)
    data = pack_targets(targets) if verb in WITH_TARGETS else b""
    gesture = Gesture(verb, "k", pack(ids, NUM) if ids else b"", values, data)
    try:
        said = settle(gesture, who, fold, lambda: np.arange(NUM) == NUM - 1)
    except LodemapError:
        return False
    fold.advance(
        Event(
            "p", fold.seq + 1, verb, who.title(), who, NOW, said.samples, said.values, said.targets
        )
    )
    return True


def slow_board(events: list[Event]) -> tuple[list[int], dict[int, int]]:
    """Fold by the book: first which events stand, then each of those in turn.

    Returns:
        The annotation of each sample, and the seq of the pin of each pinned one.
    """
    off: set[int] = set()
    for e in events:
        off |= {e.values["target"]} if e.verb == "undo" else set()
        off -= {e.values["target"]} if e.verb == "redo" else set()
    annotation, pins, into = [NO_CLASS] * NUM, dict[int, int](), dict[int, int]()
    for e in (e for e in events if e.seq not in off):
        slow_step(e, annotation, into)
        slow_pins(e, pins)
    return annotation, dict(sorted(pins.items()))


def slow_pins(e: Event, pins: dict[int, int]) -> None:
    if e.verb == "reset":
        pins.clear()
    for i in _ids(e) if e.verb in ("move", "pin", "release") else []:
        pins.pop(i, None)
        if e.verb != "release":
            pins[i] = e.seq


def slow_step(e: Event, annotation: list[int], into: dict[int, int]) -> None:
    def last(index: int) -> int:
        return last(into[index]) if index in into else index

    if e.verb == "reset":
        annotation[:] = [NO_CLASS] * NUM
    if e.verb == "merge_class" and last(e.values["class_index"]) != last(e.values["into"]):
        into[last(e.values["class_index"])] = last(e.values["into"])
        annotation[:] = [last(value) for value in annotation]
    is_silent = e.verb in ("pin", "release") or (e.verb == "move" and "class_index" not in e.values)
    for i in [] if is_silent else _ids(e):
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
    st.tuples(
        st.sampled_from(["clear", "mark_unsure", "move", "pin", "release"]), ids, st.just({})
    ),
    st.tuples(st.just("move"), ids, st.fixed_dictionaries({"class_index": index})),
    st.tuples(
        st.just("place_class"),
        st.just([]),
        st.fixed_dictionaries({"class_index": index, "place": st.just([1.0, 2.0])}),
    ),
    st.tuples(st.just("release_class"), st.just([]), st.fixed_dictionaries({"class_index": index})),
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
