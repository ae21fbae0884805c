"""The real app as a person starts it, on a free port, with a data directory of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal
from urllib.error import URLError

ROOT: Final = Path(__file__).resolve().parent.parent
START_S: Final = 120.0
STOP_S: Final = 40.0
Mode = Literal["embedded", "team"]
COMMANDS: Final[dict[Mode, list[str]]] = {
    "embedded": ["app.py"],
    "team": ["scripts/team.py", "--port"],
}


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_answering(port: int) -> bool:
    """Whether something accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Served:
    """An app that runs as a child of this process."""

    mode: Mode
    data_dir: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)
    """Further variables that its processes see."""

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What its parts wrote to their standard outputs."""
        return self.data_dir.with_suffix(".log")

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: with the end of its log, when it ends or stays silent.
        """
        environment = os.environ | {
            "LODEMAP_DATA_DIR": str(self.data_dir),
            "LODEMAP_PORT": str(self.port),
            "PYTHONUNBUFFERED": "1",
            **self.environment,
        }
        command = [sys.executable, *COMMANDS[self.mode]]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, str(self.port)] if self.mode == "team" else command,
                cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + START_S
        while not self.is_up():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The app did not start: {self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def is_up(self) -> bool:
        """Whether it answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def stop(self) -> None:
        """End it as Ctrl+C does."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT if self.mode == "embedded" else signal.SIGTERM)
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)


@contextmanager
def served(mode: Mode, data_dir: Path) -> Iterator[Served]:
    """Serve the app while the block runs."""
    app = Served(mode, data_dir, free_port())
    app.start()
    try:
        yield app
    finally:
        app.stop()
