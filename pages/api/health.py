"""Is the app alive, and with `?deep`, is all there that it needs: for whoever watches over it.

Open to everybody, so it tells nothing but yes and no, and looks once for all who ask at once: one
look may wait for a database that hangs, and must not hold a thread for each of many strangers.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from ml.errors import LodemapError
from pages.answers import JsonAnswer
from pages.auth.declared import requires
from pages.rooms.rooms import Rooms
from pages.services import Services
from store.opening import Store

router = APIRouter()
KEPT_S: float = 1.0
"""How long one deep answer is everybody's."""


class Carrying(Protocol):
    """What carries runs to workers."""

    @property
    def is_turning(self) -> bool:
        """Whether its own threads go on."""

    @property
    def has_queue(self) -> bool:
        """Whether its queue takes runs."""


class DeepLooks:
    """Looks one at a time; whoever asks meanwhile gets the same answer."""

    def __init__(
        self, services: Services, rooms: Rooms, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._services = services
        self._rooms = rooms
        self._now = now
        self._lock = asyncio.Lock()
        self._found: dict[str, bool] = {}
        self._until = 0.0

    async def take(self) -> dict[str, bool]:
        """Return whether each part is there, as of a second ago at most."""
        async with self._lock:
            if self._now() >= self._until:
                services = self._services
                found, is_joined = await asyncio.gather(
                    run_in_threadpool(look, services.store, services.backend),
                    self._rooms.are_joined(),
                )
                self._found = {**found, "exchange": is_joined}
                self._until = self._now() + KEPT_S
            return self._found


@router.get("/healthz")
@requires("anybody")
async def health(request: Request, deep: str | None = None) -> Response:
    """Say that the process answers; with `?deep` whether all does that it works with."""
    if deep is None:
        return JsonAnswer({"status": "ok"})
    deep_looks: DeepLooks = request.app.state.deep_looks
    found = await deep_looks.take()
    return JsonAnswer({"status": status_of(found), **found}, 200 if is_ready(found) else 503)


def look(store: Store, backend: Carrying) -> dict[str, bool]:
    """Return whether each part the app needs is there, and its own threads go on.

    The exchange is asked beside it, on the event loop (`Rooms.are_joined`).
    """
    found = {
        "artifacts": store.artifacts.is_reachable(),
        "threads": backend.is_turning,
        "queue": backend.has_queue,
    }
    try:
        workers = store.workers.list()
    except LodemapError:
        return {"database": False, **found, "worker": False}
    return {"database": True, **found, "worker": any(worker.is_present for worker in workers)}


def is_ready(found: dict[str, bool]) -> bool:
    """Whether people can work; names are saved without a worker, too."""
    return found["database"] and found["artifacts"]


def status_of(found: dict[str, bool]) -> str:
    """Return all of it in a word."""
    if not is_ready(found):
        return "unavailable"
    return "ok" if all(found.values()) else "degraded"
