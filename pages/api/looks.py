"""One look at a project for all who ask at about the same time.

In a meeting everybody asks for the state of the same project twice a second, and with each gesture
of anybody it is another one. So where a project is looked at more than twenty times a second, a
look is shared for 30 ms. Whoever wrote something since it was taken gets a new one all
the same: a page sees at once what it has done itself.
"""

import re
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.api import wording
from pages.rooms.news import News
from pages.services import Services
from store.journal.whole_state import WholeState
from store.names import UUID
from store.opening import Store
from store.queue.queue import Place
from store.queue.worker_records import Worker
from store.records import Project, Run, SnapshotRow

KEPT_S: Final = 0.03
"""How old what somebody else did may be that a page is not told of yet, where many ask."""
MANY: Final = 20
"""Looks at one project within a second from which on they are shared."""
PROJECTS_KEPT: Final = 64
WRITERS_KEPT: Final = 1000
_EAGERNESS: Final = ("stopping", "starting", "ready", "busy")
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_REFUSED: Final = 400
_OF_PROJECT: Final = re.compile(rf"/api/projects/({UUID.pattern})(?:/|$)")
WorkerJson = Mapping[str, str | None]


@dataclass(frozen=True, eq=False)
class Look:
    """What a project looks like at one moment."""

    project: Project
    state: WholeState
    runs: Sequence[Run]
    head: SnapshotRow | None
    places: Mapping[str, Place]
    """By run_id, where those that wait stand in the queue."""
    waits: Mapping[str, str]
    """By run_id, what they wait for, in words."""
    worker: WorkerJson
    pulse: str
    """Differs whenever anything else here does."""
    shown: dict[str, Any] = field(default_factory=dict)
    """What was made of it for the first who asked and is the same for all; filled by readers."""
    names: dict[int, Any] = field(default_factory=dict)
    """By the journal position that somebody has, which names are others now; filled by readers."""


@dataclass
class _Slot:
    lock: threading.Lock = field(default_factory=threading.Lock)
    began_s: deque[float] = field(default_factory=lambda: deque(maxlen=MANY))
    """When the newest looks were taken, the last one last."""
    look: Look | None = None

    def may_share(self, now_s: float, wrote_s: float) -> bool:
        """Whether the newest look does for somebody who wrote something at `wrote_s`."""
        if self.look is None or len(self.began_s) < MANY:
            return False
        is_busy = self.began_s[-MANY] > now_s - 1.0
        return is_busy and self.began_s[-1] > max(now_s - KEPT_S, wrote_s)


class Looks:
    """The newest look at each project."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._slots: OrderedDict[str, _Slot] = OrderedDict()
        self._wrote_s: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def note_writer(self, cookie: str) -> None:
        """Note that a browser, by its cookie, has just been answered that something is saved."""
        with self._lock:
            self._wrote_s[cookie] = time.monotonic()
            self._wrote_s.move_to_end(cookie)
            while len(self._wrote_s) > WRITERS_KEPT:
                self._wrote_s.popitem(last=False)

    def of(self, project_id: str, cookie: str) -> Look:
        """Return how a project looks to a browser that may have written to it itself.

        Raises:
            NotFoundError: no such project.
        """
        slot = self._slot(project_id)
        with slot.lock:
            now_s = time.monotonic()
            wrote_s = self._wrote_s.get(cookie, float("-inf"))
            if slot.look is None or not slot.may_share(now_s, wrote_s):
                slot.look = self._renewed(project_id, slot.look)
                slot.began_s.append(now_s)
            return slot.look

    def newest(self, project_id: str) -> Look:
        """Return how a project looks now; whoever asks within the next moment shares this look.

        Raises:
            NotFoundError: no such project.
        """
        slot = self._slot(project_id)
        with slot.lock:
            slot.began_s.append(time.monotonic())
            slot.look = self._renewed(project_id, slot.look)
            return slot.look

    def _renewed(self, project_id: str, before: Look | None) -> Look:
        """Return a new look, or the one before when nothing has changed.

        The pulse is read before the state: a change in between makes the page ask once more, while
        the other order would let it believe that it has seen the change.
        """
        store, backend = self._services.store, self._services.backend
        worker = worker_json(store.workers.list(), backend.problem)
        waits = waits_of(store, project_id, worker, store.queue.places())
        pulse = f"{store.pulse.of(project_id)} {waits} {worker}"
        if before is not None and before.pulse == pulse:
            return before
        return take_look(store, project_id, worker, pulse)

    def _slot(self, project_id: str) -> _Slot:
        with self._lock:
            slot = self._slots.setdefault(project_id, _Slot())
            self._slots.move_to_end(project_id)
            while len(self._slots) > PROJECTS_KEPT:
                self._slots.popitem(last=False)
            return slot


class WriterNotes:
    """ASGI layer: notes who was answered, before they hear it, and that there is news."""

    def __init__(self, app: ASGIApp, looks: Looks, news: News) -> None:
        self._app = app
        self._looks = looks
        self._news = news

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http" or scope["method"] in _READING:
            await self._app(scope, receive, send)
            return
        cookie = cookie_of(scope)

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._looks.note_writer(cookie)
                if message["status"] < _REFUSED:
                    self._tell_of(scope["path"])
            await send(message)

        await self._app(scope, receive, note)

    def _tell_of(self, path: str) -> None:
        """Say that something was saved, where it can be of a project that somebody has open."""
        project_id = project_of(path)
        if project_id is not None or path.startswith("/api/runs/"):
            self._news.wrote(project_id)


def project_of(path: str) -> str | None:
    """Return the project that an address of the interface is about, None where it names none."""
    found = _OF_PROJECT.match(path)
    return found.group(1) if found else None


def cookie_of(scope: Scope) -> str:
    """Return the cookies of a request as they came: by these a browser is known here."""
    headers: Sequence[tuple[bytes, bytes]] = scope["headers"]
    return next((value.decode("latin-1") for name, value in headers if name == b"cookie"), "")


def take_look(store: Store, project_id: str, worker: WorkerJson, pulse: str) -> Look:
    """Read what a look is made of."""
    project = store.projects.get(project_id)
    runs = store.runs.of_project(project_id)
    waiting = [run.run_id for run in runs if run.state == "queued"]
    places = store.queue.places(waiting) if waiting else {}
    state = store.journal.state(project_id)
    return Look(
        project=project,
        state=state,
        runs=runs,
        head=store.runs.head_of(state),
        places=places,
        waits=waits_of(store, project_id, worker, places),
        worker=worker,
        pulse=pulse,
    )


def waits_of(
    store: Store, project_id: str, worker: WorkerJson, places: Mapping[str, Place]
) -> dict[str, str]:
    """Return what each waiting run of a project waits for, in words, by run_id."""
    is_team = store.settings.mode == "team"
    return {
        run_id: wording.explain_wait(place, worker["state"], is_team=is_team)
        for run_id, place in places.items()
        if place.project_id == project_id
    }


def worker_json(workers: Sequence[Worker], problem: str | None) -> dict[str, str | None]:
    """Return the most useful of the workers that still report, else why there is none."""
    known = [w for w in workers if w.is_present and w.state in _EAGERNESS]
    if not known and problem:
        return {"state": "failed", "device": None, "message": problem}
    if not known:
        return {"state": "absent", "device": None}
    best = max(known, key=lambda worker: _EAGERNESS.index(worker.state))
    told = {"message": problem} if problem else {}
    return {"state": best.state, "device": best.device, **told}
