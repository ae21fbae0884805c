"""What was dragged between two journal positions, and how all would be without it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

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

    @property
    def is_any(self) -> bool:
        """Whether a run learns anything else for the drags."""
        now, without = self.now, self.without
        return (
            len(now.pins.changed(without.pins)) > 0
            or now.class_places != without.class_places
            or not np.array_equal(now.annotation, without.annotation)
        )


def dragged_between(
    events: Sequence[Event], num_samples: int, latent_dim: int, after: int, until: int
) -> Dragged:
    """Return what was dragged after event `after`, up to event `until`.

    An earlier drag that was brought back since counts, one that was taken back does not.

    Args:
        events: The journal from its beginning, at least up to `until`.
        num_samples: Of the project's data set.
        latent_dim: Of its map.
        after: Journal position of an earlier state.
        until: Journal position of the later one.
    """
    before, now = (Fold.of(num_samples, events[:seq], latent_dim).state() for seq in (after, until))
    drags = {
        event.seq
        for event in events[:until]
        if event.verb in DRAGS
        and now.stands(event)
        and not (event.seq <= after and before.stands(event))
    }
    without = Fold.of(num_samples, events[:until], latent_dim, frozenset(drags))
    return Dragged(before, now, without.state())
