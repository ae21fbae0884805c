"""People who say something about one project at about the same time, and share a transaction.

What makes a gesture durable, the database's fsync, takes longer than all else; a hundred gestures
a second do not fit in when each waits for its own. So whoever gets hold of a journal writes down
what everybody else has to say who waits for it (flat combining: Hendler, Incze, Shavit, Tzafrir,
2010), and commits once. Nobody is answered before that commit.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from ml.errors import LodemapError
from store.errors import (
    DataDirNotWritableError,
    DiskFullError,
    LockedError,
    NotFoundError,
    StoreUnavailableError,
)
from store.records import Ack, Gesture

MOST_AT_ONCE: Final = 50
"""Gestures of one transaction: the last of them waits for all."""

FOR_ALL: Final = (
    DataDirNotWritableError, DiskFullError, LockedError, NotFoundError, StoreUnavailableError,
)  # fmt: skip
"""What nobody can be blamed for: it would meet each of them alone, too."""
OF_ONE: Final = (
    LodemapError, SQLAlchemyError, ArithmeticError, LookupError, TypeError, ValueError,
)  # fmt: skip
"""What the gesture of one of them may have led to."""


@dataclass(eq=False)
class Turn:
    """One person's gesture on its way into the journal, and what became of it."""

    gesture: Gesture
    author: str
    author_id: str
    body_sha256: str
    """By which a repeated request is told from another one."""
    ack: Ack | None = None
    error: LodemapError | None = None
    """Why it was refused; nothing of it was saved."""
    is_over: bool = False
    """Whether `ack` or `error` is the answer; only then is what was acknowledged durable."""
    is_tried: bool = False
    """Whether it was part of a transaction that failed, and goes alone from now on."""

    @property
    def who(self) -> tuple[str, str]:
        """Display name and id of whoever says it."""
        return self.author, self.author_id

    def with_waiting(self, waiting: deque["Turn"]) -> list["Turn"]:
        """Take this turn, and all that waits with it, out of the queue; this one is the first.

        To be called with the lock for which they wait.
        """
        if self.is_tried:
            return [self]
        waiting.remove(self)
        others = [waiting.popleft() for _ in range(min(len(waiting), MOST_AT_ONCE - 1))]
        for turn in (self, *others):
            turn.is_tried = True
        return [self, *others]

    def answer(self) -> Ack:
        """Return how the journal answers.

        Raises:
            LodemapError: why it did not take the gesture.
        """
        assert self.is_over
        if self.error is not None:
            raise self.error
        assert self.ack is not None
        return self.ack


def write_down(turns: list[Turn], save: Callable[[list[Turn]], None]) -> None:
    """Save gestures in one transaction; where that fails for one of them, only the first.

    The others, whose turn is not over then, do the same in threads of their own.

    Args:
        turns: What `Turn.with_waiting` gave.
        save: Gives each turn its answer and commits, or raises when nothing was saved.

    Raises:
        LodemapError: the first of them, alone, cannot be saved; or what such a gesture led to.
    """
    try:
        save(turns)
    except FOR_ALL as error:
        for turn in turns:
            turn.ack, turn.error = None, error
    except OF_ONE:
        if len(turns) == 1:
            raise
        write_down(turns[:1], save)
        return
    for turn in turns:
        turn.is_over = True
