"""What goes far back is worked out before the journal is locked.

A checkout, and an undo or a redo of something said long ago, read old events by the thousand and
apply them anew, which takes a minute on a journal of a million. Done under the lock it would keep
everybody else from writing, workers from renewing their leases, too. So it is done before, on a
twin of the fold; under the lock it is only checked that nothing moved meanwhile.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection

from store.journal.consequences import consequences
from store.journal.fold import Fold
from store.journal.switches import Switches
from store.names import clean_author
from store.records import Event, Gesture

TRIES: Final = 5
"""Times a gesture is worked out anew where somebody spoke, or a run moved on, meanwhile."""
FAR: Final = frozenset({"undo", "redo", "checkout"})


class MovedError(Exception):
    """What was worked out does not hold any more; nothing was saved."""


@dataclass(frozen=True)
class Rehearsal:
    """A gesture as it would be saved, and the fold after it."""

    seq: int
    """The newest event that it was worked out on."""
    settled: Gesture
    """Its values as the fold has them: they hold for as long as nobody speaks."""
    final: Gesture
    """The same, with what the project's runs say."""
    after: Fold
    """The fold with the gesture as its newest event."""

    def check(self, fold: Fold, connection: Connection, project_id: str) -> None:
        """Check under the lock that it holds.

        Raises:
            MovedError: it does not.
        """
        if fold.seq != self.seq:
            raise MovedError
        if with_consequences(self.settled, connection, project_id, fold) != self.final:
            raise MovedError


def goes_far_back(gesture: Gesture, author_id: str, fold: Fold) -> bool:
    """Whether it must be read what was said before those events that are in memory."""
    if gesture.verb not in FAR or not fold.events.num_before:
        return False
    if gesture.verb == "checkout":
        return True
    stacks = fold.switches.undo if gesture.verb == "undo" else fold.switches.redo
    if not (stack := stacks.get(author_id, [])):
        return False
    return fold.reads_from(_first_switched(gesture.verb, stack[-1], fold.switches))


def rehearse(
    settled: Gesture, final: Gesture, who: tuple[str, str], project_id: str, fold: Fold
) -> Rehearsal:
    """Return a gesture with all that comes of it.

    Args:
        settled: The gesture, its values settled.
        final: The same with its consequences.
        who: Display name and id of whoever says it.
        project_id: Whose journal it is.
        fold: The project so far; belongs to what is returned.

    Raises:
        InvalidInputError: when the name or the id breaks a rule.
    """
    name, author_id = clean_author(*who)
    event = Event(
        project_id, fold.seq + 1, final.verb, name, author_id, datetime.fromtimestamp(0, UTC),
        final.samples, final.values, final.targets,
    )  # fmt: skip
    fold.advance(event)
    fold.state()
    return Rehearsal(event.seq - 1, settled, final, fold)


def with_consequences(
    settled: Gesture, connection: Connection, project_id: str, fold: Fold
) -> Gesture:
    """Return a gesture whose values are settled with what only the project's runs can say."""
    said: dict[str, Any] = consequences(settled, connection, project_id, fold)
    return replace(settled, values={**settled.values, **said})


def _first_switched(verb: str, target: int, switches: Switches) -> int:
    """Return the first event that an undo or a redo of `target` switches."""
    off, on = switches.redone(target) if verb == "redo" else switches.undone(target)
    return min([target, *off, *on])
