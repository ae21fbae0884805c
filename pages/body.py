"""The cap on what a request may carry: counted, because a declared length may lie or be missing."""

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.answers import RefusedError, answer_for

MAX_BODY_BYTES: Final = 16 * 2**20
_DRAIN_BYTES: Final = 4 * MAX_BODY_BYTES
"""How much more is read and thrown away: a browser shows our sentence only once it has sent all."""


class BodyCap:
    """Read a body up to the cap before the app sees the request; answer 413 above it."""

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http" or not _may_have_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        body = await self._read(receive)
        if body is None:
            return
        if len(body) > self._max_bytes:
            await answer_for(scope, self._too_large())(scope, receive, send)
            return
        await self._app(scope, replay(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        """Return the body, cut just above the cap, or None when the client went away."""
        parts: list[bytes] = []
        kept = seen = 0
        is_open = True
        while is_open and seen <= _DRAIN_BYTES:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            part = message.get("body", b"")
            seen += len(part)
            room = self._max_bytes + 1 - kept
            parts.append(part[:room])
            kept += len(parts[-1])
            is_open = message.get("more_body", False)
        return b"".join(parts)

    def _too_large(self) -> RefusedError:
        limit = self._max_bytes / 2**20
        return RefusedError(
            413,
            "body_too_large",
            f"The request is larger than {limit:g} MB; nothing was saved. Send less at once.",
        )


def _may_have_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body once and then waits for the client as before."""
    is_given = False

    async def next_message() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return next_message
