"""Firefox by its own remote control, Marionette: JSON over a socket, no driver and no package.

Protocol: https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.served import free_port

NAMES = ("firefox", "firefox-esr")
START_S = 60.0
PREFERENCES = {
    "webgl.force-enabled": True,  # headless, without a card
    "webgl.forbid-software": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.aboutwelcome.enabled": False,
}


def installed() -> str | None:
    """Where Firefox is, None where it is not installed."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Firefox:
    """One window of a running Firefox."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = b""
        self._last_id = 0
        self._receive()
        self.command("WebDriver:NewSession", {"capabilities": {}})

    def command(self, name: str, parameters: dict[str, Any]) -> Any:
        """Ask for something and wait for the answer.

        Raises:
            RuntimeError: with Firefox's own words, when it refuses.
        """
        self._last_id += 1
        body = json.dumps([0, self._last_id, name, parameters]).encode()
        self._connection.sendall(b"%d:%b" % (len(body), body))
        _, _, error, result = self._receive()
        if error:
            raise RuntimeError(f"{name}: {error['message']}")
        return result

    def open(self, url: str) -> None:
        self.command("WebDriver:Navigate", {"url": url})

    def evaluate(self, script: str) -> Any:
        """Return what a function's body returns; a promise is awaited."""
        return self.command("WebDriver:ExecuteScript", {"script": script, "args": []})["value"]

    def wait_for(self, condition: str, within_s: float) -> None:
        """Wait until an expression is true."""
        deadline = time.monotonic() + within_s
        while not self.evaluate(f"return Boolean({condition})"):
            assert time.monotonic() < deadline, f"not within {within_s:g} s: {condition}"
            time.sleep(0.05)

    def draw(self, path: list[tuple[float, float]]) -> None:
        """Drag along a path with the left button."""
        moves = [
            {"type": "pointerMove", "duration": 40, "x": round(x), "y": round(y)} for x, y in path
        ]
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        mouse = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}}
        actions = [{**mouse, "actions": [moves[0], down, *moves[1:], up]}]
        self.command("WebDriver:PerformActions", {"actions": actions})

    def _receive(self) -> Any:
        while b":" not in self._buffer:
            self._buffer += self._more()
        length, _, rest = self._buffer.partition(b":")
        while len(rest) < int(length):
            rest += self._more()
        self._buffer = rest[int(length) :]
        return json.loads(rest[: int(length)])

    def _more(self) -> bytes:
        data = self._connection.recv(65536)
        assert data, "Firefox has ended."
        return data


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Run a headless Firefox with a fresh profile in a folder."""
    program, port = installed(), free_port()
    assert program is not None
    preferences = {**PREFERENCES, "marionette.port": port}
    lines = [
        f"user_pref({json.dumps(key)}, {json.dumps(value)});" for key, value in preferences.items()
    ]
    (folder / "user.js").write_text("\n".join(lines))
    command = [program, "--headless", "--marionette", "--profile", str(folder), "--no-remote"]
    with (folder / "firefox.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=_environment(folder))
    try:
        with connected(port) as connection:
            yield Firefox(connection)
    finally:
        process.terminate()
        process.wait(30)


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "HOME": str(folder),
        "MOZ_HEADLESS_WIDTH": "1280",
        "MOZ_HEADLESS_HEIGHT": "900",
    }


def connected(port: int) -> socket.socket:
    """Connect as soon as it listens."""
    deadline = time.monotonic() + START_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=START_S)
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, "Firefox does not listen."
            time.sleep(0.1)
