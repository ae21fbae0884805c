"""The desk where imports are handled: it has them decoded, and makes projects of them.

It lives in the app that received the bytes. Rows say what is to be done, and the desk looks at them
again and again: so it goes on with what an earlier app had begun, with what a database that did not
answer left undone, and stops what was cancelled in another app. Reading begins anew, and keeping
twice keeps once.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from ml.errors import LodemapError
from ml.intake.records import Options
from store.errors import ConflictError
from store.intake.records import Intake, IntakeState
from store.opening import Store
from tasks.desk_watch import DeskWatch
from tasks.fetchers import Fetchers
from tasks.fetching import fetch
from tasks.keeping import Choices, keep, note_kept
from tasks.public_sets import find_set
from tasks.reading import read_intake
from tasks.turn_ends import Ending, told
from tasks.turns import Progress, Turn, Turns

NUM_AT_ONCE: Final = 2
"""Imports that are decoded or kept at the same time; others wait."""
KEPT_FOR_S: Final = 7 * 86_400.0
"""An import nobody touches is discarded after a week."""
UNFINISHED: Final[tuple[IntakeState, ...]] = ("receiving", "reading", "ready", "failed")


class IntakeDesk:
    """Has imports fetched, read and kept, in threads of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turns = Turns()
        self._threads = ThreadPoolExecutor(NUM_AT_ONCE, thread_name_prefix="intake")
        self._fetchers = Fetchers()
        self.watch = DeskWatch(self.look, self.tidy)
        """Its thread."""

    def start(self) -> None:
        """Begin to look; the first look comes at once, for what an earlier app left behind."""
        self.watch.start()

    def look(self) -> None:
        """Go on with what the rows of this app's imports ask for, and end what they do not."""
        turns = self._turns.list()  # before the rows: what begins meanwhile is not ended
        rows = {intake.intake_id: intake for intake in self._store.intakes.here()}
        for turn in turns:
            intake_id = turn.intake.intake_id
            if intake_id not in rows or rows[intake_id].turn > turn.number:
                turn.end()
        for intake in rows.values():
            self._go_on(intake)

    def tidy(self) -> None:
        """Remove what nobody touched for long, and files of imports that have ended."""
        self._store.intakes.forget_before(KEPT_FOR_S)
        self._store.intakes.remove_orphans()
        self._store.datasets.let_go()

    def fetch(self, intake: Intake) -> None:
        """Begin to fetch the public data set an import is of, and then read it."""
        self._go_on(intake)

    def read(self, intake: Intake, options: Options) -> Intake:
        """Begin to decode an import whose bytes are all here; what was decoded before is dropped.

        Raises:
            ConflictError: bytes are missing, it is being kept, or another app has its files.
        """
        if intake.state in UNFINISHED:
            self._store.intakes.check_here(intake)
        if intake.source is not None and intake.state in ("receiving", "failed"):
            # what is here already is not fetched again
            return self._begin(intake, ("receiving", "failed"), "receiving", options)
        if intake.state == "receiving" and intake.received < intake.size:
            raise ConflictError(
                f"{intake.received:,} of {intake.size:,} bytes are here; send the others first."
            )
        return self._begin(intake, UNFINISHED, "reading", options)

    def complete(self, intake: Intake) -> Intake:
        """Begin to decode an import whose last bytes came; told twice, it is begun once."""
        try:
            return self._begin(intake, ("receiving",), "reading", Options())
        except ConflictError:  # the last piece came twice
            return self._store.intakes.get(intake.intake_id)

    def progress(self, intake_id: str) -> Progress:
        """Return how far the reading of an import is."""
        turn = self._turns.get(intake_id)
        return Progress() if turn is None else turn.progress

    def pid(self, intake_id: str) -> int | None:
        """Return the process that decodes an import, None where there is none."""
        turn = self._turns.get(intake_id)
        return None if turn is None else turn.pid

    def cancel(self, intake: Intake) -> Intake:
        """End an import and remove its files; those with another app go there.

        Raises:
            ConflictError: it is being kept, or has ended.
        """
        moved = self._store.intakes.take_turn(intake.intake_id, UNFINISHED, "cancelled")
        self._turns.end_before(moved.intake_id, moved.turn)
        self._store.intakes.discard_files(moved)
        return moved

    def keep(self, intake: Intake, choices: Choices) -> Intake:
        """Begin to make a project of an import that is ready.

        Raises:
            ConflictError: it is not ready, or another app has its files.
        """
        if intake.state == "ready":
            self._store.intakes.check_here(intake)
        moved = self._store.intakes.take_turn(
            intake.intake_id, ("ready",), "keeping", choices=choices.to_json()
        )
        self._go_on(moved)
        return moved

    def close(self) -> None:
        """End every child and thread; the next start goes on."""
        self.watch.close()
        self._turns.close()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._fetchers.close()

    def _begin(
        self, intake: Intake, since: tuple[IntakeState, ...], to: IntakeState, options: Options
    ) -> Intake:
        moved = self._store.intakes.take_turn(
            intake.intake_id, since, to, options=options.to_json(), outline=None, error=None,
            earlier_outline=intake.outline or intake.earlier_outline,
        )  # fmt: skip
        self._go_on(moved)
        return moved

    def _go_on(self, intake: Intake) -> None:
        """Have done what the row of an import asks for, unless somebody is at it."""
        if intake.state == "reading":
            self._turns.begin(intake, lambda turn: self._threads.submit(self._do, self._read, turn))
        elif intake.state == "keeping":
            self._turns.begin(intake, lambda turn: self._threads.submit(self._do, self._keep, turn))
        elif intake.state == "receiving" and intake.source is not None:
            self._turns.begin(
                intake, lambda turn: self._fetchers.submit(self._do, self._fetch, turn)
            )

    def _do(self, work: Callable[[Turn], None], turn: Turn) -> None:
        with Ending(self._store, self._turns, turn):
            turn.check()
            work(turn)

    def _fetch(self, turn: Turn) -> None:
        intake = turn.intake
        turn.wait_for_earlier()
        wanted = find_set(**(intake.source or {}))

        def tell(num_bytes: int) -> None:
            turn.check()
            turn.progress = replace(turn.progress, done=num_bytes)

        turn.progress = Progress(0, wanted.size, time.monotonic())
        with self._fetchers.slot(turn.check):
            fetch(wanted, intake.upload, tell)
        moved = self._store.intakes.take_turn(
            intake.intake_id, ("receiving",), "reading", turn.number,
            options=dict(intake.options) or Options().to_json(), outline=None, error=None,
        )  # fmt: skip
        self._go_on(moved)

    def _read(self, turn: Turn) -> None:
        read_intake(self._store, turn, turn.intake.upload, turn.intake.name)

    def _keep(self, turn: Turn) -> None:
        """Make a project of one import; what fails leaves it ready, to be tried again."""
        intake = turn.intake
        try:
            project = keep(self._store, intake)
        except LodemapError as error:
            self._store.intakes.move(
                intake.intake_id, ("keeping",), "ready", turn.number, error=told(error)
            )
        else:
            note_kept(self._store, intake, project)
