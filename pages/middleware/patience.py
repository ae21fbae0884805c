"""How long a connection may take to say what it wants, and to take what it gets.

Whoever does either letter by letter is cut off: uvicorn waits for ever for the rest of a request,
and for a reader of its answer, and each open connection is a file of the process (slowloris, slow
read). A request that has arrived may take as long as it needs. Where connections get many, those
that have owed a request longest make room for new ones.
"""

import asyncio
import heapq
import resource
import time
from contextlib import suppress
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S: float = 20.0
"""From the first moment, or the first letter of a further request, to the end of the headers."""
BODY_S: float = 300.0
"""From there to the end of the body: 16 MB at 55 kB a second."""
ANSWER_S: float = 120.0
"""How long an answer may wait for whoever asked to read on. What counts is that it gets anywhere:
Linux tells that of a third of the connection's buffer, so that 11 kB a second do at the worst."""

WANTED_FILES: Final = 65_536
"""Files the process may open, where the system allows it: many systems begin with 1,024."""


def allow_many_files() -> None:
    """Raise the limit of open files, sockets among them, as far as the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(hard, WANTED_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):  # macOS names no limit where it has one
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def most_connections() -> int:
    """Return how many connections are held: the other half of the files is for work and data."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return (WANTED_FILES if soft == resource.RLIM_INFINITY else soft) // 2


class PatientProtocol(H11Protocol):
    """Reads requests and writes answers as uvicorn does, for a while."""

    owes_since_s: float | None = None
    """Since when the rest of a request has been waited for, None where nothing is owed."""
    _waiting: asyncio.TimerHandle | None = None
    _waits_for: Any = None
    _is_upgraded: bool = False
    _reading: asyncio.TimerHandle | None = None
    _num_unread: int = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=0)  # whatever is not taken at once is noticed
        self._wait(h11.IDLE)
        if len(self.connections) > most_connections():
            self._make_room()

    def handle_events(self) -> None:
        """Read on; the clock goes on too until the head or the body is whole.

        Also where no data comes: what was sent behind a request is read once that is answered.
        """
        super().handle_events()
        if not self._is_upgraded:
            self._wait(self.conn.their_state)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Leave the connection to the websocket's own protocol, for good."""
        self._is_upgraded = True
        self._stop()
        self.transport.set_write_buffer_limits()
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop()
        self._stop_watching()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to look whether what is left of an answer becomes less."""
        super().pause_writing()
        self._stop_watching()
        self._num_unread = self.transport.get_write_buffer_size()
        self._reading = self.loop.call_later(ANSWER_S, self._look_at_reader)

    def resume_writing(self) -> None:
        """Go on: all of it has been taken."""
        self._stop_watching()
        super().resume_writing()

    def _look_at_reader(self) -> None:
        num_unread = self.transport.get_write_buffer_size()
        if num_unread >= self._num_unread:
            self._cut_off()
            return
        self._num_unread = num_unread
        self._reading = self.loop.call_later(ANSWER_S, self._look_at_reader)

    def _stop_watching(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        self._reading = None

    def _wait(self, state: Any) -> None:
        if state is self._waits_for:
            return
        self._stop()
        patience_s = {h11.IDLE: HEAD_S, h11.SEND_BODY: BODY_S}.get(state)
        if patience_s is not None:
            self._waits_for = state
            self.owes_since_s = time.monotonic()
            self._waiting = self.loop.call_later(patience_s, self._lose_patience)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = self._waits_for = self.owes_since_s = None

    def _make_room(self) -> None:
        """Cut off who has owed a request longest; a page opens another when it needs one.

        One in a hundred go at once: to look through all of them for each new one would take longer
        than to answer it.
        """
        owing = {
            each: each.owes_since_s
            for each in self.connections
            if isinstance(each, PatientProtocol) and each.owes_since_s is not None
        }
        for each in heapq.nsmallest(max(1, len(owing) // 100), owing, key=owing.__getitem__):
            each._cut_off()

    def _lose_patience(self) -> None:
        if self._waits_for is h11.IDLE and self._reading is not None:
            # the last answer is still being taken, which has a patience of its own
            self._waiting = self.loop.call_later(HEAD_S, self._lose_patience)
            return
        self._cut_off()

    def _cut_off(self) -> None:
        self._stop()
        self.transport.abort()  # whoever reads nothing would keep one that closes gently
