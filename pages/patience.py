"""How long a connection may take to say what it wants: whoever says it letter by letter is cut off.

uvicorn waits for ever for the rest of a request, and each open connection is a file of the process
(slowloris). A request that has arrived may take as long as it needs.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S: float = 20.0
"""From the first moment, or the first letter of a further request, to the end of the headers."""
BODY_S: float = 300.0
"""From there to the end of the body: 16 MB at 55 kB a second."""


class PatientProtocol(H11Protocol):
    """Reads requests as uvicorn does, for a while."""

    _waiting: asyncio.TimerHandle | None = None
    _waits_for: Any = None
    _is_upgraded: bool = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait(h11.IDLE)

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
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop()
        super().connection_lost(exc)

    def _wait(self, state: Any) -> None:
        if state is self._waits_for:
            return
        self._stop()
        patience_s = {h11.IDLE: HEAD_S, h11.SEND_BODY: BODY_S}.get(state)
        if patience_s is not None:
            self._waits_for = state
            self._waiting = self.loop.call_later(patience_s, self._cut_off)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = self._waits_for = None

    def _cut_off(self) -> None:
        self._stop()
        self.transport.abort()  # whoever reads nothing would keep one that closes gently
