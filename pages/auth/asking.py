"""Questions to somebody who may be silent: a few at a time, each given up after a bounded time."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from authlib.common.errors import AuthlibBaseError

from ml.errors import LodemapError
from tasks.short_line import ShortLine

MOST_AT_ONCE: Final = 4
MOST_WAITING: Final = 4
"""Who waits, for an answer or for a turn, holds a thread (`provider.NUM_THREADS`)."""

T = TypeVar("T")


class Asking:
    """Questions of one kind; safe to use from every thread."""

    def __init__(self, most_waiting: int = MOST_WAITING) -> None:
        self._line = ShortLine(MOST_AT_ONCE, most_waiting)

    def ask(self, question: Callable[[], T], most_wait_s: float, most_s: float) -> T:
        """Return what a question finds.

        A question that is given up goes on in a thread of its own and has its turn until it ends,
        so that however slowly an answer trickles in, there are no more than `MOST_AT_ONCE`.

        Args:
            question: What asks, over the network.
            most_wait_s: Seconds to wait for a turn.
            most_s: Seconds that the question may then take.

        Raises:
            NoTurnError: too many are asking.
            TimeoutError: there was no answer in time.
        """
        if not self._line.take(most_wait_s):
            raise NoTurnError
        answer: Future[T] = Future()
        work = threading.Thread(
            target=self._work, args=(question, answer), name="asking", daemon=True
        )
        try:
            work.start()
        except RuntimeError:  # no more threads
            self._line.end()
            raise NoTurnError from None
        return answer.result(most_s)

    def _work(self, question: Callable[[], Any], answer: Future[Any]) -> None:
        try:
            answer.set_result(question())
        except (OSError, ValueError, AuthlibBaseError, LodemapError) as error:
            answer.set_exception(error)
        finally:
            if not answer.done():  # nobody foresaw the error; the log has it
                answer.set_exception(ConnectionError())
            self._line.end()


class NoTurnError(OSError):
    """Too many questions of this kind are on their way."""
