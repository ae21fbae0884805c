"""Holding a run: a thread that renews the lease and listens for Stop, and one that judges.

The first waits for the database, for many seconds where the network is gone without a word; the
other one never waits, so that a worker that is cut off is fenced before its lease ends. The
training thread asks `check` at each step, which costs a comparison, and unwinds by
`RunInterruptedError` when it may not go on.
"""

import faulthandler
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Literal, Self

from ml.errors import LodemapError
from store.errors import DiskFullError, StoreUnavailableError
from store.opening import Store

logger = logging.getLogger(__name__)

STDERR: Final = 2

Reason = Literal["stop", "lost", "closing"]
"""Why a run may not go on: a person stopped it, another worker may own it, this worker closes."""


class RunInterruptedError(Exception):
    """The run may not go on in this worker; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class LeaseTimings:
    """Seconds that bound how long anything may go unnoticed."""

    lease_s: float = 6.0
    """A worker that has not renewed for this long has lost its run."""
    beat_s: float = 1.5
    """Between two renewals."""
    poll_s: float = 0.2
    """Between two looks at the cancel flag."""
    fence_s: float = 5.0
    """Without a successful renewal for this long nothing is committed any more."""
    hang_s: float = 2.0
    """A step that does not end so long after the run was interrupted is hung: the process dies.

    What comes after the last step, as the database is told of the end, may take `stall_s`.
    """
    stall_s: float = 120.0
    """A run whose step does not end for this long is hung: the process dies."""
    starved_s: float = 60.0
    """A process in which the lease's own thread cannot run for this long dies."""


def end_process() -> None:
    """End this process at once, whatever its other threads do."""
    os.kill(os.getpid(), signal.SIGKILL)


class Lease:
    """A claimed run, as a context: inside, the lease is renewed and `check` tells whether to go on.

    Leaving by `SystemExit` (the process was asked to end) gives the run back to the queue.
    """

    def __init__(
        self,
        run_id: str,
        owner: str,
        store: Store,
        closing: threading.Event,
        timings: LeaseTimings,
        die: Callable[[], None] = end_process,
    ) -> None:
        """Hold `run_id`, which `owner` has just claimed.

        Args:
            run_id: The run.
            owner: The worker that claimed it.
            store: Where the lease is kept.
            closing: Set when this worker should give its run back.
            timings: How long anything may take.
            die: Ends the process when a step hangs.
        """
        self.run_id = run_id
        """The run that is held."""
        self._owner = owner
        self._store = store
        self._closing = closing
        self._timings = timings
        self._die = die
        self._reason: Reason | None = None
        self._released = threading.Event()
        now = time.monotonic()
        self._checked_s = self._renewed_s = now
        self._interrupted_s: float | None = None
        self._is_in_steps = True
        self._thread = threading.Thread(target=self._watch, name="lease", daemon=True)
        self._judging = threading.Thread(target=self._fence, name="fence", daemon=True)

    def __enter__(self) -> Self:
        self._wind_up()
        self._thread.start()
        self._judging.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._released.set()
        for thread in (self._thread, self._judging):
            thread.join(timeout=self._timings.hang_s)
        if isinstance(error, SystemExit):
            self._store.leases.give_back(self.run_id, self._owner)

    def check(self) -> None:
        """Note that the run moves.

        Raises:
            RunInterruptedError: when it may not go on.
        """
        self._checked_s = time.monotonic()
        reason: Reason | None = self._reason or ("closing" if self._closing.is_set() else None)
        if reason is not None:
            self.come_back()
            raise RunInterruptedError(reason)

    def come_back(self) -> None:
        """Note that the last step is over: no interruption makes what follows a hung step."""
        self._checked_s = time.monotonic()
        self._is_in_steps = False

    def _watch(self) -> None:
        while not self._released.wait(self._timings.poll_s):
            try:
                self._ask_store()
            except (DiskFullError, StoreUnavailableError) as error:
                # it may be mended before the lease ends; until then training goes on
                logger.warning("Run %s: %s", self.run_id, error.sentence)
            except LodemapError as error:
                logger.warning("Run %s is gone: %s", self.run_id, error.sentence)
                self._interrupt("lost")

    def _fence(self) -> None:
        try:
            while not self._released.wait(self._timings.poll_s):
                self._wind_up()
                self._judge(time.monotonic())
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _wind_up(self) -> None:
        """Let the process end unless this is called again in time.

        It needs no lock of Python: it ends even a process whose step holds that for ever, from its
        first moment on.
        """
        faulthandler.dump_traceback_later(self._timings.starved_s, exit=True, file=STDERR)

    def _ask_store(self) -> None:
        """Renew when due, else only read the cancel flag: reading takes no lock on SQLite."""
        if time.monotonic() - self._renewed_s >= self._timings.beat_s:
            started_s = time.monotonic()
            answer = self._store.leases.renew(self.run_id, self._owner)
            if answer != "ok":
                self._interrupt(answer)
            if answer != "lost":
                self._renewed_s = started_s
            return
        run = self._store.runs.get(self.run_id)
        if run.owner != self._owner:
            self._interrupt("lost")
        elif run.is_cancel_requested:
            self._interrupt("stop")

    def _interrupt(self, reason: Reason) -> None:
        if self._reason is None or reason == "lost":
            self._reason = reason
        if self._interrupted_s is None:
            self._interrupted_s = time.monotonic()

    def _judge(self, now: float) -> None:
        """Fence a run whose lease may have ended, and end a process whose step hangs."""
        if now - self._renewed_s > self._timings.fence_s:
            self._interrupt("lost")
        if self._closing.is_set() and self._interrupted_s is None:
            self._interrupted_s = now
        if not self._is_hung(now):
            return
        logger.error("Run %s hangs; worker %s ends itself.", self.run_id, self._owner)
        if self._reason == "stop":
            with suppress(LodemapError):
                self._store.leases.finish(self.run_id, self._owner, "stopped")
        if self._is_hung(now):  # the step may have ended meanwhile
            self._die()

    def _is_hung(self, now: float) -> bool:
        since_s = self._interrupted_s if self._is_in_steps else None
        is_late = since_s is not None and now - since_s > self._timings.hang_s
        is_stalled = now - self._checked_s > self._timings.stall_s
        return not self._released.is_set() and (is_late or is_stalled)
