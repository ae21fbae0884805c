"""Embedded mode: the web process keeps one warm worker process alive, and never two.

The worker reads run ids from its stdin. When the web process ends in any way, the pipe closes and
the worker follows; no process is left behind.
"""

import logging
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Final

from store.endurance import Endurance
from store.settings import Settings
from tasks.child_start import ROOT, to_environ
from tasks.errors import EXIT_CANNOT_START, EXIT_TRY_AGAIN
from tasks.presence import name_worker
from tasks.threads import POLITE

logger = logging.getLogger(__name__)

FIRST_BACK_OFF_S: Final = 0.2
LAST_BACK_OFF_S: Final = 5.0
LONG_BACK_OFF_S: Final = 30.0
"""After a worker said why it cannot start: that seldom mends itself, and each try costs seconds."""
SOON_S: Final = 1.0
"""After a worker that found the database silent: its own start of seconds spaces the tries."""
STEADY_S: Final = 30.0
"""A worker that lived this long was well: after it the back-off starts anew."""
CLOSE_WAIT_S: Final = 3.0
"""A worker has this long to give its run back before it is killed."""
PAUSES_S: Final[Mapping[int | None, float]] = {
    EXIT_CANNOT_START: LONG_BACK_OFF_S,
    EXIT_TRY_AGAIN: SOON_S,
}
"""How long to wait before the next worker, by exit status; after any other, longer each time."""


class Supervisor:
    """Starts a worker process, starts another when it ends, and ends it when closed."""

    def __init__(self, settings: Settings, bury: Callable[[str], None]) -> None:
        """Prepare; `start` begins.

        Args:
            settings: Handed on to the worker.
            bury: Called with the id of a worker that has just ended.
        """
        self._environ = {**POLITE, **os.environ, **to_environ(settings)}
        self._bury = bury
        self._burying = Endurance("The dead worker keeps its leases for now")
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._missed: dict[bytes, None] = {}
        """Lines no worker took, each once, in the order they came."""
        self._thread = threading.Thread(target=self._keep, name="supervisor", daemon=True)
        self.worker_id = ""
        """Id of the newest worker; it owns the runs that it claims."""
        self.problem: str | None = None
        """Why the newest worker could not start, in one sentence; None when it did."""

    @property
    def pid(self) -> int | None:
        """Process id of the worker, None while there is none."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    def start(self) -> None:
        """Start the first worker and begin to watch."""
        self._spawn()
        self._thread.start()

    def send(self, line: str) -> None:
        """Write a line to the worker; what it cannot take now, the next worker gets."""
        data = f"{line}\n".encode()
        with self._lock:
            if not self._write(data):
                self._missed[data] = None

    def close(self) -> None:
        """End the worker: at once when idle, else as soon as it has given its run back."""
        self._closing.set()
        self._close_pipe()
        self._thread.join(CLOSE_WAIT_S)
        if self._thread.is_alive() and self._child is not None:
            self._child.kill()
            self._thread.join()

    def _close_pipe(self) -> None:
        with self._lock:
            if self._child is not None and self._child.stdin is not None:
                self._child.stdin.close()

    def _write(self, data: bytes) -> bool:
        if self._child is None or self._child.stdin is None or self._child.stdin.closed:
            return False
        try:
            os.write(self._child.stdin.fileno(), data)
        except OSError:  # the worker has ended, or a thousand rings wait in its pipe
            return False
        return True

    def _spawn(self) -> None:
        token = uuid.uuid4().hex[:8]
        with self._lock:
            if self._closing.is_set():
                return
            try:
                self._child = child = subprocess.Popen(
                    [sys.executable, "-m", "tasks.local_worker", token],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    env=self._environ,
                    cwd=ROOT,
                )
            except OSError as error:
                self._child = None
                self.problem = f"The worker process cannot be started: {error.strerror}."
                return
            assert child.stdin is not None
            os.set_blocking(child.stdin.fileno(), False)
            self.worker_id = name_worker("embedded", child.pid, token)
            self._missed = {data: None for data in self._missed if not self._write(data)}

    def _bury_quietly(self) -> None:
        # where it fails, its leases run out by themselves
        self._burying.do(lambda: self._bury(self.worker_id))

    def _keep(self) -> None:
        back_off_s = FIRST_BACK_OFF_S
        while not self._closing.is_set():
            started_s = time.monotonic()
            status = self._wait_for_end()
            if time.monotonic() - started_s > STEADY_S:
                back_off_s = FIRST_BACK_OFF_S
            if status != 0 and not self._closing.is_set():
                self._closing.wait(PAUSES_S.get(status, back_off_s))
                back_off_s = min(2 * back_off_s, LAST_BACK_OFF_S)
            self._spawn()
        if self.pid is not None:  # made while `close` began; its pipe is closed, so it ends
            self._wait_for_end()

    def _wait_for_end(self) -> int | None:
        """Return the worker's exit status: 0 when it only frees its memory, None without one."""
        child = self._child
        if child is None:
            logger.warning("%s It is tried again.", self.problem)
            return None
        assert child.stdout is not None
        with child.stdout as said:  # its end comes when the worker has started, or has ended
            sentence = said.read().decode(errors="replace")
        if not sentence:
            self.problem = None
        status = child.wait()
        self._close_pipe()
        self.problem = sentence or None if status == EXIT_CANNOT_START else None
        if not self._closing.is_set():
            self._bury_quietly()
            if status != 0:
                logger.warning("The worker ended with %d; a new one starts.", status)
        return status
