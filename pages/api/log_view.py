"""The log as a page shows it: who said what of which samples, from and to, on which snapshot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pages.api import wording
from store.datasets.finding import find_each
from store.journal.deed_words import words_of
from store.journal.history import Told
from store.journal.lines import Line
from store.journal.switches import SYSTEM_ID
from store.names import present_name
from store.opening import Store
from store.records import Event
from store.snapshots.drawn_on import Sights

PAGE: Final = 40
"""Lines of one answer."""
SHOWN: Final = 12
"""Samples of a line whose pictures a page may show."""
WORDS: Final = 20
"""Words of a filter that count."""


@dataclass(frozen=True)
class Wanted:
    """Which lines of the log."""

    before: int | None = None
    """Only those before this seq; None for the newest."""
    words: str = ""
    """Each word is in the line, in its author's name, or is the id of a sample, else its number."""
    sample: int | None = None
    """Only what was said of this sample, or changed it."""


def to_json(store: Store, project_id: str, wanted: Wanted, author_id: str) -> dict[str, Any]:
    """Return a page of lines, newest first, and from where the next goes on."""
    told = store.history.of(project_id)
    fits = _Filter(store, project_id, told, wanted)
    found: list[Line] = []
    for line in _backwards(told.lines, wanted.before):
        if len(found) == PAGE:
            break
        if fits(line):
            found.append(line)
    is_more = len(found) == PAGE
    sights = Sights(store, project_id, told.taught_run_ids)
    return {
        "seq": told.state.seq,
        "total": len(told.lines) - told.num_by_system,
        "lines": [
            _line_json(line, told, sights, author_id)
            | {"step": told.steps.of_event(line.event.seq)}
            for line in found
        ],
        "next": found[-1].event.seq if is_more else None,
    }


def _backwards(lines: Sequence[Line], before: int | None) -> Iterator[Line]:
    end = len(lines) if before is None else min(len(lines), max(0, before - 1))
    for at in range(end - 1, -1, -1):
        if (line := lines[at]).event.author_id != SYSTEM_ID:
            yield line


class _Filter:
    """Whether a line fits what was asked for."""

    def __init__(self, store: Store, project_id: str, told: Told, wanted: Wanted) -> None:
        self._told = told
        self._names = _names_of(told)
        self._sample = wanted.sample
        self._words = wanted.words.split()[:WORDS]
        self._samples = find_each(store, store.datasets.of_project(project_id), self._words)

    def __call__(self, line: Line) -> bool:
        if self._sample is not None and not line.is_of(self._sample):
            return False
        if not self._words:
            return True
        text = self._text(line)
        return all(word.casefold() in text or self._is_of(line, word) for word in self._words)

    def _is_of(self, line: Line, word: str) -> bool:
        sample = self._samples[word]
        return sample is not None and line.is_of(sample)

    def _text(self, line: Line) -> str:
        names = [self._names.get(value, "a class") for value, _ in line.was]
        who, did = author_of(line.event, self._told), text_of(line, self._told)
        said = (who, did, words_of(line.event).found_by)
        return " ".join((*said, *names)).casefold()


def author_of(event: Event, told: Told) -> str:
    """Return what to call whoever did it: by the name given since, where they had none."""
    return present_name(event.author, event.author_id, told.names)


def text_of(line: Line, told: Told) -> str:
    """Return what somebody did, in the past tense, with the names the classes have now."""
    event = line.event
    if event.verb in ("undo", "redo"):
        aim = told.lines[int(event.values["target"]) - 1]
        deed = wording.name_deed(aim.event, len(aim.chosen), told.state)
        return f"{words_of(event).did} {deed}"
    return wording.describe(event, len(line.chosen), told.state)


def _names_of(told: Told) -> dict[int, str]:
    """Return what annotations are called today."""
    return {-1: "no name", -2: "unsure"} | {
        info.class_index: info.name for info in told.state.classes
    }


def _line_json(line: Line, told: Told, sights: Sights, author_id: str) -> dict[str, Any]:
    event, drawn_on, names = line.event, sights.of(line.event), _names_of(told)
    shown = line.chosen if len(line.chosen) else line.changed
    return {
        "seq": event.seq,
        "verb": event.verb,
        "author": author_of(event, told),
        "is_mine": event.author_id == author_id,
        "at": event.created_at.timestamp(),
        "text": text_of(line, told),
        "class_index": event.values.get("class_index"),
        "count": len(shown),
        "num_changed": len(line.changed),
        "from": [(names.get(value, "a class"), count) for value, count in line.was[:3]],
        "samples": shown[:SHOWN].tolist(),
        "stands": told.state.stands(event),
        "settles": bool(event.values.get("settles")),
        "run": drawn_on.run,
        "epoch": drawn_on.epoch,
        "is_end": drawn_on.is_end,
        "remarks": wording.remarks(event),
    }
