"""A kept-alive HTTP connection of a load client: what a browser's tab costs, and little more."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Final, Self

PATIENCE_S: Final = 15.0
"""As a page's own: an answer that takes longer counts as lost."""


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Connection:
    """One connection to an app on loopback, made anew when it broke; for one task at a time."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.port = port
        self.cookie = cookie
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> Answer:
        """Ask for something.

        Raises:
            OSError: the connection broke, or no answer came in time.
        """
        return await self._ask("GET", path, b"")

    async def post(self, path: str, body: object) -> Answer:
        """Send JSON.

        Raises:
            OSError: the connection broke, or no answer came in time.
        """
        return await self._ask("POST", path, json.dumps(body).encode())

    async def sign_in(self, name: str) -> Self:
        """Choose a display name, as a newcomer does."""
        answer = await self.post("/api/session", {"name": name})
        self.cookie = answer.headers["set-cookie"].split(";")[0]
        return self

    async def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _ask(self, method: str, path: str, body: bytes) -> Answer:
        was_open = self._streams is not None
        try:
            async with asyncio.timeout(PATIENCE_S):
                try:
                    return await self._exchange(method, path, body)
                except (asyncio.IncompleteReadError, ConnectionError):
                    if not was_open:
                        raise
                # the server had closed an idle connection: a browser asks again, too
                await self.close()
                return await self._exchange(method, path, body)
        except (TimeoutError, asyncio.IncompleteReadError, OSError, ValueError) as error:
            await self.close()
            raise OSError(f"{method} {path}: {error!r}") from error

    async def _exchange(self, method: str, path: str, body: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
        head += f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"\r\n" + body)
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ", 2)[1])
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:] if line)
        }
        data = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection") == "close":
            await self.close()
        return Answer(status, headers, data)
