"""Turns of one person's requests: a few are worked on at a time, however many are due."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from starlette.types import Message, Receive, Send

MOST_AT_WORK: Final = 2
"""Requests of one person that are worked on at a time, until their answers begin."""
SLOW_S: Final = 1.0
"""After so long a request holds up the person's others no longer."""
MOST_SLOW: Final = 8
"""Requests of one person that do not: each may hold one of the app's forty threads."""


@dataclass
class _Line:
    """One person's requests that are due."""

    num_at_work: int = 0
    num_slow: int = 0
    """Of those that are at work no more, as far as the person's others go, but not done either."""
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class Turns:
    """Lets a few requests of each asker be worked on at a time, the others in their order."""

    def __init__(self, most_at_work: int = MOST_AT_WORK, most_slow: int = MOST_SLOW) -> None:
        self._most = most_at_work
        self._most_slow = most_slow
        self._lines: dict[str, _Line] = {}

    async def take(self, asker: str) -> "Turn":
        """Wait for a turn; whoever has it ends it."""
        line = self._lines.setdefault(asker, _Line())
        if line.num_at_work < self._most:
            line.num_at_work += 1
        else:
            called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            line.waiting.append(called)
            try:
                await called
            except asyncio.CancelledError:
                if called.done() and not called.cancelled():
                    self.end(asker, is_slow=False)  # it was called and will not come
                raise
        return Turn(self, asker)

    def set_aside(self, asker: str) -> bool:
        """Pass a turn on before its end; False where too many of the asker's are slow already."""
        line = self._lines[asker]
        if line.num_slow >= self._most_slow:
            return False
        line.num_slow += 1
        self._pass_on(line)
        return True

    def end(self, asker: str, *, is_slow: bool) -> None:
        """End a turn, which passes it on unless it was set aside."""
        line = self._lines[asker]
        if is_slow:
            line.num_slow -= 1
        else:
            self._pass_on(line)
        if line.num_at_work == line.num_slow == 0:
            del self._lines[asker]

    def _pass_on(self, line: _Line) -> None:
        while line.waiting:
            if not (called := line.waiting.popleft()).done():
                called.set_result(None)
                return
        line.num_at_work -= 1


class Turn:
    """One request's turn; it ends once, and holds up nobody after `SLOW_S`."""

    def __init__(self, turns: Turns, asker: str) -> None:
        self._turns: Turns | None = turns
        self._asker = asker
        self._is_slow = False
        self._clock = asyncio.get_running_loop().call_later(SLOW_S, self.lapse)

    def lapse(self) -> None:
        """Let the next begin, unless too many of this person's are slow: then look again later."""
        if self._turns is None or self._is_slow:
            return
        self._is_slow = self._turns.set_aside(self._asker)
        if not self._is_slow:
            self._clock = asyncio.get_running_loop().call_later(SLOW_S, self.lapse)

    def end(self) -> None:
        """Let the next begin."""
        if self._turns is not None:
            turns, self._turns = self._turns, None
            self._clock.cancel()
            turns.end(self._asker, is_slow=self._is_slow)


class Way:
    """What one request takes and gives while it has its turn, or until its body has come."""

    def __init__(self, take: Callable[[], Awaitable[Turn]], turn: Turn | None) -> None:
        """Begin; without a turn, `take` waits for one once the body is there."""
        self._take = take
        self._turn = turn

    def receiving(self, receive: Receive) -> Receive:
        """Return a `receive` that gives the last part of a body when it is the request's turn."""

        async def received() -> Message:
            message = await receive()
            if self._turn is None and is_last_part(message):
                self._turn = await self._take()
            return message

        return received

    def answering(self, send: Send) -> Send:
        """Return a `send` that ends the turn: the rest takes as long as whoever asked reads."""

        async def sent(message: Message) -> None:
            self.end()
            await send(message)

        return sent

    def end(self) -> None:
        """End the turn, if there is one."""
        if self._turn is not None:
            self._turn.end()


def is_last_part(message: Message) -> bool:
    """Whether the body of a request is there with this."""
    return message["type"] == "http.request" and not message.get("more_body", False)
