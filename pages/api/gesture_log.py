"""The gestures a timeline shows: of a journal, however long, only its newest part is read."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pages.api.wording import count_samples
from store.errors import NotFoundError
from store.journal.learned import Learned
from store.journal.switches import gestures_that_count
from store.journal.whole_state import WholeState
from store.opening import Store
from store.records import Event, ProjectState

SHOWN: Final = 200
"""Newest gestures a timeline gets; the journal has them all."""
PROJECTS_KEPT: Final = 16
KEPT: Final = 2000
"""Newest entries of a project that stay in memory, more where a timeline needs them."""
_PAGE: Final = 500


@dataclass(frozen=True)
class Entry:
    """An event without its samples."""

    event: Event
    """Its `samples` are empty here."""
    count: int
    """How many samples it selected."""


@dataclass
class _Log:
    entries: list[Entry] = field(default_factory=list)
    """Without a gap, oldest first."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def first(self) -> int:
        return self.entries[0].event.seq if self.entries else 0

    @property
    def last(self) -> int:
        return self.entries[-1].event.seq if self.entries else 0


class GestureLogs:
    """The newest part of each project's journal, caught up when asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._logs: OrderedDict[str, _Log] = OrderedDict()
        self._lock = threading.Lock()

    def newest(self, project_id: str, seq: int, count: int, num_samples: int) -> Sequence[Entry]:
        """Return the last `count` events up to `seq`, oldest first; fewer where there are not."""
        start = max(0, seq - count)
        log = self._log(project_id)
        with log.lock:
            if log.entries and not self._has(project_id, log.entries[-1], num_samples):
                log.entries = []
            if not log.entries or log.last < start or start + 1 < log.first - KEPT:
                log.entries = self._read(project_id, start, seq, num_samples)
            if log.last < seq:
                log.entries += self._read(project_id, log.last, seq, num_samples)
            if start + 1 < log.first:
                log.entries[:0] = self._read(project_id, start, log.first - 1, num_samples)
            if len(log.entries) > 2 * max(KEPT, count):
                del log.entries[: -max(KEPT, count)]
            offset = log.first - 1
            return log.entries[max(0, start - offset) : max(0, seq - offset)]

    def shown(self, project_id: str, state: ProjectState) -> list[Entry]:
        """Return what a timeline shows, oldest first."""
        count, num_samples = 2 * SHOWN, state.annotation.size
        while True:
            entries = self.newest(project_id, state.seq, count, num_samples)
            found, is_whole = shown_of(entries, state)
            if is_whole or len(entries) < count:
                return found
            count *= 4

    def entry(self, project_id: str, seq: int, num_samples: int) -> Entry:
        """Return one event.

        Raises:
            NotFoundError: the journal has no such event.
        """
        return _entry(self._store.journal.event(project_id, seq), num_samples)

    def _has(self, project_id: str, entry: Entry, num_samples: int) -> bool:
        """Whether the journal has an entry still (`store/journal/ends.py`)."""
        try:
            return self.entry(project_id, entry.event.seq, num_samples) == entry
        except NotFoundError:
            return False

    def _read(self, project_id: str, start: int, stop: int, num_samples: int) -> list[Entry]:
        """Read the events after `start` up to `stop`."""
        found: list[Entry] = []
        while start < stop:
            events = self._store.journal.between(project_id, start, min(start + _PAGE, stop))
            if not events:
                break
            found += [_entry(event, num_samples) for event in events]
            start = events[-1].seq
        return found

    def _log(self, project_id: str) -> _Log:
        with self._lock:
            log = self._logs.setdefault(project_id, _Log())
            self._logs.move_to_end(project_id)
            while len(self._logs) > PROJECTS_KEPT:
                self._logs.popitem(last=False)
            return log


def _entry(event: Event, num_samples: int) -> Entry:
    slim = Event(
        event.project_id, event.seq, event.verb, event.author, event.author_id,
        event.created_at, b"", event.values,
    )  # fmt: skip
    return Entry(slim, count_samples(event, num_samples))


def shown_of(entries: Sequence[Entry], state: ProjectState) -> tuple[list[Entry], bool]:
    """Return what a timeline shows of the newest events, and whether older ones add nothing."""
    found: list[Entry] = []
    for entry in gestures_that_count(reversed(entries), state):
        found.append(entry)
        if entry.event.verb == "reset" or len(found) == SHOWN:
            return found[::-1], True
    return found[::-1], not entries or entries[0].event.seq == 1


def timeline(entries: Sequence[Entry], state: WholeState) -> list[tuple[dict[str, object], str]]:
    """Return gestures as a page shows them, each with the run it came after, and its author_id.

    Args:
        entries: What `shown` gave.
        state: As it is now.
    """
    learned = Learned(state, state.pretraining, state.taught_run_ids)
    return [
        (
            {
                "seq": entry.event.seq,
                "verb": entry.event.verb,
                "class_index": entry.event.values.get("class_index"),
                "count": entry.count,
                "author": entry.event.author,
                "after_run": learned.run_before(entry.event.seq),
            },
            entry.event.author_id,
        )
        for entry in entries
    ]
