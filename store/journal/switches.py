"""Which events of a journal stand, and which gesture each person's next undo or redo is about.

An `undo` switches one event off, a `redo` on again. A `checkout` switches many at once: `off` are
those that did not stand at the position it goes back to, `on` those that did. Taking the checkout
itself back switches them the other way. An update named as `gone` never stands again.

An undo or a redo may switch more updates off than those it is about: `ahead` are those whose run
learned what a checkout that stands has left (`store/journal/ahead.py`). The next time that the
same event is switched, they stand again.
"""

import bisect
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain
from typing import Final, Protocol, Self, TypeVar

from store.journal.past import Past
from store.records import Event, ProjectState

SYSTEM_ID: Final = "lodemap"
"""author_id of what the program itself writes; nobody can undo it, and no checkout."""


class Switches:
    """The switches of one project; caught up by `advance`."""

    def __init__(self, past: Sequence[Event]) -> None:
        self.past = past
        """Every event so far."""
        self.off: set[int] = set()
        """seq of every event that was switched off."""
        self.gone: set[int] = set()
        """Those among them that never stand again."""
        self.undo: dict[str, list[int]] = {}
        """By author_id, what they may take back, the next one last."""
        self.redo: dict[str, list[int]] = {}
        """By author_id, what they may bring back, the next one last."""
        self.since: dict[int, int] = {}
        """By seq of every checkout, the event that went back last: it, or a redo of it."""
        self.ahead_with: dict[int, frozenset[int]] = {}
        """By what was undone or redone last, the updates that were ahead then."""
        self.set_aside: dict[int, dict[str, list[int]]] = {}
        """By checkout, what people could bring back before it, by author_id."""

    @classmethod
    def of(cls, events: Sequence[Event]) -> Self:
        """Return the switches after `events`, a journal from its beginning."""
        switches = cls(events)
        for event in events:
            switches.advance(event)
        return switches

    def copy(self) -> "Switches":
        """Return the same switches, to go on with otherwise; `past` is shared."""
        copy = Switches(self.past)
        copy.off, copy.gone = set(self.off), set(self.gone)
        copy.undo, copy.redo = _copied(self.undo), _copied(self.redo)
        copy.since, copy.ahead_with = dict(self.since), dict(self.ahead_with)
        copy.set_aside = {seq: _copied(stacks) for seq, stacks in self.set_aside.items()}
        return copy

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
                self._leave(event.seq, event.seq)
                first = self._many(event.values["off"], event.values["on"], event.seq)
            if is_undoable(event):
                self.undo.setdefault(event.author_id, []).append(event.seq)
                for stacks in (self.redo, *self.set_aside.values()):
                    stacks.pop(event.author_id, None)
        # what an update has done that is gone for good must not be replayed from a copy
        return min([first, *self._forget(event.values.get("gone", ()))])

    def undone(self, target: int) -> tuple[frozenset[int], frozenset[int]]:
        """Return what an undo of `target` switches off, and what it switches on."""
        event, back = self.past[target - 1], self.ahead_with.get(target, frozenset())
        if event.verb != "checkout":
            return frozenset({target}), back - {target}
        off = frozenset({target, *event.values["on"]})
        return off, back.union(event.values["off"]) - off

    def redone(self, target: int) -> tuple[frozenset[int], frozenset[int]]:
        """Return what a redo of `target` switches off, and what it switches on."""
        event, back = self.past[target - 1], self.ahead_with.get(target, frozenset())
        if event.verb != "checkout":
            return frozenset(), back | {target}
        off = frozenset(event.values["off"])
        return off, back.union({target}, event.values["on"]) - off

    def _one(self, event: Event, target: int) -> int:
        """Take in an undo or a redo of `target`."""
        is_redo = event.verb == "redo"
        off, on = self.redone(target) if is_redo else self.undone(target)
        ahead = frozenset(event.values.get("ahead", ()))
        self.ahead_with[target] = ahead
        (self.redo if is_redo else self.undo)[event.author_id].remove(target)
        is_checkout = self.past[target - 1].verb == "checkout"
        if is_checkout and is_redo:
            self._leave(target, event.seq)
        first = self._many(off | ahead, on - ahead, target)
        if not is_redo and not event.values.get("is_final"):
            self.redo.setdefault(event.author_id, []).append(target)
        if is_checkout and not is_redo:
            self._give_redos_back(target)
        return first

    def _many(self, off: Iterable[int], on: Iterable[int], first: int) -> int:
        """Switch events, and keep every person's undo to what stands."""
        off, on = set(off), set(on) - self.gone
        self.off |= off
        self.off -= on
        switched = off | on
        for stack in self._stacks():
            if not switched.isdisjoint(stack):
                stack[:] = [seq for seq in stack if seq not in switched]
        for event in (self.past[seq - 1] for seq in sorted(on)):
            if is_undoable(event):
                stack = self.undo.setdefault(event.author_id, [])
                bisect.insort(stack, event.seq)
        return min([first, *off, *on])

    def _leave(self, checkout: int, since: int) -> None:
        """Set aside what people could bring back of what a checkout is about to leave.

        Older checkouts go for good: they say what to switch as things stood then.
        """
        self.since[checkout] = since
        to = self.past[checkout - 1].values["to"]
        self.set_aside[checkout] = {}
        for author_id, stack in self.redo.items():
            known = [seq for seq in stack if self.past[seq - 1].verb != "checkout"]
            self.set_aside[checkout][author_id] = known
            stack[:] = [seq for seq in known if seq <= to]

    def _give_redos_back(self, checkout: int) -> None:
        """Let people bring back again what they could before a checkout that was taken back."""
        for author_id, known in self.set_aside.pop(checkout, {}).items():
            stack = self.redo.setdefault(author_id, [])
            is_free = self.off - self.gone - set(stack)
            stack[:0] = [seq for seq in known if seq in is_free]

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


