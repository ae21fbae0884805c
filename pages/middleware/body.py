"""The cap on what a request may carry: counted, because a declared length may lie or be missing."""

from collections import Counter
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.answers import RefusedError, answer_for
from pages.middleware.pace import asker_of
from pages.session import Session

MAX_BODY_BYTES: Final = 16 * 2**20
STRANGERS_BYTES: Final = 16 * 2**10
"""Of whom is not let in: they have a name, a password or the secret of an invite to say. A body is
kept until all of it is there, and half ones are kept for minutes."""
MOST_OF_ONE: Final = 4 * MAX_BODY_BYTES
"""Of one person at a time: what comes letter by letter may be under way for minutes."""
MOST_OF_ALL: Final = 8 * MOST_OF_ONE
"""512 MB, beyond the beginnings of bodies: a gesture gets through whatever others send."""
SHORT_BYTES: Final = 2**16
CROWDED: Final = 429
AGAIN_S: Final = 5
_DRAINED: Final = 4
"""How many caps are read, and thrown away: a browser shows our sentence only once it has sent
all."""


class Budget:
    """How many bytes of bodies are kept at a time: of one person, and of all."""

    def __init__(
        self, of_one: int = MOST_OF_ONE, of_all: int = MOST_OF_ALL, short: int = SHORT_BYTES
    ) -> None:
        """Keep so many bytes; the first `short` of a body are in nobody else's way."""
        self.of_one, self.of_all, self.short = of_one, of_all, short
        self.kept: Counter[str] = Counter()
        """By person, without those who have none under way."""
        self.num_long = 0

    def share(self, asker: str) -> "Share":
        """Begin a body of somebody; whoever begins it ends it."""
        return Share(self, asker)


class Share:
    """What one body takes out of the budget."""

    def __init__(self, budget: Budget, asker: str) -> None:
        self._budget = budget
        self._asker = asker
        self._num_bytes = 0

    def takes(self, num_bytes: int) -> bool:
        """Take more bytes, where there is room for them."""
        budget, grown = self._budget, self._num_bytes + num_bytes
        more = max(0, grown - budget.short) - max(0, self._num_bytes - budget.short)
        is_room = budget.kept[self._asker] + num_bytes <= budget.of_one
        if not is_room or (more and budget.num_long + more > budget.of_all):
            return False
        budget.kept[self._asker] += num_bytes
        budget.num_long += more
        self._num_bytes = grown
        return True

    def end(self) -> None:
        """Give back all of it."""
        budget = self._budget
        budget.num_long -= max(0, self._num_bytes - budget.short)
        budget.kept[self._asker] -= self._num_bytes
        self._num_bytes = 0
        if not budget.kept[self._asker]:
            del budget.kept[self._asker]


class BodyCap:
    """Read a body up to the cap before the app sees the request; answer 413 above it.

    Where too many bytes of one person, or of all, are under way or worked on, the answer is 429.
    """

    def __init__(self, app: ASGIApp, max_bytes: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._budget = Budget()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http" or not _may_have_body(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        share = self._budget.share(asker_of(scope))
        try:
            await self._read_and_answer(share, scope, receive, send)
        finally:
            share.end()

    async def _read_and_answer(
        self, share: Share, scope: Scope, receive: Receive, send: Send
    ) -> None:
        try:
            body = await read(receive, self._most_of(scope), share)
        except RefusedError as error:
            answer = answer_for(scope, error)
            if error.status == CROWDED:
                answer.headers["retry-after"] = str(AGAIN_S)
            await answer(scope, receive, send)
            return
        if body is not None:
            await self._app(scope, replay(body, receive), send)

    def _most_of(self, scope: Scope) -> int:
        session: Session = scope["state"]["session"]
        return min(self._max_bytes, STRANGERS_BYTES) if session.role is None else self._max_bytes


async def read(receive: Receive, most: int, share: Share) -> bytes | None:
    """Return the body, or None when the client went away.

    Raises:
        RefusedError: it has more than `most` bytes, or no room; it has been read and thrown away.
    """
    kept, seen, is_open = bytearray(), 0, True
    refusal: RefusedError | None = None
    while is_open and seen <= _DRAINED * most:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part = message.get("body", b"")
        seen += len(part)
        is_open = message.get("more_body", False)
        if refusal is None:
            refusal = _refusal(seen, most, is_room=share.takes(len(part)))
        if refusal is None:
            kept += part
        else:
            kept.clear()
            share.end()
    if refusal is not None:
        raise refusal
    return bytes(kept)


def _refusal(seen: int, most: int, *, is_room: bool) -> RefusedError | None:
    if seen > most:
        return too_large(most)
    if is_room:
        return None
    words = f"Too much is being sent at once; wait {AGAIN_S} s. Nothing was saved."
    return RefusedError(CROWDED, "too_many_requests", words)


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
