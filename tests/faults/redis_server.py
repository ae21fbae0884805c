"""A redis-server that is killed, stopped and started again on the same port."""

import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import free_port, redis_command, stop, wait_for_port


@dataclass
class RedisServer:
    """One port, and the server that listens there now and then."""

    port: int
    folder: Path
    more: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it; it knows what its own files hold, if it writes any."""
        self.process = subprocess.Popen(
            redis_command(self.port, self.folder, *self.more),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for_port(self.port, self.process)

    def kill(self) -> None:
        """End it as the kernel would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def hang(self, *, is_over: bool = False) -> None:
        """Let it be there and answer nothing, or go on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT if is_over else signal.SIGSTOP)

    def close(self) -> None:
        """End it for good."""
        if self.process is not None and self.process.poll() is None:
            self.hang(is_over=True)
            stop(self.process)


@contextmanager
def redis_server(*more: str) -> Iterator[RedisServer]:
    """Run a server during the block; it keeps nothing unless `more` says so."""
    with tempfile.TemporaryDirectory(prefix="lodemap-redis-") as folder:
        server = RedisServer(free_port(), Path(folder), more)
        server.start()
        try:
            yield server
        finally:
            server.close()
