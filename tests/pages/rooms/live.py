"""A page's side of a room, by hand: it can also misbehave."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from socket import create_connection
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.pages.web import Browser

VIEW = {"page": "map", "run_id": None, "n": 3, "stance": {"of": {"x": [0, 1], "y": [0, 2]}}}


@dataclass
class Live:
    """A connection, and the newest of what it was told."""

    socket: ClientConnection
    room: dict[str, Any] = field(default_factory=dict)
    member_id: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)

    def say(self, do: str, **values: Any) -> None:
        self.socket.send(json.dumps({"do": do, **values}))

    def hear(self, kind: str, **values: Any) -> dict[str, Any]:
        """Wait for a message of a kind with these values; others are kept in `seen`."""
        while True:
            message: dict[str, Any] = json.loads(self.socket.recv(timeout=20))
            self.seen.append(message)
            self.room = message if message["is"] == "room" else self.room
            self.member_id = message["id"] if message["is"] == "you" else self.member_id
            if message["is"] == kind and values.items() <= message.items():
                return message

    def wait_for_people(self, count: int) -> None:
        while len(self.room.get("people", ())) != count:
            self.hear("room")

    def wait_for_presenter(self, member_id: str | None) -> None:
        while "presenter" not in self.room or presenter_of(self.room) != member_id:
            self.hear("room")

    def closed_with(self) -> int:
        """Read on until the server closes; return its code."""
        try:
            while True:
                self.seen.append(json.loads(self.socket.recv(timeout=20)))
        except ConnectionClosed as error:
            return error.rcvd.code if error.rcvd else 0


def presenter_of(room: dict[str, Any]) -> str | None:
    presenter = room["presenter"]
    return presenter["id"] if presenter else None


def browser_of(port: int, name: str | None) -> Browser:
    """A browser with a session, and a name where one is given."""
    browser = Browser(port)
    browser.get("/api/session")
    if name is not None:
        browser.post("/api/session", {"name": name})
    return browser


@contextmanager
def live(port: int, project_id: str, name: str | None = "Ada", **changes: Any) -> Iterator[Live]:
    """Join a room; `browser` joins as one that was there before."""
    browser = changes.pop("browser", None) or browser_of(port, name)
    origin = changes.pop("origin", f"http://127.0.0.1:{port}")
    query = changes.pop("query", "")
    name_of_host = changes.pop("host", "127.0.0.1")
    with connect(
        f"ws://{name_of_host}:{port}/api/projects/{project_id}/room{query}", origin=origin,
        sock=create_connection(("127.0.0.1", port)), additional_headers={"Cookie": browser.cookie},
        compression=None, open_timeout=20, **changes,
    ) as socket:  # fmt: skip
        yield Live(socket)
