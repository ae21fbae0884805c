"""The tree of a project's history: each run a step, and the gestures between two runs others.

It is read off the journal, event by event, and nothing of it is stored. A state that was there
before is the step it was: so an undo or a checkout goes back to a step, and what follows it there
is a branch. Steps never go.
"""

from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from itertools import takewhile
from typing import Final, Literal

from store.journal.said import Said
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
    events: Sequence[int] = ()
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
        self._num_following = Counter[int | None]()
        self._with_line: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        """By the runs on the line there, the steps, oldest first."""
        self._with_line[first.run_ids].append(START)
        self._own_steps: set[str] = set()
        """Runs that have a step of their own, or had one."""

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
        if self._num_following[step.step_id]:
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
                events=Said.of(step.events, event.seq),
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
                at=event.created_at, events=Said.of((), event.seq), branch=self._branch,
            )
        )  # fmt: skip
        self._branch = ""

    def _parent(self, state: ProjectState) -> int:
        """Return the nearest step above that has the map of a state, else where the project is."""
        fitting = self._with_line.get(state.run_ids)
        if not fitting:
            return self.here
        above = self.above(self.here)
        nearest = (step.step_id for step in above if step.run_ids == state.run_ids)
        return next(nearest, fitting[-1])

    def _run(self, event: Event, state: ProjectState) -> None:
        """Take in an Update: a run of its own, or one more for a run that waits."""
        run_id, digest = event.values["run_id"], digest_of(state)
        waiting = self._waiting(run_id)
        if waiting is None and digest in self._known:  # a variant that is made the map again
            self.here = self._known[digest]
            return
        if waiting is None:
            self._open(event, state, digest, "run")
            return
        between = self._down_to(waiting.step_id)
        last = waiting.parent_id
        for step in reversed(between):  # said while it waited, so the run learns from them
            without = tuple(each for each in step.run_ids if each != run_id)
            self._keep(replace(step, parent_id=last, run_ids=without))
            last = step.step_id
        if between:  # an undo of the run comes back to the last of them
            without = tuple(each for each in state.run_ids if each != run_id)
            self._known[digest_of(replace(state, run_ids=without))] = between[0].step_id
        self._put(
            replace(
                waiting, parent_id=last, seq=event.seq, digest=digest, run_ids=state.run_ids,
                at=event.created_at, events=Said.of(waiting.events, event.seq),
            )
        )  # fmt: skip

    def _waiting(self, run_id: str) -> Step | None:
        """Return the nearest step above that is of a run; None where there is none."""
        if run_id not in self._own_steps:
            return None
        return next((s for s in self.above(self.here) if _is_step_of(s, run_id)), None)

    def _down_to(self, step_id: int) -> list[Step]:
        """Return the steps from where the project is up to before one above it, newest first."""
        return list(takewhile(lambda step: step.step_id != step_id, self.above(self.here)))

    def _put(self, step: Step) -> None:
        self._keep(step)
        self._known.setdefault(step.digest, step.step_id)
        self.here = step.step_id

    def _keep(self, step: Step) -> None:
        """Take a step in, or what became of one."""
        was = self.steps.get(step.step_id)
        self.steps[step.step_id] = step
        if was is None or was.parent_id != step.parent_id:
            self._num_following[step.parent_id] += 1
            if was is not None:
                self._num_following[was.parent_id] -= 1
        if was is None or was.run_ids != step.run_ids:
            insort(self._with_line[step.run_ids], step.step_id)
            if was is not None:
                self._with_line[was.run_ids].remove(step.step_id)
        if step.kind == "run":
            self._own_steps.update(step.run_ids[-1:])


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
