from dataclasses import replace
from datetime import UTC, datetime

import pytest

from store.journal import past
from store.journal.past import PAGE, Past
from store.records import Event

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EVENTS = [Event("p", seq, "clear", "Ana", "ana", NOW, b"", {}) for seq in range(1, 1001)]


def reader(read: list[tuple[int, int]]) -> past.Reader:
    def fetch(start: int, stop: int) -> list[Event]:
        read.append((start, stop))
        return EVENTS[start:stop]

    return fetch


@pytest.mark.parametrize("num_before", [0, 1, PAGE, 2 * PAGE + 7, 990])
def test_past__is_the_whole_journal_whatever_is_in_memory(num_before: int) -> None:
    found = Past(num_before, reader([]))
    for event in EVENTS[num_before:]:
        found.append(event)
    assert len(found) == len(EVENTS)
    assert list(found) == EVENTS
    assert [found[at] for at in (0, 249, 250, 600, 999, -1)] == [
        EVENTS[at] for at in (0, 249, 250, 600, 999, -1)
    ]
    assert found[240:760] == EVENTS[240:760]
    assert list(found.between(995)) == EVENTS[995:]
    with pytest.raises(IndexError):
        found[1000]


def test_past__reads_a_page_once_and_lets_old_events_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "TAIL", 100)
    read: list[tuple[int, int]] = []
    found = Past(0, reader(read))
    for event in EVENTS:
        found.append(event)
    assert found.num_bytes <= 125 * past.EVENT_BYTES
    assert [found[at].seq for at in (3, 5, 7, 300)] == [4, 6, 8, 301]
    assert read == [(0, PAGE), (PAGE, 2 * PAGE)]


def test_past__bounds_the_memory_of_the_newest_events_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "LEAST", 10)
    monkeypatch.setattr(past, "TAIL_BYTES", 1_000_000)
    large = [replace(event, samples=b"x" * 50_000) for event in EVENTS]
    found = Past(0, lambda start, stop: large[start:stop])
    for event in large:
        found.append(event)
        assert len(found._tail) >= min(10, len(found))
        assert found.num_bytes == sum(past._bytes_of(each) for each in found._tail) <= 1_300_000
    assert (len(found), found[0], found[-1]) == (1000, large[0], large[-1])
    monkeypatch.setattr(past, "TAIL_BYTES", 1000)
    found.append(replace(EVENTS[-1], samples=b"x"))
    assert len(found._tail) == 10, "the newest may not be committed yet"


def test_past__without_a_reader_keeps_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "TAIL", 10)
    found = Past()
    for event in EVENTS:
        found.append(event)
    assert found[:3] == EVENTS[:3]


def test_past__counts_the_old_events_it_keeps_and_bounds_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = Past(1000, reader([]))
    assert found.num_bytes == 0
    assert found[3].seq == 4
    assert found.num_bytes == PAGE * past.EVENT_BYTES
    monkeypatch.setattr(past, "PAGES_BYTES", 2 * PAGE * past.EVENT_BYTES)
    for at in range(0, 1000, PAGE):
        assert found[at].seq == at + 1
        assert found.num_bytes <= 2 * PAGE * past.EVENT_BYTES
    assert found.copy().num_bytes == found.num_bytes
