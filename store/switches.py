"""Which events of a journal stand, and which gesture each person's next undo or redo is about.

An `undo` switches one event off, a `redo` on again. A `checkout` switches many at once: `off` are
those that did not stand at the position it goes back to, `on` those that did. Taking the checkout
itself back switches them the other way. An update named as `gone` never stands again.
"""

import bisect
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Final, Self

from store.records import Event

SYSTEM_ID: Final = "lodemap"
"""author_id of what the program itself writes; nobody can undo it, and no checkout."""


class Switches:
    """The switches of one project; caught up by `advance`."""

    def __init__(self, past: Sequence[Event]) -> None:
        self._past = past
        self.off: set[int] = set()
        """seq of every event that was switched off."""
        self.gone: set[int] = set()
        """Those among them that never stand again."""
        self.undo: dict[str, list[int]] = {}
        """By author_id, what they may take back, the next one last."""
        self.redo: dict[str, list[int]] = {}
        """By author_id, what they may bring back, the next one last."""

    @classmethod
    def of(cls, events: Sequence[Event]) -> Self:
        """Return the switches after `events`, a journal from its beginning."""
        switches = cls(events)
        for event in events:
            switches.advance(event)
        return switches

    def advance(self, event: Event) -> int:
        """Take in the next event, which `past` holds already.

        Returns:
            The first seq whose effect may be another one now: its own where nothing was switched.
        """
        first = event.seq
        if event.verb in ("undo", "redo"):
            first = self._one(event, int(event.values["target"]))
        else:
            if event.verb == "checkout":
                first = self._many(event.values["off"], event.values["on"], event.seq)
                self._keep_no_checkout_to_redo()
            if is_undoable(event):
                self.undo.setdefault(event.author_id, []).append(event.seq)
                self.redo.pop(event.author_id, None)
        # what an update has done that is gone for good must not be replayed from a copy
        return min([first, *self._forget(event.values.get("gone", ()))])

    def undone(self, target: int) -> tuple[frozenset[int], frozenset[int]]:
        """Return what an undo of `target` switches off, and what it switches on."""
        event = self._past[target - 1]
        if event.verb != "checkout":
            return frozenset({target}), frozenset()
        return frozenset({target, *event.values["on"]}), frozenset(event.values["off"])

    def _one(self, event: Event, target: int) -> int:
        taken, given = self.undo, self.redo
        if event.verb == "redo":
            taken, given = given, taken
            self.off.discard(target)
        else:
            self.off.add(target)
        taken[event.author_id].remove(target)
        if not event.values.get("is_final"):
            given.setdefault(event.author_id, []).append(target)
        aim = self._past[target - 1]
        if aim.verb != "checkout":
            return target
        off, on = aim.values["off"], aim.values["on"]
        return self._many(off, on, target) if event.verb == "redo" else self._many(on, off, target)

    def _many(self, off: Iterable[int], on: Iterable[int], first: int) -> int:
        """Switch events, and keep every person's undo to what stands."""
        off, on = set(off), set(on) - self.gone
        self.off = (self.off | off) - on
        for stack in self._stacks():
            stack[:] = [seq for seq in stack if seq not in off and seq not in on]
        for event in (self._past[seq - 1] for seq in sorted(on)):
            if is_undoable(event):
                stack = self.undo.setdefault(event.author_id, [])
                bisect.insort(stack, event.seq)
        return min([first, *off, *on])

    def _keep_no_checkout_to_redo(self) -> None:
        """Drop older checkouts from every redo: they say what to switch as things stood then."""
        for stack in self.redo.values():
            stack[:] = [seq for seq in stack if self._past[seq - 1].verb != "checkout"]

    def _forget(self, gone: Iterable[int]) -> set[int]:
        """Switch updates off for good: nobody can bring them back, or take them back again.

        Returns:
            Those that stood until now.
        """
        if not (new := set(gone)):
            return new
        stood = new - self.off
        self.off |= new
        self.gone |= new
        for stack in self._stacks():
            stack[:] = [seq for seq in stack if seq not in new]
        return stood

    def _stacks(self) -> Iterator[list[int]]:
        yield from self.undo.values()
        yield from self.redo.values()


def is_undoable(event: Event) -> bool:
    """Whether the author's next undo may take the event back on its own."""
    return event.author_id != SYSTEM_ID and not {"auto_of", "part_of"} & set(event.values)


def switched_by_going_to(
    events: Sequence[Event], now: Switches, to: int
) -> tuple[list[int], list[int]]:
    """Return which events must be switched off, and which on, for those to stand that did then.

    Args:
        events: The journal from its beginning.
        now: Its switches.
        to: The position to go back to.
    """
    then: Set[int] = Switches.of(events[:to]).off
    off, on = [], []
    for event in events:
        is_fixed = event.author_id == SYSTEM_ID or event.verb in ("undo", "redo")
        is_off = event.seq > to or event.seq in then
        if is_fixed or is_off == (event.seq in now.off):
            continue
        if is_off:
            off.append(event.seq)
        elif event.seq not in now.gone:
            on.append(event.seq)
    return off, on
