"""Threads that fetch: many may wait for a slow network, and no app waits for them when it ends."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

NUM_AT_ONCE: Final = 4
"""Data sets that are fetched at the same time; others wait."""
LOOK_S: Final = 0.2
"""How often one that waits looks whether it is still wanted."""
LEAVE_S: Final = 3.0
"""Longest wait for all threads when the app ends; what a silent server holds is left behind."""


class Fetchers:
    """A thread for each fetch. They are daemons: a process that ends does not wait for them."""

    def __init__(self) -> None:
        self._slots = threading.BoundedSemaphore(NUM_AT_ONCE)
        self._threads: list[threading.Thread] = []

    def submit(self, work: Callable[..., None], *arguments: Any) -> None:
        """Begin to do something; it must take a `slot` for what takes long."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=work, args=arguments, name="fetch", daemon=True)
        thread.start()
        self._threads.append(thread)

    @contextmanager
    def slot(self, check: Callable[[], None]) -> Iterator[None]:
        """Wait for a place among those who fetch.

        Args:
            check: called while it waits; may raise to end that.
        """
        while not self._slots.acquire(timeout=LOOK_S):
            check()
        try:
            yield
        finally:
            self._slots.release()

    def close(self) -> None:
        """Wait for the threads, which were told to end, but not for long."""
        until_s = time.monotonic() + LEAVE_S
        for thread in self._threads:
            thread.join(max(0.0, until_s - time.monotonic()))
