"""A short line: a few work, a few wait, and whoever else comes is sent away at once.

Who waits holds a thread of the app, and there are not many: without an end to the line one person
could put all of them into it.
"""

import threading


class ShortLine:
    """Turns at something that is heavy; safe to use from every thread."""

    def __init__(self, most_at_work: int, most_waiting: int) -> None:
        self._places = threading.BoundedSemaphore(most_at_work + most_waiting)
        self._work = threading.BoundedSemaphore(most_at_work)

    def take(self, most_wait_s: float) -> bool:
        """Wait for a turn; whoever gets it ends it.

        Args:
            most_wait_s: Seconds to wait at most.

        Returns:
            Whether there is one: not where the line is full, nor after so long a wait.
        """
        if not self._places.acquire(blocking=False):
            return False
        if self._work.acquire(timeout=most_wait_s):
            return True
        self._places.release()
        return False

    def end(self) -> None:
        """Let the next begin."""
        self._work.release()
        self._places.release()
