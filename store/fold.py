"""The state of a project as the fold of its events.

An event *stands* until an `undo` names it, and again once a `redo` does. The state is what the
standing events give when applied in order; so taking one back leaves everyone else's work alone.
An undo replays from the copy kept nearest before its target, not from the beginning.
One that says `is_final` cannot be redone; the updates it names as `gone` never stand again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from ml.codec import unpack_ids
from ml.records import NO_CLASS, UNSURE
from store.records import ClassInfo, Event, ProjectState, stands

SYSTEM_ID: Final = "lodemap"
"""author_id of what the program itself writes; nobody can undo it."""
MARK_EVERY: Final = 64
"""Events between two kept copies of the board."""
EVENT_BYTES: Final = 1500
"""An event without its samples takes about this much memory."""
MARK_LIMIT: Final = 16
"""Copies kept; an undo further back replays from the beginning."""


@dataclass
class Board:
    """What standing events are applied to."""

    annotation: NDArray[np.int16]
    """Shape (num_samples,)."""
    classes: dict[int, ClassInfo] = field(default_factory=dict)
    run_ids: list[str] = field(default_factory=list)
    """Runs of standing updates since the last standing reset, oldest first."""

    def copy(self) -> Self:
        """Return a board that shares nothing that changes."""
        return replace(
            self,
            annotation=self.annotation.copy(),
            classes=dict(self.classes),
            run_ids=list(self.run_ids),
        )

    def resolve(self, class_index: int) -> int:
        """Follow merges to the class that carries the samples now."""
        while (into := self.classes[class_index].merged_into) is not None:
            class_index = into
        return class_index


class Fold:
    """The events of one project and the state they give; caught up by `advance`."""

    def __init__(self, num_samples: int) -> None:
        self.events: list[Event] = []
        self.made: dict[int, ClassInfo] = {}
        """Every class ever made, whether its event stands or not."""
        self._off: set[int] = set()
        self._undo: dict[str, list[int]] = {}
        self._redo: dict[str, list[int]] = {}
        self._board = Board(np.full(num_samples, NO_CLASS, np.int16))
        self._marks: list[tuple[int, Board]] = [(0, self._board.copy())]
        self._state: ProjectState | None = None
        self._num_event_bytes = 0

    @classmethod
    def of(cls, num_samples: int, events: Iterable[Event]) -> Self:
        """Fold `events`, in order, from nothing."""
        fold = cls(num_samples)
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
        self._num_event_bytes += EVENT_BYTES + len(event.samples)
        self._state = None
        if event.verb in ("undo", "redo"):
            self._switch(event, int(event.values["target"]))
            return
        if (new := _new_class(event)) is not None:
            self.made[new.class_index] = new
        if is_undoable(event):
            self._undo.setdefault(event.author_id, []).append(event.seq)
            self._redo.pop(event.author_id, None)
        self._apply(event)
        self._mark(event.seq)

    @property
    def num_bytes(self) -> int:
        """About how much memory it takes: the events, the board and its copies."""
        return self._num_event_bytes + (2 + len(self._marks)) * self._board.annotation.nbytes

    def updates(self) -> list[Event]:
        """Return every `update` event, whether it stands or not, oldest first."""
        return [event for event in self.events if event.verb == "update"]

    def standing_updates(self, run_id: str) -> list[Event]:
        """Return the standing `update` events that ask for a run, oldest first."""
        return [
            event
            for event in self.updates()
            if event.values["run_id"] == run_id and stands(event, self._off)
        ]

    def state(self) -> ProjectState:
        """Return the state as a value that later events do not change."""
        if self._state is None:
            annotation = self._board.annotation.copy()
            annotation.flags.writeable = False
            self._state = ProjectState(
                seq=self.seq,
                classes=_listed(self._board),
                annotation=annotation,
                run_ids=tuple(self._board.run_ids),
                undoable={author: stack[-1] for author, stack in self._undo.items() if stack},
                redoable={author: stack[-1] for author, stack in self._redo.items() if stack},
                taken_back=frozenset(self._off),
            )
        return self._state

    def _switch(self, event: Event, target: int) -> None:
        """Take the target back or bring it back, then replay from before it."""
        taken, given = self._undo, self._redo
        if event.verb == "redo":
            taken, given = given, taken
            self._off.discard(target)
        else:
            self._off.add(target)
        taken[event.author_id].remove(target)
        if not event.values.get("is_final"):
            given.setdefault(event.author_id, []).append(target)
        self._forget(event.values.get("gone", ()))
        while self._marks[-1][0] >= target:
            self._marks.pop()
        start, board = self._marks[-1]
        self._board = board.copy()
        for past in self.events[start:]:
            self._apply(past)
            self._mark(past.seq)

    def _forget(self, gone: Sequence[int]) -> None:
        """Switch updates off for good: nobody can bring them back, or take them back again."""
        self._off.update(gone)
        for stack in (*self._undo.values(), *self._redo.values()):
            stack[:] = [seq for seq in stack if seq not in gone]

    def _mark(self, seq: int) -> None:
        """Keep a copy of the board after event `seq` when the last one is far enough behind."""
        if seq - self._marks[-1][0] >= MARK_EVERY:
            self._marks.append((seq, self._board.copy()))
            del self._marks[1:-MARK_LIMIT]

    def _apply(self, event: Event) -> None:
        if event.verb in ("undo", "redo") or not stands(event, self._off):
            return
        match event.verb:
            case "annotate" | "clear" | "mark_unsure":
                self._annotate(event)
            case "merge_class":
                self._merge(int(event.values["class_index"]), int(event.values["into"]))
            case "add_class" | "rename_class" | "recolor_class":
                self._describe(event)
            case "reset":
                self._board.annotation[:] = NO_CLASS
                self._board.run_ids.clear()
            case "update" if event.values["run_id"] not in self._board.run_ids:
                self._board.run_ids.append(event.values["run_id"])

    def _annotate(self, event: Event) -> None:
        value = {"clear": NO_CLASS, "mark_unsure": UNSURE}.get(event.verb)
        if value is None:
            value = self._present(int(event.values["class_index"]))
        ids = unpack_ids(event.samples, self._board.annotation.size)
        self._board.annotation[ids] = value

    def _merge(self, source: int, into: int) -> None:
        source, into = self._present(source), self._present(into)
        if source == into:
            return
        annotation = self._board.annotation
        annotation[annotation == source] = into
        self._board.classes[source] = replace(self._board.classes[source], merged_into=into)

    def _describe(self, event: Event) -> None:
        index = int(event.values["class_index"])
        self._present(index)
        changes = {k: event.values[k] for k in ("name", "color") if k in event.values}
        self._board.classes[index] = replace(self._board.classes[index], **changes)

    def _present(self, class_index: int) -> int:
        """Make sure the class is there and return the one that carries its samples.

        A standing event may speak of a class whose maker took it back: the work stays, so does
        the class.
        """
        self._board.classes.setdefault(class_index, self.made[class_index])
        return self._board.resolve(class_index)


def is_undoable(event: Event) -> bool:
    """Whether the author's next undo may take the event back on its own."""
    return event.author_id != SYSTEM_ID and "auto_of" not in event.values


def _new_class(event: Event) -> ClassInfo | None:
    new = event.values if event.verb == "add_class" else event.values.get("new_class")
    if new is None:
        return None
    return ClassInfo(int(event.values["class_index"]), str(new["name"]), int(new["color"]))


def _listed(board: Board) -> tuple[ClassInfo, ...]:
    """Return the classes by index; a name that undo or redo made double gets a number."""
    taken: set[str] = set()
    listed = []
    for index, info in sorted(board.classes.items()):
        if info.merged_into is not None:
            listed.append(replace(info, merged_into=board.resolve(index)))
            continue
        name, copy = info.name, 2
        while name.casefold() in taken:
            name, copy = f"{info.name} ({copy})", copy + 1
        taken.add(name.casefold())
        listed.append(replace(info, name=name))
    return tuple(listed)
