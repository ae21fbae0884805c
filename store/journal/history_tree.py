"""The tree of a project's history: each run a step, and the gestures between two runs others.

It is read off the journal, event by event, and nothing of it is stored. A state that was there
before is the step it was: so an undo or a checkout goes back to a step, and what follows it there
is a branch. Steps never go.
"""

from array import array
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b
from itertools import takewhile
from typing import Final, Literal

import numpy as np

from store.journal.event_numbers import Said
from store.journal.step_digests import Known
from store.journal.steps import DIGEST_BYTES, Step, Steps
from store.journal.switches import SYSTEM_ID
from store.records import Event, ProjectState

START: Final = 0
"""step_id of the project's beginning: its pretraining, and the classes it was made with."""
_RETURNS: Final = frozenset({"undo", "redo", "checkout", "reset"})
"""Verbs after which the project may be as it was at an earlier step."""


class Tree:
    """The steps of one journal; caught up by `advance`."""

    def __init__(self, state: ProjectState) -> None:
        first = Step(START, "start", None, 0, digest_of(state))
        self.steps = Steps()
        """By step_id, in the order in which they began."""
        self.steps.put(first)
        self.here = START
        """The step the project is at."""
        self._known = Known()
        self._known.put(first.digest, START)
        self._branch = ""
        self._num_following = array("I", [0])
        """By step_id, how many steps follow it."""
        self._with_line: defaultdict[tuple[str, ...], array[int]] = defaultdict(lambda: array("I"))
        """By the runs that had taught the map there, the steps, oldest first."""
        self._with_line[first.taught_run_ids].append(START)
        self._own_steps: set[str] = set()
        """Runs that have a step of their own, or had one."""

    @property
    def num_bytes(self) -> int:
        """About how much memory it takes."""
        # eight bytes a step: where it is among those with its line, and how many follow it
        return self.steps.num_bytes + self._known.num_bytes + 8 * len(self.steps)

    def advance(self, event: Event, state: ProjectState) -> None:
        """Take in the next event and the state it gave."""
        if event.verb == "update":
            self._run(event, state)
            return
        digest = digest_of(state)
        if event.verb in _RETURNS and (known := self._known.get(digest)) is not None:
            self.here = known
        elif self._goes_on(event, state):
            self._extend(event, state, digest)
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
        if self._has_following(step.step_id):
            return False
        if step.kind == "start":
            return event.author_id == SYSTEM_ID
        is_same = step.kind == "gestures" and step.author_id == event.author_id
        is_new = event.verb in ("reset", "checkout") or bool(self._branch)
        return is_same and not is_new and step.taught_run_ids == state.taught_run_ids

    def _extend(self, event: Event, state: ProjectState, digest: bytes) -> None:
        step = self.steps[self.here]
        self._unknow(step)
        self._put(
            replace(
                step, seq=event.seq, digest=digest, at=event.created_at,
                events=Said.of(step.events, event.seq), num_named=_num_named(state),
            )
        )  # fmt: skip

    def _open(
        self, event: Event, state: ProjectState, digest: bytes, kind: Literal["gestures", "run"]
    ) -> None:
        parent = self.here if kind == "run" else self._parent(state)
        self._put(
            Step(
                step_id=event.seq, kind=kind, parent_id=parent, seq=event.seq, digest=digest,
                taught_run_ids=state.taught_run_ids, author=event.author,
                author_id=event.author_id, at=event.created_at, events=Said.of((), event.seq),
                branch=self._branch, num_named=_num_named(state),
            )
        )  # fmt: skip
        self._branch = ""

    def _parent(self, state: ProjectState) -> int:
        """Return the nearest step above that has the map of a state, else where the project is."""
        fitting = self._with_line.get(state.taught_run_ids)
        if not fitting:
            return self.here
        above = self.above(self.here)
        nearest = (step.step_id for step in above if step.taught_run_ids == state.taught_run_ids)
        return next(nearest, fitting[-1])

    def _run(self, event: Event, state: ProjectState) -> None:
        """Take in an Update: a run of its own, or one more for a run that waits."""
        run_id, digest = event.values["run_id"], digest_of(state)
        waiting = self._waiting(run_id)
        known = self._known.get(digest)
        if waiting is None and known is not None:  # a variant that is made the map again
            self.here = known
            return
        if waiting is None:
            self._open(event, state, digest, "run")
            return
        between = self._down_to(waiting.step_id)
        last = waiting.parent_id
        for step in reversed(between):  # said while it waited, so the run learns from them
            self._unknow(step)  # as it was, it had the run: so has only the run's own step now
            without = tuple(each for each in step.taught_run_ids if each != run_id)
            self._keep(replace(step, parent_id=last, taught_run_ids=without))
            last = step.step_id
        if between:  # an undo of the run comes back to the last of them
            without = tuple(each for each in state.taught_run_ids if each != run_id)
            self._known.put(digest_of(replace(state, taught_run_ids=without)), between[0].step_id)
        self._put(
            replace(
                waiting, parent_id=last, seq=event.seq, digest=digest,
                taught_run_ids=state.taught_run_ids, at=event.created_at,
                events=Said.of(waiting.events, event.seq), num_named=_num_named(state),
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
        if self._known.get(step.digest) is None:
            self._known.put(step.digest, step.step_id)
        self.here = step.step_id

    def _unknow(self, step: Step) -> None:
        """Let the digest of a step stand for nothing, where it stood for that step."""
        if self._known.get(step.digest) == step.step_id:
            self._known.remove(step.digest)

    def _keep(self, step: Step) -> None:
        """Take a step in, or what became of one."""
        was = self.steps.get(step.step_id)
        self.steps.put(step)
        if was is None or was.parent_id != step.parent_id:
            self._count_following(step.parent_id, 1)
            if was is not None:
                self._count_following(was.parent_id, -1)
        if was is None or was.taught_run_ids != step.taught_run_ids:
            insort(self._with_line[step.taught_run_ids], step.step_id)
            if was is not None:
                before = self._with_line[was.taught_run_ids]
                del before[bisect_left(before, step.step_id)]
        if step.kind == "run":
            self._own_steps.update(step.taught_run_ids[-1:])

    def _count_following(self, step_id: int | None, by: int) -> None:
        if step_id is not None:
            missing = step_id + 1 - len(self._num_following)
            self._num_following.extend([0] * missing)
            self._num_following[step_id] += by

    def _has_following(self, step_id: int) -> bool:
        return step_id < len(self._num_following) and self._num_following[step_id] > 0


def _is_step_of(step: Step, run_id: str) -> bool:
    return step.kind == "run" and step.taught_run_ids[-1:] == (run_id,)


def _num_named(state: ProjectState) -> int:
    return int(np.count_nonzero(state.annotation >= 0))


def digest_of(state: ProjectState) -> bytes:
    """Return 16 bytes that differ where two states look different."""
    places: Mapping[int, tuple[float, ...]] = state.class_places
    digest = blake2b(state.annotation.tobytes(), digest_size=DIGEST_BYTES)
    for part in (state.pins.ids, state.pins.places, state.pins.seq):
        digest.update(part.tobytes())
    digest.update(repr((state.classes, sorted(places.items()), state.taught_run_ids)).encode())
    return digest.digest()
