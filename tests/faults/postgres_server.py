"""A PostgreSQL that is killed and started again on its own files, synced as in earnest."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.contract.workplace import until
from tests.services import free_port, postgres_program


@dataclass
class PostgresServer:
    """One cluster, and the server that runs it now and then."""

    port: int
    folder: Path
    user: str | None
    environ: Mapping[str, str] = field(default_factory=dict)
    """Further variables that the server sees."""
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://lodemap@127.0.0.1:{self.port}/postgres"

    def create(self) -> None:
        """Make the cluster."""
        subprocess.run(
            [postgres_program("initdb"), "-D", self.folder / "data", "-U", "lodemap",
             "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, user=self.user, cwd=self.folder,
        )  # fmt: skip

    def start(self) -> None:
        """Start it, and wait until it lets people in."""
        self.process = subprocess.Popen(
            [postgres_program("postgres"), "-D", self.folder / "data", "-p", str(self.port),
             "-h", "127.0.0.1", "-k", self.folder],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=self.user,
            cwd=self.folder, env={**os.environ, **self.environ}, start_new_session=True,
        )  # fmt: skip
        until(self.is_up, "PostgreSQL")

    def is_up(self) -> bool:
        try:
            psycopg.connect(self.url).close()
        except psycopg.OperationalError:
            return False
        return True

    def hold(self) -> None:
        """Stop all of its processes; what TCP brings is still acknowledged."""
        self._signal(signal.SIGSTOP)

    def let_go(self) -> None:
        """Let them go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        for pid in [self.process.pid, *children_of(self.process.pid)]:
            os.kill(pid, number)

    def kill(self) -> None:
        """End all of its processes as the kernel would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def children_of(pid: int) -> list[int]:
    """Return its processes; each of PostgreSQL's has a group of its own."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    found = [int(each) for task in tasks for each in (task / "children").read_text().split()]
    return [*found, *(below for each in found for below in children_of(each))]


@contextmanager
def postgres_server(environ: Mapping[str, str] | None = None) -> Iterator[PostgresServer]:
    """Run a cluster during the block."""
    with tempfile.TemporaryDirectory(prefix="lodemap-pg-") as name:
        folder = Path(name)
        user = None
        if os.geteuid() == 0:  # PostgreSQL refuses to be root
            user = "postgres"
            shutil.chown(folder, user, user)
        server = PostgresServer(free_port(), folder, user, environ or {})
        server.create()
        server.start()
        try:
            yield server
        finally:
            if server.process is not None and server.process.poll() is None:
                server.kill()
