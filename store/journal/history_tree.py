"""The tree of a project's history: each run a step, and the gestures between two runs others.

It is read off the journal, event by event, and nothing of it is stored. A state that was there
before is the step it was: so an undo or a checkout goes back to a step, and what follows it there
is a branch. Steps never go.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Final, Literal

from store.journal.switches import SYSTEM_ID
from store.records import Event, ProjectState

START: Final = 0
"""step_id of the project's beginning: its pretraining, and the classes it was made with."""
_RETURNS: Final = frozenset({"undo", "redo", "checkout", "reset"})
"""Verbs after which the project may be as it was at an earlier step."""


@dataclass(frozen=True)
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
    """Of the state there."""
    run_ids: tuple[str, ...] = ()
    """Fine-tunings on the line there, oldest first; of a run's step, the last is its own."""
    author: str = ""
    author_id: str = ""
    at: datetime | None = None
    """When its last event was said."""
    events: tuple[int, ...] = ()
    """seq of what was said in it, undo and redo too."""
    branch: str = ""
    """What whoever branched off here called what follows."""


class Tree:
    """The steps of one journal; caught up by `advance`."""

    def __init__(self, state: ProjectState) -> None:
        first = Step(START, "start", None, 0, digest_of(state))
        self.steps: dict[int, Step] = {START: first}
        """By step_id, in the order in which they began."""
        self.here = START
        """The step the project is at."""
        self._known: dict[bytes, int] = {first.digest: START}
        self._branch = ""

    def advance(self, event: Event, state: ProjectState) -> None:
        """Take in the next event and the state it gave."""
        if event.verb == "update":
            self._run(event, state)
            return
        digest = digest_of(state)
        if event.verb in _RETURNS and digest in self._known:
            self.here = self._known[digest]
        elif self._goes_on(event, state):
            self._extend(event, digest)
        else:
            self._open(event, state, digest, "gestures")
        if event.verb == "checkout":
            self._branch = str(event.values.get("name", ""))

    def above(self, step_id: int) -> Iterator[Step]:
        """Yield a step and those it follows, up to the beginning."""
        at: int | None = step_id
        while at is not None:
            yield self.steps[at]
            at = self.steps[at].parent_id

    def _goes_on(self, event: Event, state: ProjectState) -> bool:
        """Whether an event belongs to the step the project is at."""
        step = self.steps[self.here]
        if any(each.parent_id == step.step_id for each in self.steps.values()):
            return False
        if step.kind == "start":
            return event.author_id == SYSTEM_ID
        is_same = step.kind == "gestures" and step.author_id == event.author_id
        is_new = event.verb in ("reset", "checkout") or bool(self._branch)
        return is_same and not is_new and step.run_ids == state.run_ids

    def _extend(self, event: Event, digest: bytes) -> None:
        step = self.steps[self.here]
        if self._known.get(step.digest) == step.step_id:
            del self._known[step.digest]
        self._put(
            replace(
                step, seq=event.seq, digest=digest, at=event.created_at,
                events=(*step.events, event.seq),
            )
        )  # fmt: skip

    def _open(
        self, event: Event, state: ProjectState, digest: bytes, kind: Literal["gestures", "run"]
    ) -> None:
        parent = self.here if kind == "run" else self._parent(state)
        self._put(
            Step(
                step_id=event.seq, kind=kind, parent_id=parent, seq=event.seq, digest=digest,
                run_ids=state.run_ids, author=event.author, author_id=event.author_id,
                at=event.created_at, events=(event.seq,), branch=self._branch,
            )
        )  # fmt: skip
        self._branch = ""

    def _parent(self, state: ProjectState) -> int:
        """Return the nearest step above that has the map of a state, else where the project is."""
        for step in self.above(self.here):
            if step.run_ids == state.run_ids:
                return step.step_id
        fitting = [s.step_id for s in self.steps.values() if s.run_ids == state.run_ids]
        return fitting[-1] if fitting else self.here

    def _run(self, event: Event, state: ProjectState) -> None:
        """Take in an Update: a run of its own, or one more for a run that waits."""
        run_id, digest = event.values["run_id"], digest_of(state)
        waiting = next((s for s in self.above(self.here) if _is_step_of(s, run_id)), None)
        if waiting is None and digest in self._known:  # a variant that is made the map again
            self.here = self._known[digest]
            return
        if waiting is None:
            self._open(event, state, digest, "run")
            return
        between = [s for s in self.above(self.here) if s.step_id > waiting.step_id]
        last = waiting.parent_id
        for step in reversed(between):  # said while it waited, so the run learns from them
            without = tuple(each for each in step.run_ids if each != run_id)
            self.steps[step.step_id] = replace(step, parent_id=last, run_ids=without)
            last = step.step_id
        if between:  # an undo of the run comes back to the last of them
            without = tuple(each for each in state.run_ids if each != run_id)
            self._known[digest_of(replace(state, run_ids=without))] = between[0].step_id
        self._put(
            replace(
                waiting, parent_id=last, seq=event.seq, digest=digest, run_ids=state.run_ids,
                at=event.created_at, events=(*waiting.events, event.seq),
            )
        )  # fmt: skip

    def _put(self, step: Step) -> None:
        self.steps[step.step_id] = step
        self._known.setdefault(step.digest, step.step_id)
        self.here = step.step_id


def _is_step_of(step: Step, run_id: str) -> bool:
    return step.kind == "run" and step.run_ids[-1:] == (run_id,)


def digest_of(state: ProjectState) -> bytes:
    """Return 16 bytes that differ where two states look different."""
    places: Mapping[int, tuple[float, ...]] = state.class_places
    digest = blake2b(state.annotation.tobytes(), digest_size=16)
    for part in (state.pins.ids, state.pins.places, state.pins.seq):
        digest.update(part.tobytes())
    digest.update(repr((state.classes, sorted(places.items()), state.run_ids)).encode())
    return digest.digest()
