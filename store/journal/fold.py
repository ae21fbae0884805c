"""The state of a project as the fold of its events.

An event *stands* until an `undo` names it, and again once a `redo` does. The state is what the
standing events give when applied in order; so taking one back leaves everyone else's work alone.
An undo replays from the copy kept nearest before its target, not from the beginning.
Which events stand is kept by `store/journal/switches.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np

from ml.maps.pins import Pins
from ml.records import NO_CLASS
from store.journal.authors import Authors
from store.journal.board import Board, listed
from store.journal.past import Past, Reader
from store.journal.switches import Switches
from store.records import ClassInfo, Event, ProjectState, stands

MARK_EVERY: Final = 64
"""Events between two kept copies of the board."""
MARK_LIMIT: Final = 16
"""Newest copies, all kept. Older ones lie further apart the older they are: an undo of something
said n events ago replays at most about 1.5 n."""
Marks = list[tuple[int, Board]]
"""Copies of the board by the event they follow, oldest first; the first is before all events."""


@dataclass(frozen=True)
class FoldParts:
    """What a fold is made of but for its events: enough to go on with the next one."""

    num_samples: int
    latent_dim: int
    made: dict[int, ClassInfo]
    updates: list[Event]
    switches: Switches
    authors: Authors
    marks: Marks
    """The last is the board as it is now."""


class Fold:
    """The events of one project and the state they give; caught up by `advance`."""

    def __init__(
        self,
        num_samples: int,
        latent_dim: int = 2,
        ignored: frozenset[int] = frozenset(),
        read: Reader | None = None,
    ) -> None:
        """Make the fold of a journal without events.

        Args:
            num_samples: Of the data set.
            latent_dim: Of the map.
            ignored: Events, by seq, that shall have no effect.
            read: Reads old events again, so that not all stay in memory.
        """
        self.events = Past(0, read)
        self.made: dict[int, ClassInfo] = {}
        """Every class ever made, whether its event stands or not."""
        self.authors = Authors()
        """Who said each event, however old."""
        self._ignored = ignored
        self.switches = Switches(self.events)
        self.num_samples = num_samples
        self.latent_dim = latent_dim
        self._board = Board(
            annotation=np.full(num_samples, NO_CLASS, np.int16),
            pins=Pins.none(latent_dim),
            made=self.made,
            authors=self.authors,
        )
        self._marks: Marks = [(0, self._board.copy())]
        self._updates: list[Event] = []
        self._state: ProjectState | None = None

    @classmethod
    def go_on(cls, parts: FoldParts, read: Reader) -> Self:
        """Return a fold that goes on where another one was; `parts` is not used any further."""
        fold = cls(parts.num_samples, parts.latent_dim, read=read)
        now = parts.marks[-1][0]
        fold.events = Past(now, read)
        fold.made.update(parts.made)
        fold._take(parts)
        return fold

    def twin(self) -> "Fold":
        """Return a fold that goes on from here by itself; this one stays as it is."""
        parts = self.parts()
        twin = Fold(self.num_samples, self.latent_dim, self._ignored)
        twin.events = self.events.copy()
        twin.made.update(parts.made)
        marks = [(seq, replace(board)) for seq, board in parts.marks]
        twin._take(
            replace(
                parts,
                updates=list(parts.updates),
                switches=parts.switches.copy(),
                authors=parts.authors.copy(),
                marks=marks,
            )
        )
        return twin

    def leave_out(self, seqs: frozenset[int]) -> None:
        """Let events have no effect that have none so far."""
        self._ignored |= seqs

    def _take(self, parts: FoldParts) -> None:
        """Go on where `parts` are; `made` and `events` are there already."""
        self.switches, self.authors = parts.switches, parts.authors
        self.switches.past = self.events
        for _, board in parts.marks:
            board.made, board.authors = self.made, self.authors
        self._marks = parts.marks
        self._board = parts.marks[-1][1].copy()
        self._updates = parts.updates

    def parts(self) -> FoldParts:
        """Return what it is made of, as it is now: to be written down before the next event."""
        marks = [mark for mark in self._marks if mark[0] < self.seq]
        now = (self.seq, self._board)
        return FoldParts(
            self.num_samples,
            self.latent_dim,
            self.made,
            self._updates,
            self.switches,
            self.authors,
            [*marks, now],
        )

    @classmethod
    def of(
        cls,
        num_samples: int,
        events: Iterable[Event],
        latent_dim: int = 2,
        ignored: frozenset[int] = frozenset(),
    ) -> Self:
        """Fold `events`, in order, from nothing; those with a seq in `ignored` have no effect."""
        fold = cls(num_samples, latent_dim, ignored)
        for event in events:
            fold.advance(event)
        return fold

    @property
    def seq(self) -> int:
        """The newest event folded in, 0 for none."""
        return len(self.events)

    def advance(self, event: Event) -> None:
        """Fold in the next event.

        Raises:
            ValueError: when it is not the next one.
        """
        if event.seq != self.seq + 1:
            raise ValueError(f"Event {event.seq} does not follow {self.seq}.")
        self.events.append(event)
        self.authors.append(event.author_id, event.author)
        self._state = None
        if event.verb == "update":
            self._updates.append(event)
        if (new := _new_class(event)) is not None:
            self.made[new.class_index] = new
        first = self.switches.advance(event)
        if first < event.seq:
            self._replay(first)
            return
        self._apply(event)
        self._mark(event.seq)

    @property
    def num_bytes(self) -> int:
        """About how much memory it takes: the events, the board and its copies."""
        board_bytes = self._board.annotation.nbytes + self._board.pins.num_bytes
        said_bytes = self.events.num_bytes + self.authors.num_bytes
        return said_bytes + (2 + len(self._marks)) * board_bytes

    def reads_from(self, first: int) -> bool:
        """Whether what was said from event `first` on must be read to be applied anew."""
        start = max(seq for seq, _ in self._marks if seq < first)
        return start < self.events.num_before

    def updates(self) -> list[Event]:
        """Return every `update` event, whether it stands or not, oldest first."""
        return list(self._updates)

    def standing_updates(self, run_id: str) -> list[Event]:
        """Return the standing `update` events that ask for a run, oldest first."""
        return [
            event
            for event in self.updates()
            if event.values["run_id"] == run_id and stands(event, self.switches.off)
        ]

    def state(self) -> ProjectState:
        """Return the state as a value that later events do not change."""
        if self._state is None:
            annotation = self._board.annotation.copy()
            annotation.flags.writeable = False
            undo, redo = self.switches.undo, self.switches.redo
            self._state = ProjectState(
                seq=self.seq,
                classes=listed(self._board),
                annotation=annotation,
                taught_run_ids=tuple(self._board.taught_run_ids),
                undoable={author: stack[-1] for author, stack in undo.items() if stack},
                redoable={author: stack[-1] for author, stack in redo.items() if stack},
                pins=self._board.pins,
                class_places=dict(self._board.class_places),
                class_place_seqs=dict(self._board.class_place_seqs),
                overridden=self._board.overridden(),
                taken_back=frozenset(self.switches.off),
                updates=tuple(self._updates),
                num_made=len(self.made),
            )
        return self._state

    def _replay(self, first: int) -> None:
        """Apply all standing events anew from the copy kept before event `first`."""
        while self._marks[-1][0] >= first:
            self._marks.pop()
        start, board = self._marks[-1]
        self._board = board.copy()
        for past in self.events.between(start):
            self._apply(past)
            self._mark(past.seq)

    def _mark(self, seq: int) -> None:
        """Keep a copy of the board after event `seq` when the last one is far enough behind."""
        if seq - self._marks[-1][0] >= MARK_EVERY:
            self._marks.append((seq, self._board.copy()))
            _thin(self._marks)

    def _apply(self, event: Event) -> None:
        is_silent = event.verb in ("undo", "redo") or event.seq in self._ignored
        if is_silent or not stands(event, self.switches.off):
            return
        self._board.apply(event)


def _thin(marks: Marks) -> None:
    """Let old copies go where their neighbours are near each other for their age."""
    now = marks[-1][0]
    for at in range(len(marks) - MARK_LIMIT, 0, -1):
        newer, older = marks[at + 1][0], marks[at - 1][0]
        if newer - older <= (now - newer) // 2:
            del marks[at]


def _new_class(event: Event) -> ClassInfo | None:
    new = event.values if event.verb == "add_class" else event.values.get("new_class")
    if new is None:
        return None
    return ClassInfo(int(event.values["class_index"]), str(new["name"]), int(new["color"]))
