"""What the standing events of a journal are applied to, one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ml.maps.codec import unpack_ids
from ml.maps.pins import Pins, unpack_targets
from ml.records import NO_CLASS, UNSURE
from store.journal.authors import Authors
from store.records import ClassInfo, Event, Overridden


@dataclass
class Board:
    """Annotations, pins, classes and runs as events leave them."""

    annotation: NDArray[np.int16]
    """Shape (num_samples,)."""
    pins: Pins
    """Never changed in place, so that copies of the board share them."""
    made: Mapping[int, ClassInfo]
    """Every class ever made; belongs to the fold."""
    authors: Authors
    """Who said each event so far; belongs to the fold."""
    classes: dict[int, ClassInfo] = field(default_factory=dict)
    class_places: dict[int, tuple[float, ...]] = field(default_factory=dict)
    """By class_index of living classes, where the class should be."""
    class_place_seqs: dict[int, int] = field(default_factory=dict)
    """By the same, the event that put it there: its placing, or the merge that brought it."""
    taught_run_ids: list[str] = field(default_factory=list)
    """Runs of standing updates since the last standing reset, oldest first."""

    def copy(self) -> Self:
        """Return a board that shares nothing that changes."""
        return replace(
            self,
            annotation=self.annotation.copy(),
            classes=dict(self.classes),
            class_places=dict(self.class_places),
            class_place_seqs=dict(self.class_place_seqs),
            taught_run_ids=list(self.taught_run_ids),
        )

    def resolve(self, class_index: int) -> int:
        """Follow merges to the class that carries the samples now."""
        while (into := self.classes[class_index].merged_into) is not None:
            class_index = into
        return class_index

    def apply(self, event: Event) -> None:
        """Let a standing event that is neither undo nor redo have its effect."""
        match event.verb:
            case "annotate" | "clear" | "mark_unsure":
                self._annotate(event)
            case "move" | "pin" | "release":
                self._move(event)
            case "place_class" | "release_class":
                self._place_class(event)
            case "merge_class":
                self._merge(event)
            case "add_class" | "rename_class" | "recolor_class":
                self._describe(event)
            case "reset":
                self._reset()
            case "update" if event.values["run_id"] not in self.taught_run_ids:
                self.taught_run_ids.append(event.values["run_id"])

    def overridden(self) -> dict[str, tuple[Overridden, ...]]:
        """Return by author_id which of their moves others overrode, by seq of the move."""
        is_over = self.pins.over > 0
        if not is_over.any():
            return {}
        pairs = np.stack([self.pins.over[is_over], self.pins.seq[is_over]])  # (2, n)
        found: dict[str, tuple[Overridden, ...]] = {}
        for (seq, later), count in zip(*_counted(pairs), strict=True):
            whose, by = self.authors.of(seq).author_id, self.authors.of(later).name
            found[whose] = (*found.get(whose, ()), Overridden(int(seq), by, int(count)))
        return found

    def _annotate(self, event: Event) -> None:
        value = {"clear": NO_CLASS, "mark_unsure": UNSURE}.get(event.verb)
        if value is None:
            value = self._present(int(event.values["class_index"]))
        self.annotation[unpack_ids(event.samples, self.annotation.size)] = value

    def _move(self, event: Event) -> None:
        ids = unpack_ids(event.samples, self.annotation.size)
        if event.verb == "release":
            self.pins = self.pins.without(ids)
            for index in event.values.get("class_indices", ()):
                self._free(self._present(int(index)))
            return
        places = unpack_targets(event.targets, len(ids), self.pins.places.shape[1])
        placers = np.unique(self.pins.placers(ids)).tolist()
        own = [seq for seq in placers if seq and self.authors.of(seq).author_id == event.author_id]
        self.pins = self.pins.placed(ids, places, event.seq, own)
        if "class_index" in event.values:
            self.annotation[ids] = self._present(int(event.values["class_index"]))

    def _place_class(self, event: Event) -> None:
        index = self._present(int(event.values["class_index"]))
        self._free(index)
        if event.verb == "place_class":
            self._put(index, tuple(event.values["place"]), event.seq)

    def _free(self, index: int) -> None:
        self.class_places.pop(index, None)
        self.class_place_seqs.pop(index, None)

    def _put(self, index: int, place: tuple[float, ...], seq: int) -> None:
        self.class_places[index] = place
        self.class_place_seqs[index] = seq

    def _merge(self, event: Event) -> None:
        source = self._present(int(event.values["class_index"]))
        into = self._present(int(event.values["into"]))
        if source == into:
            return
        self.annotation[self.annotation == source] = into
        self.classes[source] = replace(self.classes[source], merged_into=into)
        self.class_place_seqs.pop(source, None)
        place = self.class_places.pop(source, None)
        if place is not None and into not in self.class_places:
            self._put(into, place, event.seq)

    def _describe(self, event: Event) -> None:
        index = int(event.values["class_index"])
        self._present(index)
        changes = {k: event.values[k] for k in ("name", "color") if k in event.values}
        self.classes[index] = replace(self.classes[index], **changes)

    def _reset(self) -> None:
        self.annotation[:] = NO_CLASS
        self.pins = Pins.none(self.pins.places.shape[1])
        self.class_places.clear()
        self.class_place_seqs.clear()
        self.taught_run_ids.clear()

    def _present(self, class_index: int) -> int:
        """Make sure the class is there and return the one that carries its samples.

        A standing event may speak of a class whose maker took it back: the work stays, so does
        the class.
        """
        self.classes.setdefault(class_index, self.made[class_index])
        return self.resolve(class_index)


def listed(board: Board) -> tuple[ClassInfo, ...]:
    """Return the classes by index; a name that undo or redo made double gets a number."""
    taken: set[str] = set()
    found = []
    for index, info in sorted(board.classes.items()):
        if info.merged_into is not None:
            found.append(replace(info, merged_into=board.resolve(index)))
            continue
        name, copy = info.name, 2
        while name.casefold() in taken:
            name, copy = f"{info.name} ({copy})", copy + 1
        taken.add(name.casefold())
        found.append(replace(info, name=name))
    return tuple(found)


def _counted(pairs: NDArray[np.int64]) -> tuple[list[list[int]], list[int]]:
    """Return the different columns of pairs, (2, n), in order, and how often each is there."""
    different, counts = np.unique(pairs, axis=1, return_counts=True)
    return different.T.tolist(), counts.tolist()