def _copied(stacks: dict[str, list[int]]) -> dict[str, list[int]]:
    return {author: list(stack) for author, stack in stacks.items()}


def is_undoable(event: Event) -> bool:
    """Whether the author's next undo may take the event back on its own."""
    return event.author_id != SYSTEM_ID and not {"auto_of", "part_of"} & set(event.values)


class _OfEvent(Protocol):
    """What is kept of an event."""

    @property
    def event(self) -> Event: ...


_Kept = TypeVar("_Kept", bound=_OfEvent)


def gestures_that_count(newest_first: Iterable[_Kept], state: ProjectState) -> Iterator[_Kept]:
    """Yield what people said, newest first: not taken back, and not before a reset that stands.

    An Update is left out: it only teaches what was said.
    """
    for each in newest_first:
        event = each.event
        is_gesture = event.verb not in ("undo", "redo", "update") and event.author_id != SYSTEM_ID
        if not is_gesture or not state.stands(event):
            continue
        yield each
        if event.verb == "reset":
            return


def _off_at(events: Past, to: int) -> Set[int]:
    """Return which events were switched off after event `to`."""
    switches = Switches(events)
    for event in events.between(0, to):
        switches.advance(event)
    return switches.off


def switched_by_going_to(events: Past, now: Switches, to: int) -> tuple[list[int], list[int]]:
    """Return which events must be switched off, and which on, for those to stand that did then.

    Args:
        events: The journal from its beginning.
        now: Its switches.
        to: The position to go back to.
    """
    then = _off_at(events, to)
    off, on = [], []
    differing = sorted(seq for seq in then ^ now.off if seq <= to)
    for event in chain((events[seq - 1] for seq in differing), events.between(to)):
        is_fixed = event.author_id == SYSTEM_ID or event.verb in ("undo", "redo")
        is_off = event.seq > to or event.seq in then
        if is_fixed or is_off == (event.seq in now.off):
            continue
        if is_off:
            off.append(event.seq)
        elif event.seq not in now.gone:
            on.append(event.seq)
    return off, on
