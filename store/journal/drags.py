"""What was dragged between two journal positions, and how all would be without it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from store.journal.fold import Fold
from store.records import Event, ProjectState

DRAGS: Final = frozenset({"move", "pin", "place_class"})
"""Verbs that say where samples or classes belong."""


@dataclass(frozen=True, eq=False)
class Dragged:
    """A project before some drags, after them, and as it would be now without them."""

    before: ProjectState
    now: ProjectState
    without: ProjectState
    """As `now`, but for what the drags since `before` said: targets, and classes they gave."""
    events: Sequence[Event] = ()
    """What was said since `before`, oldest first."""

    @property
    def is_named(self) -> NDArray[np.bool_]:
        """Samples with a name that they had not before, shape (num_samples,)."""
        then, now = self.before.annotation, self.now.annotation
        is_named: NDArray[np.bool_] = (now >= 0) & (now != then)
        return is_named

    @property
    def moved_ids(self) -> NDArray[np.int64]:
        """Samples that belong elsewhere than before, ascending, shape (num_moved,)."""
        pins = self.now.pins
        return pins.ids[np.isin(pins.ids, pins.changed(self.before.pins))]

    @property
    def is_any(self) -> bool:
        """Whether a run learns anything else for the drags."""
        now, without = self.now, self.without
        return (
            len(now.pins.changed(without.pins)) > 0
            or now.class_places != without.class_places
            or not np.array_equal(now.annotation, without.annotation)
        )


def dragged_between(begin: Callable[[], Fold], events: Iterable[Event]) -> Dragged:
    """Return what was dragged in some events.

    An earlier drag that was brought back since counts, one that was taken back does not.

    Args:
        begin: Returns a fold of the project before them, a new one each time.
        events: What was said since, without a gap; gone through twice.
    """
    events = list(events)
    fold = begin()
    before = fold.state()
    for event in events:
        fold.advance(event)
    now = fold.state()
    brought_back = before.taken_back - now.taken_back
    earlier = [fold.events[seq - 1] for seq in brought_back if seq <= before.seq]
    drags = {each.seq for each in [*earlier, *events] if each.verb in DRAGS and now.stands(each)}
    without = begin()
    without.leave_out(frozenset(drags))
    for event in events:
        without.advance(event)
    return Dragged(before, now, without.state(), events)
