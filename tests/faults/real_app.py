"""The app as a person starts it, in a process that a test may kill."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.served import free_port
from tasks.child_start import ROOT
from tests.contract.workplace import until
from tests.faults.clients import LOST
from tests.pages.web import Browser


@dataclass
class RealApp:
    """`app.py` on a data directory and a port, as often as it is started."""

    data_dir: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    code: Path = ROOT
    """Where the code lies that it runs."""

    @property
    def log(self) -> Path:
        """Beside the data directory, and never on a disk that a test fills."""
        folder = self.data_dir.parent
        return (folder.parent if folder.is_mount() else folder) / f"{self.data_dir.name}.log"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        environ = os.environ | self.environ | {
            "LODEMAP_DATA_DIR": str(self.data_dir), "LODEMAP_PORT": str(self.port),
        }  # fmt: skip
        with self.log.open("ab") as log:
            self.process = process = subprocess.Popen(
                [sys.executable, "app.py"],
                cwd=self.code, env=environ, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        until(lambda: process.poll() is not None or self.is_up(), "the app")
        assert process.poll() is None, self.log.read_text()[-3000:]

    def is_up(self) -> bool:
        """Whether it answers: it listens before it has looked at all it needs."""
        try:
            return self.browser().get("/healthz").status == 200
        except LOST:
            return False

    def wait_for_death(self) -> None:
        """Wait until it was killed from within."""
        assert self.process is not None
        self.process.wait(60)

    def workers(self) -> list[psutil.Process]:
        """Return its worker processes."""
        assert self.process is not None
        children = psutil.Process(self.process.pid).children()
        return [each for each in children if "tasks.local_worker" in each.cmdline()]

    def stop(self) -> None:
        """End it as Ctrl+C does, or firmly."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)

    def browser(self) -> Browser:
        return Browser(self.port)


@contextmanager
def real_app(data_dir: Path, environ: Mapping[str, str] | None = None) -> Iterator[RealApp]:
    """Run the app during the block."""
    app = RealApp(data_dir, environ or {})
    app.start()
    try:
        yield app
    finally:
        app.stop()
