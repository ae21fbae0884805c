"""The ASGI layer around all others: numbers each request, measures it, and logs what was slow."""

import asyncio
import logging
import secrets
import time
from contextlib import suppress
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.measures import Measures
from pages.middleware.pace import WAITED_S
from store.logs import REQUEST_ID

LOG: Final = logging.getLogger("lodemap.web")
HEADER: Final = "X-Request-Id"
SLOW_S: Final = 1.0
"""An answer that begins later is logged as a warning."""
LOOK_EVERY_S: Final = 0.5
"""Between two looks at how late the event loop is."""
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Watch:
    """Give each request a number, in its answer and in every line it logs; count it and its time.

    The number is drawn here: one that came with the request would let others write into our logs.
    """

    def __init__(self, app: ASGIApp, measures: Measures) -> None:
        self._app = app
        self._measures = measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        # a server gives each request a context of its own, so nothing has to be put back
        REQUEST_ID.set(secrets.token_hex(6))
        if scope["type"] == "websocket":
            await self._attend(scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started_s = time.perf_counter()

        async def numbered(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = REQUEST_ID.get()
                self._note(scope, message["status"], time.perf_counter() - started_s)
            await send(message)

        with self._measures.open_requests.track_inprogress():
            await self._app(scope, receive, numbered)

    def _note(self, scope: Scope, status: int, took_s: float) -> None:
        took_s -= scope.get("state", {}).get(WAITED_S, 0.0)  # that says nothing of the app
        method = scope["method"] if scope["method"] in METHODS else "other"
        self._measures.answered(method, route_of(scope), status, took_s)
        level = logging.WARNING if took_s >= SLOW_S else logging.INFO
        # without its query, which may hold a token
        words = "%s %s: %d after %.0f ms" + (", slow" if took_s >= SLOW_S else "")
        LOG.log(level, words, method, scope["path"][:200], status, took_s * 1000)

    async def _attend(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_accepted = False

        async def counted(message: Message) -> None:
            nonlocal is_accepted
            if message["type"] == "websocket.accept":
                is_accepted = True
                self._measures.websockets.inc()
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            if is_accepted:
                self._measures.websockets.dec()

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        looking = asyncio.create_task(self._look())
        try:
            await self._app(scope, receive, send)
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            asked_s = loop.time() + LOOK_EVERY_S
            await asyncio.sleep(LOOK_EVERY_S)
            self._measures.lag_s.observe(max(0.0, loop.time() - asked_s))


def route_of(scope: Scope) -> str:
    """Return what a request is counted under: its route's template, never its path.

    Whoever asks for a thousand addresses must not make a thousand series.
    """
    route: Any = scope.get("route")
    path = getattr(route, "path", None)
    if isinstance(path, str):
        return path
    if scope.get("root_path"):  # a mount of static files
        return f"{scope['root_path']}/*"
    return "/metrics" if scope["path"] == "/metrics" else "refused"
