"""Whose doing it is what a run learned anew: who named, moved and placed it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml.maps.codec import unpack_ids
from store.journal.drags import Dragged

BRINGS_BACK: Final = frozenset({"undo", "redo", "checkout", "merge_class"})
"""Verbs after which samples are named, moved or placed that nobody named, moved or placed then."""


@dataclass(frozen=True)
class Share:
    """What one person did between two journal positions, as far as it stands."""

    author_id: str
    author: str
    """Display name when they last spoke."""
    num_named: int
    """Samples that have their name from them."""
    num_moved: int
    """Samples that have their place from them."""
    num_placed: int
    """Classes that have theirs from them."""
    num_gestures: int
    """Gestures that any of it is from."""


def shares_of(dragged: Dragged) -> list[Share]:
    """Return who did what, whoever did most first: each sample and class counts once.

    What was brought back, or came by a merge of classes, is whose who brought back or merged last.
    """
    kinds = [list(each) for each in (_namers(dragged), _movers(dragged), _placers(dragged))]
    authors = {event.seq: event.author_id for event in dragged.events}
    names = {event.author_id: event.author for event in dragged.events}
    back = [event.seq for event in dragged.events if event.verb in BRINGS_BACK]
    found = {author_id: [0, 0, 0] for author_id in names}
    gestures: dict[str, set[int]] = {author_id: set() for author_id in names}
    for kind, seqs in enumerate(kinds):
        for told in seqs:
            seq = told if told in authors else (back[-1] if back else None)
            if seq is not None:
                found[authors[seq]][kind] += 1
                gestures[authors[seq]].add(seq)
    shares = [
        Share(who, names[who], named, moved, placed, len(gestures[who]))
        for who, (named, moved, placed) in found.items()
    ]
    telling = [each for each in shares if each.num_gestures]
    return sorted(telling, key=lambda each: (-each.num_named - each.num_moved, -each.num_placed))


def _namers(dragged: Dragged) -> Iterator[int]:
    """Yield the event that each newly named sample has its name from, 0 for an earlier one."""
    size = dragged.now.annotation.size
    named_by: NDArray[np.int64] = np.zeros(size, np.int64)
    for event in dragged.events:
        if not dragged.now.stands(event):
            continue
        if event.verb == "reset":
            named_by[:] = 0
        if event.verb in ("clear", "mark_unsure"):
            named_by[unpack_ids(event.samples, size)] = 0
        if event.verb in ("annotate", "move") and "class_index" in event.values:
            named_by[unpack_ids(event.samples, size)] = event.seq
    yield from named_by[dragged.is_named].tolist()


def _movers(dragged: Dragged) -> Iterator[int]:
    yield from dragged.now.pins.placers(dragged.moved_ids).tolist()


def _placers(dragged: Dragged) -> Iterator[int]:
    then, now = dragged.before.class_places, dragged.now.class_places
    for class_index, place in now.items():
        if then.get(class_index) != place:
            yield dragged.now.class_place_seqs[class_index]
