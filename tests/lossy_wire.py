"""A wire to PostgreSQL that breaks when it is told to: after a COMMIT has come through."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BLOCK = 65536


class LossyWire:
    """Passes on what both sides say, until an answer to a commit is to be lost."""

    def __init__(self, port: int) -> None:
        """Listen at a free port for what is meant for `port`."""
        self._to = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.loses_next_commit = False
        """Whether the next COMMIT is carried out and its answer lost, with the connection."""
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no further connection."""
        self._door.close()

    def _accept(self) -> None:
        with suppress(OSError):  # the door is closed
            while True:
                client, _ = self._door.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                lost = threading.Event()
                for pump, source, sink in (
                    (self._ask, client, server),
                    (self._answer, server, client),
                ):
                    threading.Thread(target=pump, args=(source, sink, lost), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket, lost: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(BLOCK):
                if self.loses_next_commit and b"COMMIT" in data:
                    self.loses_next_commit = False
                    lost.set()
                server.sendall(data)
        _break(server)

    def _answer(self, server: socket.socket, client: socket.socket, lost: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(BLOCK):
                if lost.is_set():  # it was carried out
                    break
                client.sendall(data)
        _break(client)
        _break(server)


def _break(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def lossy_wire(port: int) -> Iterator[LossyWire]:
    """Yield a wire to a port of this machine."""
    wire = LossyWire(port)
    try:
        yield wire
    finally:
        wire.close()
