"""The gestures a timeline shows, kept at hand: events never change, so each is read once."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from pages.api.wording import count_samples
from store.opening import Store
from store.records import Event, ProjectState
from store.switches import SYSTEM_ID

SHOWN: Final = 200
"""Newest gestures a timeline gets; the journal has them all."""
PROJECTS_KEPT: Final = 16
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
    lock: threading.Lock = field(default_factory=threading.Lock)


class GestureLogs:
    """One log per project, caught up when asked."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._logs: OrderedDict[str, _Log] = OrderedDict()
        self._lock = threading.Lock()

    def entries(self, project_id: str, seq: int, num_samples: int) -> Sequence[Entry]:
        """Return every event up to `seq`, oldest first."""
        log = self._log(project_id)
        with log.lock:
            while len(log.entries) < seq:
                events = self._store.journal.events(project_id, len(log.entries), _PAGE)
                if not events:
                    break
                log.entries += [_entry(event, num_samples) for event in events]
            return log.entries[:seq]

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


def standing(entries: Sequence[Entry], state: ProjectState) -> list[Entry]:
    """Return the entries that count: not taken back, and not before a reset that stands."""
    kept = [
        entry
        for entry in entries
        if entry.event.verb not in ("undo", "redo") and state.stands(entry.event)
    ]
    resets = [at for at, entry in enumerate(kept) if entry.event.verb == "reset"]
    return kept[resets[-1] :] if resets else kept


def timeline(
    entries: Sequence[Entry], state: ProjectState, first_run: str | None, author_id: str
) -> list[dict[str, object]]:
    """Return the newest standing gestures, each with the run it came after and whose it is."""
    shown: list[dict[str, object]] = []
    after_run = first_run
    for entry in standing(entries, state):
        event = entry.event
        if event.verb == "update":
            after_run = event.values["run_id"]
        if event.verb == "update" or event.author_id == SYSTEM_ID:
            continue
        shown.append(
            {
                "seq": event.seq,
                "verb": event.verb,
                "class_index": event.values.get("class_index"),
                "count": entry.count,
                "author": event.author,
                "is_mine": event.author_id == author_id,
                "after_run": after_run,
            }
        )
    return shown[-SHOWN:]
