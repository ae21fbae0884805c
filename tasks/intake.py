"""The desk where imports are handled: it has them decoded, and makes projects of them.

It lives in the app that received the bytes. What it was doing when an app ended, the next start
goes on with: reading begins anew, and keeping twice keeps once.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

from ml.errors import LodemapError
from ml.intake.records import Options
from store.errors import ConflictError, NotFoundError
from store.intakes import Intake, IntakeState
from store.opening import Store
from tasks.decoding import Decoding
from tasks.fetching import fetch
from tasks.keeping import Choices, keep
from tasks.public_sets import find_set

logger = logging.getLogger(__name__)

NUM_AT_ONCE: Final = 2
"""Imports that are decoded or kept at the same time; others wait."""
KEPT_FOR_S: Final = 7 * 86_400.0
"""An import nobody touches is discarded after a week."""
SHELL_ID: Final = "command-line"
"""Author of imports from a shell, which no desk touches."""
UNFINISHED: Final[tuple[IntakeState, ...]] = ("receiving", "reading", "ready", "failed")


class OutpacedError(Exception):
    """Somebody cancelled an import, or asked to read it otherwise, while it was being read."""


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


class IntakeDesk:
    """Has imports read and kept, in threads of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(NUM_AT_ONCE, thread_name_prefix="intake")
        self._children: dict[str, Decoding] = {}
        self._turns: Counter[str] = Counter()
        self._progress: dict[str, Progress] = {}
        self._lock = threading.Lock()
        self._is_closing = False

    def start(self) -> None:
        """Go on with what an earlier app of this data directory had begun."""
        self._store.intakes.forget_before(KEPT_FOR_S)
        for intake in self._store.intakes.here():
            if intake.author_id == SHELL_ID:
                continue  # a shell reads it in a process of its own
            if intake.state == "reading":
                self._begin(self._read, intake)
            elif intake.state == "keeping":
                self._begin(self._keep, intake)
            elif intake.state == "receiving" and intake.source is not None:
                self._begin(self._fetch, intake)

    def fetch(self, intake: Intake) -> None:
        """Begin to fetch the public data set an import is of, and then read it."""
        self._begin(self._fetch, intake)

    def read(self, intake: Intake, options: Options) -> Intake:
        """Begin to decode an import whose bytes are all here; what was decoded before is dropped.

        Raises:
            ConflictError: bytes are missing, or it is being kept.
        """
        if intake.source is not None and intake.state in ("receiving", "failed"):
            moved = self._store.intakes.move(
                intake.intake_id, ("receiving", "failed"), "receiving",
                options=options.to_json(), error=None,
            )  # fmt: skip
            self._begin(self._fetch, moved)  # what is here already is not fetched again
            return moved
        if intake.state == "receiving" and intake.received < intake.size:
            raise ConflictError(
                f"{intake.received:,} of {intake.size:,} bytes are here; send the others first."
            )
        moved = self._store.intakes.move(
            intake.intake_id, UNFINISHED, "reading",
            options=options.to_json(), outline=None, error=None,
        )  # fmt: skip
        self._begin(self._read, moved)
        return moved

    def progress(self, intake_id: str) -> Progress:
        """Return how far the reading of an import is."""
        return self._progress.get(intake_id, Progress())

    def pid(self, intake_id: str) -> int | None:
        """Return the process that decodes an import, None where there is none."""
        decoding = self._children.get(intake_id)
        return None if decoding is None else decoding.pid

    def cancel(self, intake: Intake) -> Intake:
        """End an import and remove its files.

        Raises:
            ConflictError: it is being kept, or has ended.
        """
        moved = self._store.intakes.move(intake.intake_id, UNFINISHED, "cancelled")
        self._take_turn(intake.intake_id)
        self._store.intakes.discard_files(moved)
        return moved

    def keep(self, intake: Intake, choices: Choices) -> Intake:
        """Begin to make a project of an import that is ready.

        Raises:
            ConflictError: it is not ready.
        """
        moved = self._store.intakes.move(
            intake.intake_id, ("ready",), "keeping", choices=choices.to_json()
        )
        self._begin(self._keep, moved)
        return moved

    def close(self) -> None:
        """End every child and thread; the next start goes on."""
        for intake_id in list(self._turns):
            self._take_turn(intake_id)
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _begin(self, work: Callable[[Intake, int], None], intake: Intake) -> None:
        turn = self._take_turn(intake.intake_id)
        self._progress[intake.intake_id] = Progress()
        self._threads.submit(work, intake, turn).add_done_callback(
            lambda done: self._report(intake, done)
        )

    def _take_turn(self, intake_id: str) -> int:
        """End whatever is being done with an import; return the number of the next doing."""
        with self._lock:
            self._turns[intake_id] += 1
            if (decoding := self._children.pop(intake_id, None)) is not None:
                decoding.kill()
            return self._turns[intake_id]

    def _report(self, intake: Intake, done: Future[None]) -> None:
        """Note what nobody expected: without it an import would be read for ever."""
        if done.cancelled() or (error := done.exception()) is None:
            return
        if isinstance(error, OutpacedError):
            return
        if not isinstance(error, LodemapError):
            logger.error("The import %s failed", intake.intake_id, exc_info=error)
        self._fail(intake, told(error))

    def _fetch(self, intake: Intake, turn: int) -> None:
        wanted = find_set(**(intake.source or {}))

        def tell(num_bytes: int) -> None:
            self._check_turn(intake, turn)
            known = self._progress[intake.intake_id]
            self._progress[intake.intake_id] = replace(known, done=num_bytes)

        self._progress[intake.intake_id] = Progress(0, wanted.size, time.monotonic())
        fetch(wanted, intake.upload, tell)
        self._check_turn(intake, turn)
        moved = self._store.intakes.move(
            intake.intake_id, ("receiving",), "reading",
            options=dict(intake.options) or Options().to_json(), outline=None, error=None,
        )  # fmt: skip
        self._begin(self._read, moved)

    def _read(self, intake: Intake, turn: int) -> None:
        """Decode one import to its end, whatever it is."""
        last: dict[str, Any] = {}
        decoding = self._decode(intake, turn)
        try:
            for last in decoding.said():
                self._hear(intake, turn, last)
        finally:
            self._end(intake.intake_id, decoding)
        self._check_turn(intake, turn)
        if "summary" in last:
            self._store.intakes.move(intake.intake_id, ("reading",), "ready")
        else:
            self._fail(intake, last["error"])

    def _decode(self, intake: Intake, turn: int) -> Decoding:
        with self._lock:  # so that no child of an earlier turn writes into the same folder
            self._check_turn(intake, turn)
            options = Options.from_json(intake.options)
            decoding = Decoding(intake.upload, intake.name, options, intake.staged)
            self._children[intake.intake_id] = decoding
        self._progress[intake.intake_id] = Progress(began_s=time.monotonic())
        return decoding

    def _end(self, intake_id: str, decoding: Decoding) -> None:
        decoding.kill()
        with self._lock:
            if self._children.get(intake_id) is decoding:
                del self._children[intake_id]

    def _check_turn(self, intake: Intake, turn: int) -> None:
        if self._turns[intake.intake_id] != turn:
            raise OutpacedError

    def _hear(self, intake: Intake, turn: int, said: Mapping[str, Any]) -> None:
        self._check_turn(intake, turn)
        known = self._progress[intake.intake_id]
        if "outline" in said:
            self._store.intakes.move(
                intake.intake_id, ("reading",), "reading", outline=said["outline"]
            )
            known = replace(known, total=said["outline"]["num_samples"])
        if "done" in said:
            known = replace(known, done=int(said["done"]) + int(said["left_out"]))
        self._progress[intake.intake_id] = known

    def _fail(self, intake: Intake, error: Mapping[str, str]) -> None:
        try:
            self._store.intakes.move(
                intake.intake_id, ("receiving", "reading", "keeping"), "failed", error=dict(error)
            )
        except (ConflictError, NotFoundError) as gone:
            logger.info("The import %s had ended: %s", intake.intake_id, gone.sentence)

    def _keep(self, intake: Intake, _turn: int) -> None:
        """Make a project of one import; what fails leaves it ready, to be tried again."""
        try:
            project = keep(self._store, intake)
        except LodemapError as error:
            self._store.intakes.move(intake.intake_id, ("keeping",), "ready", error=told(error))
            return
        self._store.intakes.move(
            intake.intake_id, ("keeping",), "kept", error=None,
            dataset_id=project.dataset_id, project_id=project.project_id,
        )  # fmt: skip
        self._store.intakes.discard_files(intake)


def told(error: BaseException) -> dict[str, str]:
    """Return an error as a page shows it."""
    if isinstance(error, LodemapError):
        return {"code": error.code, "message": error.sentence}
    words = "Something went wrong on the server; its log says what. Try again."
    return {"code": "server_error", "message": words}
