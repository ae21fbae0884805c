"""A way to an app that can die as that of a machine which sleeps: nothing ends, nothing comes."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from tests.services import free_port

BLOCK = 65536
RESET = struct.pack("ii", 1, 0)
"""Linger for no time: an end that is closed so answers as one that nobody knows."""
Lost = Literal["questions", "answers"]


@dataclass
class Pair:
    """A connection of the browser, and the one to the app that stands for it."""

    near: socket.socket
    far: socket.socket
    lost: Lost | None = None
    """What comes through no more: "questions" are all, "answers" only what the app says."""
    is_used: bool = False
    """Whether the browser has said anything: it opens some connections for later."""
    is_forgotten: bool = False
    """Whether the app has ended its side."""
    is_over: bool = False
    """Whether the browser's machine is back: what it says here now is answered by a reset."""

    def ask(self) -> None:
        """Carry what the browser says, until it has ended."""
        with suppress(OSError):
            while data := self.near.recv(BLOCK):
                self.is_used = True
                if self.is_over:
                    self.near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                    break
                if self.lost != "questions":
                    self.far.sendall(data)
        self.near.close()
        shut(self.far)

    def answer(self) -> None:
        """Carry what the app says; of the end of a dead connection the browser hears nothing."""
        with suppress(OSError):
            while data := self.far.recv(BLOCK):
                if self.lost is None:
                    self.near.sendall(data)
        self.is_forgotten = True
        self.far.close()
        if self.lost is None:
            shut(self.near)


def shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@dataclass
class DeadWire:
    """A port that leads to an app, by connections that may die."""

    to: int
    port: int = field(default_factory=free_port)
    pairs: list[Pair] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def die(self, lost: Lost) -> None:
        """Lose all that is said on what is open, and on what is opened from now on."""
        self._lost: Lost | None = lost
        for pair in self.pairs:
            pair.lost = lost

    def is_forgotten(self) -> bool:
        """Whether the app has given up every connection."""
        return all(pair.is_forgotten for pair in self.pairs if pair.is_used)

    def come_back(self) -> None:
        """Let new connections through; those that died stay open, and nobody knows them."""
        self._lost = None
        for pair in self.pairs:
            pair.is_over = True

    def close(self) -> None:
        """End everything."""
        shut(self._door)
        self._door.close()
        for pair in self.pairs:
            shut(pair.near)
            shut(pair.far)

    _lost: Lost | None = None

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._door.accept()
                far = socket.create_connection(("127.0.0.1", self.to))
                pair = Pair(near, far, self._lost)
                self.pairs.append(pair)
                for carry in (pair.ask, pair.answer):
                    threading.Thread(target=carry, daemon=True).start()


@contextmanager
def dead_wire(to: int) -> Iterator[DeadWire]:
    """Yield a way to an app that is alive until it is told to die."""
    wire = DeadWire(to)
    try:
        yield wire
    finally:
        wire.close()
