"""The worker process of the embedded mode: `python -m tasks.local_worker TOKEN`.

Run ids come as lines on stdin. A worker that cannot start says why in one sentence on stdout and
exits with 2; one that only finds the database silent exits with 75, to be started again soon. One
that has started closes its stdout. When stdin ends, the web process has ended, and so does this
one: the run at hand is given back at its next step, or abandoned to its lease after a second.
"""

from ml import startup

# isort: split
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from typing import IO, Final

from ml.errors import LodemapError
from store.errors import StoreUnavailableError
from store.logs import set_up_logs
from store.opening import Store, open_for_worker
from store.settings import Settings
from tasks.answering import answer
from tasks.errors import EXIT_CANNOT_START, EXIT_TRY_AGAIN
from tasks.memory import give_back_memory, is_too_large
from tasks.presence import Presence, name_worker
from tasks.threads import give_way
from tasks.unforeseen import Unforeseen
from tasks.workbench import Workbench

startup.all_in()

logger = logging.getLogger(__name__)

GRACE_S: Final = 1.0
"""After the end of stdin, how long a step may take before the process ends regardless."""


class Rings:
    """Run ids as they come in, and the end of it all."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._waiting: set[str] = set()

    def listen(self, lines: IO[str]) -> None:
        """Read until the web process ends, then make this process end."""
        for line in lines:
            self.hear(line.strip())
        self.end()

    def hear(self, run_id: str) -> None:
        """Take in a ring; one for a run whose last ring still waits to be answered says no more."""
        if run_id not in self._waiting:
            self._waiting.add(run_id)
            self._lines.put(run_id)

    def end(self) -> None:
        """Give the run at hand back and take no other."""
        self._bench.closing.set()
        self._lines.put(None)
        # the kernel's own alarm ends the process even where a hung step holds Python's lock
        signal.setitimer(signal.ITIMER_REAL, GRACE_S)

    def next(self) -> str | None:
        """Wait for a run id; None when it is time to end."""
        run_id = self._lines.get()
        self._waiting.discard(run_id or "")
        return run_id


def serve(
    store: Store, bench: Workbench, worker_id: str, rings: Rings, on_ready: Callable[[], None]
) -> None:
    """Work on what is rung until the end, or until this process has grown too large.

    Raises:
        ArtifactsElsewhereError: no run could find its data here.
    """
    store.check_mounted()
    presence = Presence(
        store, worker_id, bench.device.type, "embedded", bench.device_name, bench.device_memory
    )
    presence.start()
    bench.warm_up()
    bench.preload(store)
    on_ready()
    presence.say("ready")
    while (run_id := rings.next()) is not None:
        presence.say("busy")
        with Unforeseen(store, worker_id, presence):
            answer(run_id, store, bench, worker_id)
        if is_too_large():
            break
        presence.say("ready")
        give_back_memory()
    presence.close()


def main() -> int:
    """Run the worker; return the exit status."""
    set_up_logs(os.environ, "INFO")
    give_way()
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not be taken for a reason
    # Ctrl+C goes to every process of a terminal; this one ends when the web process has
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        settings = Settings.from_env(os.environ)
        bench = Workbench(settings.device)
        rings = Rings(bench)
        signal.signal(signal.SIGTERM, lambda *_: rings.end())
        threading.Thread(target=rings.listen, args=(sys.stdin,), daemon=True).start()
        worker_id = name_worker("embedded", os.getpid(), sys.argv[1])
        serve(open_for_worker(settings), bench, worker_id, rings, on_ready=said.close)
    except StoreUnavailableError as error:
        logger.warning("The worker cannot start yet: %s", error.sentence)
        return EXIT_TRY_AGAIN
    except LodemapError as error:
        logger.error("The worker cannot start: %s", error.sentence)
        said.write(error.sentence)
        said.flush()
        return EXIT_CANNOT_START
    return 0


if __name__ == "__main__":
    status = main()
    logging.shutdown()
    # sys.exit would wait for the thread that still reads stdin, and for PyTorch to tidy up
    os._exit(status)
