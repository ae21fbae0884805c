"""A fold that was written down goes on as if it had never stopped."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.errors import InvalidInputError
from ml.maps.pins import pack_pins
from store.journal import fold as folding
from store.journal.fold import MARK_EVERY, MARK_LIMIT, Fold
from store.journal.fold_codec import pack_fold, unpack_fold
from store.records import Event, ProjectState
from tests.store.stories import AUTHORS, NUM, say, story, tell


def shown(state: ProjectState) -> Any:
    rest = replace(state, annotation=None, pins=None)  # type: ignore[arg-type]
    return rest, state.annotation.tolist(), pack_pins(state.pins), state.pins.over.tolist()


def written_and_read(fold: Fold) -> Fold:
    """Write a fold down and go on from what was written, with its events read when asked for."""
    events = list(fold.events)

    def read(start: int, stop: int) -> list[Event]:
        return events[start:stop]

    return Fold.go_on(unpack_fold(pack_fold(fold.parts()), "p"), read)


@settings(max_examples=60)
@given(story, story, st.sampled_from(AUTHORS))
def test_fold__goes_on_from_its_bytes(script: list[Any], more: list[Any], who: str) -> None:
    fold = tell(script)
    again = written_and_read(fold)
    assert shown(again.state()) == shown(fold.state())
    assert [event.seq for event in again.updates()] == [event.seq for event in fold.updates()]
    for author, (verb, chosen, values) in [*more, (who, ("undo", [], {}))]:
        did = [say(each, verb, chosen, author, values) for each in (fold, again)]
        assert did[0] == did[1]
    assert shown(again.state()) == shown(fold.state())
    assert list(again.events) == list(fold.events)


def test_unpack__refuses_what_is_no_fold() -> None:
    data = pack_fold(tell([]).parts())
    for broken in (b"", b"nothing", data[:-40], data[: len(data) // 2]):
        with pytest.raises(InvalidInputError, match="no fold"):
            unpack_fold(broken, "p")


def test_marks__an_undo_of_long_ago_replays_little_more_than_what_came_since(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With copies of the last events alone, it would replay a whole journal."""
    monkeypatch.setattr(folding, "MARK_EVERY", 4)
    num = 4 * MARK_LIMIT * 40
    fold = Fold(NUM)
    for nth in range(num):
        who = "ben" if nth in (num // 2, num - 10) else "ana"
        say(
            fold,
            "annotate",
            [nth % NUM],
            who,
            {"new_class": {"name": "a"}} if not nth else {"class_index": 0},
        )
    places = [seq for seq, _ in fold.parts().marks]
    assert len(places) < 3 * MARK_LIMIT
    for behind in (10, 100, 500, num // 2, num - 8):
        target = num - behind
        nearest = max(place for place in places if place < target)
        assert num - nearest <= 1.5 * behind + 2 * MARK_EVERY
    before = Fold.of(NUM, fold.events)
    assert say(fold, "undo", [], "ben", {})
    assert say(fold, "undo", [], "ben", {})
    assert shown(fold.state()) == shown(Fold.of(NUM, fold.events).state())
    assert shown(before.state()) != shown(fold.state())
