"""The ASGI layer right behind the guard: nothing behind it is reached by whom the door turns away.

It stands around pages, callbacks, routes, static files and websockets alike, because a check that
lives in one router misses the next one (docs/security.md, T4).
"""

import logging
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from ml.errors import LodemapError
from pages.answers import RightEndedError, answer_for
from pages.auth.doors import NEW, Door
from pages.auth.outlived import while_allowed
from pages.closing import LATER, NO_SESSION
from pages.middleware.pace import Pace
from pages.session import (
    PUBLIC_PATHS,
    STRANGER,
    Session,
    SessionCookies,
    network_of,
    wants_cookie,
)

LOG: Final = logging.getLogger("lodemap.web")


class SessionGate:
    """Gives each connection its session, and turns away who has none."""

    def __init__(self, pace: Pace, cookies: SessionCookies, door: Door) -> None:
        """Stand in front of a paced app; who is turned away has a pace by address."""
        self._app = self._pace = pace
        self._cookies = cookies
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        if (
            scope["path"] in PUBLIC_PATHS
        ):  # whoever looks after the app asks also while SQL is silent
            state["session"] = STRANGER
            await self._app(scope, receive, send)
            return
        try:
            session = await self._door.recognise(scope)
        except LodemapError as error:
            await _refuse(scope, error, receive, send)
            return
        if session is None and scope["path"] not in self._door.public:
            # apart from who may sign in from that address: one who is turned away locks nobody out
            asker = f"turned away {network_of(scope)}"
            await self._pace.slow_down(self._turn_away, asker, scope, receive, send)
            return
        state["session"] = session or STRANGER
        if session is not None and state.get(NEW) and wants_cookie(scope):
            send = self._with_cookie(send, scope, session)
        if session is not None and session.is_person:
            send = while_allowed(send, scope, session, self._door)
        try:
            await self._app(scope, receive, send)
        except RightEndedError:
            LOG.info("What was on its way to somebody was cut off: they may not have it any more")

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": NO_SESSION})
            return
        try:
            answer: Response = self._door.turn_away(scope)
        except LodemapError as error:
            answer = answer_for(scope, error)
        await answer(scope, receive, send)

    def _with_cookie(self, send: Send, scope: Scope, session: Session) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "set-cookie" not in headers:
                    self._cookies.write(headers, scope, session)
            await send(message)

        return sending


async def _refuse(scope: Scope, error: LodemapError, receive: Receive, send: Send) -> None:
    """Say that it cannot be told who is asking."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": LATER})
        return
    await answer_for(scope, error)(scope, receive, send)
