"""The steps of a project's history, in columns: some eighty bytes each, as a history has many.

Where people take turns, every gesture is a step of its own.
"""

import math
from array import array
from bisect import bisect_left
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, Literal, TypeVar

from store.journal.authors import Author
from store.journal.event_numbers import Said
from store.sql.rows import moment

KINDS: Final[tuple[Literal["start", "gestures", "run"], ...]] = ("start", "gestures", "run")
DIGEST_BYTES: Final = 16
T = TypeVar("T", bound=Hashable)
_NOWHERE: Final = 2**32 - 1
_COLUMNS: Final = {
    "step_id": "I", "kind": "B", "parent": "I", "seq": "I", "line": "I", "author": "I", "at": "d",
    "branch": "I", "num_named": "I",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One node of the history."""

    step_id: int
    """seq of its first event; START for the beginning."""
    kind: Literal["start", "gestures", "run"]
    parent_id: int | None
    """The step it follows; None for the beginning."""
    seq: int
    """Position of the journal it ends at."""
    digest: bytes
    """Of the state there, 16 bytes."""
    taught_run_ids: tuple[str, ...] = ()
    """Fine-tunings on the line there, oldest first; of a run's step, the last is its own."""
    author: str = ""
    author_id: str = ""
    at: datetime | None = None
    """When its last event was said."""
    events: Sequence[int] = ()
    """seq of what was said in it, undo and redo too."""
    branch: str = ""
    """What whoever branched off here called what follows."""
    num_named: int = 0
    """Samples that were named there."""


class Steps(Mapping[int, Step]):
    """By step_id, in the order in which they began."""

    def __init__(self) -> None:
        self._columns: dict[str, array[Any]] = {n: array(code) for n, code in _COLUMNS.items()}
        self._digests = bytearray()
        self._events: dict[int, Said] = {}
        """By place of a step, what was said in it, where that is not its first event alone."""
        self._step_of = array("I", [_NOWHERE])
        """By seq, the step of an event."""
        self._lines, self._branches = _Numbered[tuple[str, ...]](), _Numbered[str]()
        self._authors = _Numbered[Author]()

    def copy(self) -> "Steps":
        """Return the steps as they are now, which later events leave as they are."""
        copy = Steps()
        copy._columns = {name: column[:] for name, column in self._columns.items()}
        copy._digests, copy._events = self._digests[:], dict(self._events)
        copy._step_of = self._step_of[:]
        copy._lines, copy._branches, copy._authors = self._lines, self._branches, self._authors
        return copy

    @property
    def num_bytes(self) -> int:
        """About how much memory they take."""
        per_step = sum(column.itemsize for column in self._columns.values()) + DIGEST_BYTES
        return per_step * len(self) + 8 * len(self._step_of) + 250 * len(self._events)

    def put(self, step: Step) -> None:
        """Take in a step, the newest one or what became of one."""
        column, place = self._columns, self._place(step.step_id)
        if place is None:
            place = len(self)
            for each in column.values():
                each.append(0)
            self._digests.extend(bytes(DIGEST_BYTES))
        self._digests[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES] = step.digest
        column["step_id"][place], column["seq"][place] = step.step_id, step.seq
        column["kind"][place] = KINDS.index(step.kind)
        column["parent"][place] = _NOWHERE if step.parent_id is None else step.parent_id
        column["line"][place] = self._lines.number(step.taught_run_ids)
        column["author"][place] = self._authors.number(Author(step.author_id, step.author))
        column["at"][place] = math.nan if step.at is None else step.at.timestamp()
        column["branch"][place] = self._branches.number(step.branch)
        column["num_named"][place] = step.num_named
        self._put_events(place, step)

    def of_event(self, seq: int) -> int | None:
        """Return the step that an event belongs to; None for one that only went back to a step."""
        found = self._step_of[seq] if seq < len(self._step_of) else _NOWHERE
        return None if found == _NOWHERE else found

    def _put_events(self, place: int, step: Step) -> None:
        if isinstance(step.events, Said) and list(step.events[:2]) != [step.step_id]:
            self._events[place] = step.events
        if step.events:  # those before the last were taken in before
            last = step.events[-1]
            self._step_of.extend([_NOWHERE] * (last + 1 - len(self._step_of)))
            self._step_of[last] = step.step_id

    def _place(self, step_id: object) -> int | None:
        ids = self._columns["step_id"]
        if not isinstance(step_id, int):
            return None
        place = bisect_left(ids, step_id)
        return place if place < len(ids) and ids[place] == step_id else None

    def __len__(self) -> int:
        return len(self._columns["step_id"])

    def __iter__(self) -> Iterator[int]:
        return iter(self._columns["step_id"])

    def __contains__(self, step_id: object) -> bool:
        return self._place(step_id) is not None

    def __getitem__(self, step_id: int) -> Step:
        if (place := self._place(step_id)) is None:
            raise KeyError(step_id)
        row = {name: column[place] for name, column in self._columns.items()}
        author = self._authors[row["author"]]
        alone = (step_id,) if step_id else ()
        return Step(
            step_id=step_id,
            kind=KINDS[row["kind"]],
            parent_id=None if row["parent"] == _NOWHERE else row["parent"],
            seq=row["seq"],
            digest=bytes(self._digests[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]),
            taught_run_ids=self._lines[row["line"]],
            author=author.name,
            author_id=author.author_id,
            at=None if math.isnan(row["at"]) else moment(row["at"]),
            events=self._events.get(place, alone),
            branch=self._branches[row["branch"]],
            num_named=row["num_named"],
        )


class _Numbered(Generic[T]):
    """Values that many steps share, each kept once."""

    def __init__(self) -> None:
        self._values: list[T] = []
        self._number_of: dict[T, int] = {}

    def number(self, value: T) -> int:
        number = self._number_of.setdefault(value, len(self._values))
        if number == len(self._values):
            self._values.append(value)
        return number

    def __getitem__(self, number: int) -> T:
        return self._values[number]
