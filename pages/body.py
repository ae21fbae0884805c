"""The cap on what a request may carry: counted, because a declared length may lie or be missing."""

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.answers import RefusedError, answer_for
from pages.session import Session

MAX_BODY_BYTES: Final = 16 * 2**20
STRANGERS_BYTES: Final = 16 * 2**10
"""Of whom is not let in: they have a name, a password or the secret of an invite to say. A body is
kept until all of it is there, and half ones are kept for minutes."""
_DRAINED: Final = 4
"""How many caps are read, and thrown away: a browser shows our sentence only once it has sent
all."""


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
        most = self._most_of(scope)
        body = await read(receive, most)
        if body is None:
            return
        if len(body) > most:
            await answer_for(scope, too_large(most))(scope, receive, send)
            return
        await self._app(scope, replay(body, receive), send)

    def _most_of(self, scope: Scope) -> int:
        session: Session = scope["state"]["session"]
        return min(self._max_bytes, STRANGERS_BYTES) if session.role is None else self._max_bytes


async def read(receive: Receive, most: int) -> bytes | None:
    """Return the body, cut just above `most` bytes, or None when the client went away."""
    parts: list[bytes] = []
    kept = seen = 0
    is_open = True
    while is_open and seen <= _DRAINED * most:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        seen += len(part)
        parts.append(part[: most + 1 - kept])
        kept += len(parts[-1])
        is_open = message.get("more_body", False)
    return b"".join(parts)


def too_large(most: int) -> RefusedError:
    """Return what is said of a body of more than `most` bytes."""
    limit = f"{most / 2**20:g} MB" if most >= 2**20 else f"{most / 2**10:g} kB"
    return RefusedError(
        413,
        "body_too_large",
        f"The request is larger than {limit}; nothing was saved. Send less at once.",
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
