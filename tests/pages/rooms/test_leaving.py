"""A page may leave at any moment, also while it is being refused: that is no error of ours."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.types import Message
from starlette.websockets import WebSocket

from pages.auth.doors import NEW
from pages.rooms.attending import Place, _hang_up, _read, _write, attend
from pages.rooms.news import News
from pages.rooms.rooms import Rooms
from pages.session import new_session
from store.sql.exchange import LocalExchange

PROJECT = "11111111-2222-3333-4444-555555555555"
PLACE = Place(PROJECT, 40, 2)


class Line:
    """A websocket whose other end leaves just before a message of ours of some type."""

    def __init__(self, leaves_at: str | None, query: str = "", *, is_new: bool = False) -> None:
        self.tried = list[str]()
        self._leaves_at = leaves_at
        self._has_come = False
        app = SimpleNamespace(state=SimpleNamespace(services=None, rooms=None))
        state: dict[str, Any] = {"session": new_session(), NEW: is_new}
        scope = {
            "type": "websocket", "app": app, "state": state, "query_string": query.encode(),
            "headers": [], "path": "/",
        }  # fmt: skip
        self.socket = WebSocket(scope, self._receive, self._send)

    async def _receive(self) -> Message:
        if not self._has_come:
            self._has_come = True
            return {"type": "websocket.connect"}
        return {"type": "websocket.receive", "text": json.dumps({"do": "nonsense"})}

    async def _send(self, message: Message) -> None:
        self.tried.append(message["type"])
        if message["type"] == self._leaves_at:
            raise ConnectionResetError  # as uvicorn's ClientDisconnected, an OSError


@pytest.mark.parametrize(
    ("leaves_at", "query", "is_new"),
    [
        ("websocket.accept", "", False),
        ("websocket.close", "", True),
        ("websocket.close", "person=another", False),
        ("websocket.send", "", False),
        ("websocket.close", "", False),
    ],
    ids=["accept", "close without a session", "close another's", "refusal", "close refused"],
)
def test_attend__a_page_that_leaves_is_no_error(leaves_at: str, query: str, is_new: bool) -> None:
    line = Line(leaves_at, query, is_new=is_new)
    asyncio.run(attend(line.socket, "no id of a project"))
    assert line.tried[-1] == leaves_at


def test_read__of_who_was_hung_up_on_ends_quietly() -> None:
    async def story() -> int:
        line, rooms = Line(None), Rooms(LocalExchange())
        await line.socket.accept()
        seat = rooms.enter(PROJECT, line.socket.state.session)
        await _hang_up(line.socket)
        await _read(line.socket, rooms, News(rooms, str), seat, PLACE)
        return line.tried.count("websocket.close")

    assert asyncio.run(story()) == 1


def test_write__to_who_has_left_ends_quietly() -> None:
    async def story() -> list[str]:
        line, rooms = Line("websocket.send"), Rooms(LocalExchange())
        await line.socket.accept()
        await _write(line.socket, rooms.enter(PROJECT, line.socket.state.session))
        return line.tried

    assert asyncio.run(story()) == ["websocket.accept", "websocket.send"]
