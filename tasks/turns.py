"""Turns: what is being done with imports in this process, and how far it is.

The row of an import says which turn is its newest (`store/intake/intakes.py`); here is what can be
stopped of an older one. A turn that was ended begins no child, writes no file and says nothing any
more.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from store.intake.records import Intake, OutpacedError
from tasks.decoding import Decoding


@dataclass(frozen=True)
class Progress:
    """How far the reading of an import is; only for the eye, so it is not saved."""

    done: int = 0
    """Samples decoded."""
    total: int | None = None
    """Samples to expect; None where only reading tells."""
    began_s: float = 0.0
    """When reading began, by `time.monotonic`; 0 while it waits."""

    @property
    def left_s(self) -> float | None:
        """Seconds that are likely left; None where nobody can know."""
        if not self.done or self.total is None or not self.began_s:
            return None
        spent_s = time.monotonic() - self.began_s
        return max(0.0, spent_s * (self.total - self.done) / self.done)


@dataclass(eq=False)
class Turn:
    """One doing with an import: fetching, reading or keeping it."""

    intake: Intake
    """As it was when the turn began."""
    earlier: "Turn | None" = None
    """The one it ended, which may still be on its way out."""
    progress: Progress = Progress()
    finished: threading.Event = field(default_factory=threading.Event)
    """Set once nothing is done in it any more."""
    _over: threading.Event = field(default_factory=threading.Event)
    _decoding: Decoding | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def number(self) -> int:
        """Its number in the row of the import."""
        return self.intake.turn

    @property
    def pid(self) -> int | None:
        """The process that decodes, None where there is none."""
        decoding = self._decoding
        return None if decoding is None else decoding.pid

    @property
    def is_over(self) -> bool:
        """Whether it was ended."""
        return self._over.is_set()

    def check(self) -> None:
        """Check that it goes on.

        Raises:
            OutpacedError: it was ended.
        """
        if self.is_over:
            raise OutpacedError

    def decode(self, start: Callable[[], Decoding]) -> Decoding:
        """Start the child that decodes, unless the turn is over.

        Raises:
            OutpacedError: it is.
        """
        with self._lock:  # `end` comes before, or finds the child
            self.check()
            self._decoding = start()
            return self._decoding

    def end(self) -> None:
        """Stop it; when this returns its child is gone."""
        self._over.set()
        with self._lock:
            if self._decoding is not None:
                self._decoding.kill()

    def wait_for_earlier(self) -> None:
        """Wait until the turn before has written its last byte.

        Raises:
            OutpacedError: this one was ended, too.
        """
        if self.earlier is not None:
            self.earlier.finished.wait()
            self.earlier = None
        self.check()


class Turns:
    """The newest turn of each import that something is done with."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: dict[str, Turn] = {}
        self.is_closed = False
        """Whether the app ends, so that nothing begins any more."""

    def begin(self, intake: Intake, submit: Callable[[Turn], object]) -> None:
        """Begin the turn that a row speaks of, and end the one before.

        Nothing happens where this turn or a later one has begun already.

        Args:
            intake: as its row is now.
            submit: has the turn done, in the order of these calls; must not block.
        """
        with self._lock:
            known = self._now.get(intake.intake_id)
            if self.is_closed or (known is not None and known.number >= intake.turn):
                return
            if known is not None:
                known.end()
            self._now[intake.intake_id] = turn = Turn(intake, known)
            submit(turn)

    def end_before(self, intake_id: str, number: int) -> None:
        """End what is done with an import in a turn before this one."""
        turn = self.get(intake_id)
        if turn is not None and turn.number < number:
            turn.end()

    def finish(self, turn: Turn) -> None:
        """Note that nothing is done in a turn any more."""
        turn.end()
        turn.finished.set()
        with self._lock:
            if self._now.get(turn.intake.intake_id) is turn:
                del self._now[turn.intake.intake_id]

    def get(self, intake_id: str) -> Turn | None:
        """Return what is being done with an import."""
        return self._now.get(intake_id)

    def list(self) -> list[Turn]:
        """Return everything that is being done."""
        with self._lock:
            return list(self._now.values())

    def close(self) -> None:
        """End every turn, and begin none any more."""
        with self._lock:
            self.is_closed = True
        for turn in self.list():
            turn.end()
