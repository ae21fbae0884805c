"""The desk that has takeaways made: one child process at a time, the others wait in order.

What was asked for lives with the app that was asked: files in a folder of their own, states in
memory. An app that ends takes both with it (of one that is killed, the next one removes the files
after an hour), and whoever still wants the file asks again.
"""

import json
import logging
import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from typing import Any, Final

from store.errors import ConflictError, NotFoundError
from store.settings import Settings
from tasks.child_start import start_child, to_environ
from tasks.rounds import Rounds
from tasks.takeaway_files import OwnFolder
from tasks.takeaway_records import LIVE, State, Takeaway, surplus
from tasks.threads import POLITE

logger = logging.getLogger(__name__)

MOST_LIVE: Final = 8
"""That wait or are made, for everybody together."""
MOST_EACH: Final = 3
"""And for one person."""
KEEP_S: Final = 3600.0
"""How long a file waits to be fetched."""
EVERY_S: Final = 30.0
"""Between two looks at what is over."""
CLOSE_S: Final = 5.0
"""How long the end of a child that was killed is waited for."""
COMPLAINT: Final = "What is left of takeaways cannot be looked after"
TOO_SLOW: Final = {
    "code": "takeaway",
    "message": "Making it took too long and was ended; choose a shorter range or a smaller width.",
    "status": 503,
}


class BusyError(ConflictError):
    """Enough is being made already."""

    code = "takeaways_busy"


