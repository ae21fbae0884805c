"""Rings the pages of a project whenever something about it changed, so that none has to ask.

A ring says nothing but that there is news; the page then asks for the state, with its own rights.
So a lost ring costs a moment: a page asks by itself, too, only less often.

What this app saves it hears of at once, what another app of the database saves by the exchange,
and what a worker or the command line saves by looking. Only projects somebody has open are looked
at; without a page nothing runs. Where many have to be told, a few at a time are: fifty pages that
ask at once would stand in the way of whoever speaks next.

Everything here but the looking runs on the event loop, so nothing needs a lock.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import Final

from starlette.concurrency import run_in_threadpool

from ml.errors import LodemapError
from pages.rooms.rooms import Rooms, Seat, to_text
from store.endurance import Endurance

LOG: Final = logging.getLogger("lodemap.news")
PASS_S: Final = 0.025
"""Between two handfuls of pages that are told."""
HANDFUL: Final = 5
"""Pages told at once: 200 a second, however many there are."""
REST_S: Final = 0.05
"""After a look, however much is written."""
GAP_S: Final = 0.1
"""Between two rings of one page."""
LOOK_S: Final = 0.25
"""Between two looks at a project, where few are open."""
LOOKS_PER_S: Final = 10.0
"""Looks of all projects together, but for those that somebody has just written to."""
NEWS: Final = to_text({"is": "news"})
PulseOf = Callable[[str], str]
"""Returns a text that differs once anything about a project does; asks the database."""


class News:
    """What the pages of this app were not told yet."""

    def __init__(self, rooms: Rooms, pulse_of: PulseOf) -> None:
        self._rooms = rooms
        self._pulse_of = pulse_of
        self._pulses: dict[str, str] = {}
        """By project, what its pages were told of, or had when the first of them came."""
        self._wrote: set[str] = set()
        self._looked_s: dict[str, float] = {}
        self._behind: dict[str, Seat] = {}
        """Pages that have not been told, in the order of their turns."""
        self._told_s: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._endurance = Endurance("Pages are not told what is new")
        rooms.on_stir = self.stir

    def attend(self, seat: Seat) -> None:
        """A page has come; what happened since it asked for the state, it may have missed."""
        loop = asyncio.get_running_loop()
        if sum(task.get_loop() is loop and not task.done() for task in self._tasks) < 2:
            for task in self._tasks:
                task.cancel()
            self._stirred, self._rung = asyncio.Event(), asyncio.Event()
            self._tasks = {loop.create_task(self._look()), loop.create_task(self._tell())}
        self.ring(seat)
        self._stirred.set()

    def ring(self, seat: Seat) -> None:
        """Tell a page that has come, or doubts that it would be told, as if there were news."""
        self._behind.setdefault(seat.member_id, seat)
        self._rung.set()

    def leave(self, seat: Seat) -> None:
        """A page has gone."""
        self._behind.pop(seat.member_id, None)
        self._told_s.pop(seat.member_id, None)

    def wrote(self, project_id: str | None) -> None:
        """This app has saved something of a project, or of no one knows which."""
        for each in self._rooms.open_projects() if project_id is None else [project_id]:
            self.stir(each)
        if project_id is not None:
            self._rooms.stir_others(project_id)

    def stir(self, project_id: str) -> None:
        """Look at a project at once, if anybody has it open."""
        if self._tasks and project_id in self._rooms.open_projects():
            self._wrote.add(project_id)
            self._stirred.set()

    async def _look(self) -> None:
        """Look at what somebody wrote to, and at each project now and then."""
        while True:
            await self._stirred_or_due()
            open_ids = self._rooms.open_projects()
            for known in (self._pulses, self._looked_s):
                for gone in known.keys() - open_ids:
                    del known[gone]
            due = (self._wrote & open_ids) | self._due(open_ids)
            self._wrote.clear()
            if due:
                self._ring(await run_in_threadpool(self._look_at, due))
            await asyncio.sleep(REST_S)

    async def _stirred_or_due(self) -> None:
        """Wait until somebody writes or it is time to look; for a page, where there is none."""
        try:
            async with asyncio.timeout(LOOK_S if self._rooms.num_seats else None):
                await self._stirred.wait()
        except TimeoutError:
            return
        self._stirred.clear()

    def _due(self, open_ids: Iterable[str]) -> set[str]:
        ids = list(open_ids)
        since = time.monotonic() - max(LOOK_S, len(ids) / LOOKS_PER_S)
        return {each for each in ids if self._looked_s.get(each, since) <= since}

    def _look_at(self, project_ids: Iterable[str]) -> dict[str, str]:
        """Return the pulses of projects; of one that is gone, or cannot be told now, ""."""
        found = dict.fromkeys(project_ids, "")
        self._endurance.do(lambda: self._look_into(found))
        return found

    def _look_into(self, found: dict[str, str]) -> None:
        for project_id in found:
            try:
                found[project_id] = self._pulse_of(project_id)
            except LodemapError as error:
                LOG.info("No news of project %s: %s", project_id, error.sentence)

    def _ring(self, pulses: dict[str, str]) -> None:
        now_s = time.monotonic()
        for project_id, pulse in pulses.items():
            self._looked_s[project_id] = now_s
            if self._pulses.get(project_id) == pulse:
                continue
            self._pulses[project_id] = pulse
            for seat in self._rooms.seats_in(project_id):
                self._behind.setdefault(seat.member_id, seat)
        if self._behind:
            self._rung.set()

    async def _tell(self) -> None:
        """Ring whoever is behind, a handful at a time, those first who wait for longest."""
        while True:
            await self._rung.wait()
            now_s = time.monotonic()
            is_due = (s for s in self._behind.values() if self._last_s(s) <= now_s - GAP_S)
            for seat, _ in zip(list(is_due), range(HANDFUL), strict=False):
                del self._behind[seat.member_id]
                self._told_s[seat.member_id] = now_s
                seat.outbox.put("news", NEWS)
            if not self._behind:
                self._rung.clear()
            await asyncio.sleep(PASS_S)

    def _last_s(self, seat: Seat) -> float:
        return self._told_s.get(seat.member_id, float("-inf"))
