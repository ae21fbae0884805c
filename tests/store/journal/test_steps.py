"""Steps are read as they were put, and a copy stays as it is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from store.journal.event_numbers import Said
from store.journal.steps import Step, Steps

AT = datetime(2026, 11, 27, 8, 15, 59, 123457, UTC)
START = Step(0, "start", None, 0, bytes(16))
FIRST = Step(
    3, "gestures", 0, 3, bytes(range(16)), ("run-1",), "Ana", "ana", AT, Said.of((), 3), "Other", 7
)


def filled() -> Steps:
    steps = Steps()
    steps.put(START)
    steps.put(FIRST)
    return steps


def test_steps__are_read_as_they_were_put() -> None:
    steps = filled()
    assert list(steps) == [0, 3]
    assert steps[0] == START
    assert steps[3] == replace(FIRST, events=(3,))
    assert (3 in steps, 2 in steps) == (True, False)
    with pytest.raises(KeyError):
        steps[4]


def test_steps__what_became_of_one_takes_its_place_but_in_copies() -> None:
    steps = filled()
    copy = steps.copy()
    grown = replace(FIRST, seq=6, events=Said.of(FIRST.events, 6), parent_id=None, at=None)
    steps.put(grown)
    assert (list(steps[3].events), steps[3].parent_id, steps[3].at) == ([3, 6], None, None)
    assert (list(copy[3].events), copy[3].parent_id, copy[3].at) == ([3], 0, AT)
    assert [steps.of_event(seq) for seq in range(8)] == [None, None, None, 3, None, None, 3, None]
    assert copy.of_event(6) is None


def test_steps__take_few_bytes_each() -> None:
    steps = filled()
    for seq in range(4, 2004):
        steps.put(replace(FIRST, step_id=seq, seq=seq, events=Said.of((), seq)))
    assert steps.num_bytes < 100 * len(steps)
