"""A thread that does the same thing again and again, and outlives whatever comes of it.

`/healthz?deep` says where such a thread does not turn any more.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

from store.endurance import Endurance

LONGEST_S: Final = 30.0
"""Between two rounds, however often one failed."""
LATE_S: Final = 90.0
"""A round takes no longer, even where the database hangs; a thread without one does not turn."""


class Rounds:
    """A thread that does something every few seconds; after a failure that nobody foresaw, later.

    The first round comes at once.
    """

    def __init__(self, name: str, act: Callable[[], None], every_s: float, complaint: str) -> None:
        """Prepare; `start` begins.

        Args:
            name: Of the thread.
            act: One round.
            every_s: Seconds between two of them.
            complaint: What to say where a round fails, without a full stop.
        """
        self._act, self._every_s = act, every_s
        self._endurance = Endurance(complaint)
        self._is_closing = False
        self._wake = threading.Event()
        self._turned_s = time.monotonic()
        self._thread = threading.Thread(target=self._turn, name=name, daemon=True)

    @property
    def name(self) -> str:
        """Of the thread."""
        return self._thread.name

    @property
    def is_turning(self) -> bool:
        """Whether its last round is not long ago; one that was not started is not missed."""
        if self._thread.ident is None:
            return True
        return self._thread.is_alive() and time.monotonic() - self._turned_s < LATE_S

    def start(self) -> None:
        """Begin."""
        self._turned_s = time.monotonic()
        self._thread.start()

    def hasten(self) -> None:
        """Let the next round come at once; nothing waits for it."""
        self._wake.set()

    def close(self) -> None:
        """Let no other round follow."""
        self._is_closing = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _turn(self) -> None:
        while not self._is_closing:
            self._endurance.do(self._act)
            self._turned_s = time.monotonic()
            self._wake.wait(self._pause_s())
            self._wake.clear()

    def _pause_s(self) -> float:
        doubled = self._every_s * 2.0 ** min(self._endurance.num_failed, 20)
        return max(self._every_s, min(doubled, LONGEST_S))