class TakeawayDesk:
    """Has takeaways made in the order in which they were asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._all: dict[str, Takeaway] = {}
        self._folder = OwnFolder(settings.data_dir)
        self._thread: threading.Thread | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.RLock()
        self._is_closing = False
        self.rounds = Rounds("takeaway sweep", self.look, EVERY_S, COMPLAINT)
        """Its thread that looks after what is over."""

    def start(self) -> None:
        """Look after what is over, also what an app left that was killed; `close` ends it."""
        self.rounds.start()

    def close(self) -> None:
        """End what is being made, and remove all files."""
        with self._lock:
            self._is_closing = True
            for each in self._all.values():
                if each.state in LIVE:
                    self._end(each, "cancelled")
            if self._child is not None:
                self._child.kill()
            thread = self._thread
        self.rounds.close()
        if thread is not None:
            thread.join(CLOSE_S)
        self._folder.remove()

    def look(self) -> None:
        """Forget what nobody fetched, end what hangs, remove what ended apps left."""
        now_s = time.monotonic()
        with self._lock:
            self._forget()
            for each in self._all.values():
                if each.state == "making" and self._child is not None and each.is_over(now_s):
                    self._fail(each, TOO_SLOW)
                    self._child.kill()
        self._folder.look_after()

    def ask(self, takeaway: Takeaway) -> Takeaway:
        """Take a wish; the same key of the same person again is answered with what it made.

        Raises:
            BusyError: enough waits already.
            DiskFullError, DataDirNotWritableError: there is no room for files.
        """
        with self._lock:
            self._forget()
            for known in self._all.values():
                if (known.author_id, known.key) == (takeaway.author_id, takeaway.key):
                    return known
            live = [each for each in self._all.values() if each.state in LIVE]
            own = sum(each.author_id == takeaway.author_id for each in live)
            if len(live) >= MOST_LIVE or own >= MOST_EACH or self._is_closing:
                raise BusyError("Enough is being made already; wait until one is ready, or cancel "
                                "one.")  # fmt: skip
            takeaway.path = self._folder.path() / f"{takeaway.takeaway_id}.{takeaway.wish.suffix}"
            self._all[takeaway.takeaway_id] = takeaway
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="takeaways", daemon=True)
                self._thread.start()
            return takeaway

    def get(self, takeaway_id: str, author_id: str) -> Takeaway:
        """Return what somebody asked for themselves.

        Raises:
            NotFoundError: nobody asked for it here, somebody else did, or it is long gone.
        """
        with self._lock:
            self._forget()
            found = self._all.get(takeaway_id)
            if found is None or found.author_id != author_id:
                raise NotFoundError("This file is not here any more; ask for it again.")
            return found

    def position(self, takeaway: Takeaway) -> int:
        """Return how many are made before it."""
        with self._lock:
            live = [each for each in self._all.values() if each.state in LIVE]
            return live.index(takeaway) if takeaway in live else 0

    def cancel(self, takeaway_id: str, author_id: str) -> Takeaway:
        """End what somebody asked for, at once; one that has ended stays as it is.

        Raises:
            NotFoundError: as `get`.
        """
        with self._lock:
            takeaway = self.get(takeaway_id, author_id)
            self._cancel(takeaway)
            return takeaway

    def drop(self, project_id: str) -> None:
        """Forget what is of a project that was deleted, its files too."""
        with self._lock:
            for each in [each for each in self._all.values() if each.project_id == project_id]:
                self._cancel(each)
                self._forget_one(each)

    def _cancel(self, takeaway: Takeaway) -> None:
        if takeaway.state == "making" and self._child is not None:
            self._child.kill()
        if takeaway.state in LIVE:
            self._end(takeaway, "cancelled")

    def _work(self) -> None:
        while (takeaway := self._next()) is not None:
            try:
                self._make(takeaway)
            except (OSError, ValueError) as error:
                logger.error("A takeaway could not be made: %s", error)
                words = "The process that makes it could not be started; the server's log says why."
                self._fail(takeaway, {"code": "takeaway", "message": words, "status": 503})

    def _next(self) -> Takeaway | None:
        with self._lock:
            for takeaway in self._all.values():
                if takeaway.state == "waiting":
                    takeaway.state = "making"
                    return takeaway
            self._thread = None
            return None

    def _make(self, takeaway: Takeaway) -> None:
        child = self._start(takeaway)
        if child is None:
            return
        last: dict[str, Any] = {}
        assert child.stdout is not None
        with child, child.stdout as lines:
            for line in lines:
                takeaway.heard_s = time.monotonic()
                with suppress(ValueError):  # it was killed in the middle of a line
                    last = json.loads(line)
                    takeaway.done = max(takeaway.done, float(last.get("done", 0.0)))
            child.wait()
        with self._lock:
            self._child = None
            if takeaway.state != "making":  # cancelled, or it took too long
                self._remove(takeaway)
            elif "notes" in last:
                takeaway.notes, takeaway.done = last["notes"], 1.0
                self._end(takeaway, "ready")
            else:
                self._fail(takeaway, last.get("error") or _why_ended(child.returncode))

    def _start(self, takeaway: Takeaway) -> subprocess.Popen[bytes] | None:
        """Start the child, unless somebody cancelled meanwhile."""
        task = {"project_id": takeaway.project_id, "wish": takeaway.wish.to_json(),
                "path": str(takeaway.path)}  # fmt: skip
        with self._lock:
            if takeaway.state != "making":
                return None
            environ = {**POLITE, **os.environ, **to_environ(self._settings)}
            self._child = child = start_child("tasks.takeaway_child", task, environ)
            takeaway.begun_s = takeaway.heard_s = time.monotonic()
            return child

    def _fail(self, takeaway: Takeaway, error: dict[str, Any]) -> None:
        with self._lock:
            if takeaway.state in LIVE:
                takeaway.error = error
                self._end(takeaway, "failed")

    def _end(self, takeaway: Takeaway, state: State) -> None:
        takeaway.state, takeaway.ended_s = state, time.monotonic()
        if state != "ready":
            self._remove(takeaway)

    def _remove(self, takeaway: Takeaway) -> None:
        if takeaway.path is not None:
            takeaway.path.unlink(missing_ok=True)

    def _forget(self) -> None:
        """Forget what nobody fetched for an hour, and the oldest where there are too many."""
        now_s = time.monotonic()
        for each in list(self._all.values()):
            if each.ended_s is not None and now_s - each.ended_s > KEEP_S:
                self._forget_one(each)
        for each in surplus(self._all.values()):
            self._forget_one(each)

    def _forget_one(self, takeaway: Takeaway) -> None:
        self._remove(takeaway)
        del self._all[takeaway.takeaway_id]


def _why_ended(status: int) -> dict[str, Any]:
    """Return why a child ended that neither said so nor was ended by the desk."""
    if status == -signal.SIGKILL:  # by the kernel, whose limit for all of the app came first
        words = "Making it takes more memory than the server has left; choose a smaller width."
        return {"code": "too_large", "message": words, "status": 413}
    words = "The process that made it ended without a word; the server's log may say why."
    return {"code": "takeaway", "message": words, "status": 503}
