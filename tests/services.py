"""Real PostgreSQL and Redis for tests: throw-away, on a free port, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.patience import PATIENCE


def free_port() -> int:
    """Return a TCP port of loopback that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(port: int, process: subprocess.Popen[bytes], timeout_s: float = 20.0) -> None:
    """Return once something listens on the port.

    Raises:
        RuntimeError: when the process ended or the time is over.
    """
    deadline = time.monotonic() + timeout_s * PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"nothing listens on port {port} after {timeout_s} s")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that this module started, firmly if it does not listen."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def redis_command(port: int, folder: Path, *more: str) -> list[str]:
    """Return the command of a redis-server on loopback that keeps nothing."""
    return [
        "redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder),
        "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction", *more,
    ]  # fmt: skip


@contextmanager
def running_redis(
    port: int | None = None, password: str = ""
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Yield the URL and the process of a redis-server, which may ask for a password."""
    port = port or free_port()
    with tempfile.TemporaryDirectory(prefix="lodemap-redis-") as folder:
        process = subprocess.Popen(
            redis_command(port, Path(folder), *(["--requirepass", password] if password else [])),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for_port(port, process)
            yield f"redis://{f':{password}@' if password else ''}127.0.0.1:{port}/0", process
        finally:
            stop(process)


def postgres_program(name: str) -> str:
    """Return the path of a PostgreSQL server program, also where Debian hides it.

    Raises:
        FileNotFoundError: when PostgreSQL is not installed.
    """
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    found = shutil.which(name) or (str(versions[-1]) if versions else None)
    if found is None:
        raise FileNotFoundError(f"{name} is missing; install postgresql.")
    return found


def _as_postgres(folder: Path) -> str | None:
    """Return the user to run as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    shutil.chown(folder, "postgres", "postgres")
    return "postgres"


@contextmanager
def running_postgres(
    options: Sequence[str] = ("-c", "fsync=off"),
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Yield the URL of a throw-away cluster's first database, and its server process."""
    with tempfile.TemporaryDirectory(prefix="lodemap-pg-") as name:
        folder = Path(name)
        user = _as_postgres(folder)
        subprocess.run(
            [postgres_program("initdb"), "-D", folder / "data", "-U", "lodemap", "-A", "trust",
             "-E", "UTF8", "--locale", "C", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder,
        )  # fmt: skip
        port = free_port()
        process = subprocess.Popen(
            [postgres_program("postgres"), "-D", folder / "data", "-p", str(port),
             "-h", "127.0.0.1", "-k", folder, *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user, cwd=folder,
        )  # fmt: skip
        url = f"postgresql://lodemap@127.0.0.1:{port}/postgres"
        try:
            wait_for_port(port, process)
            _wait_until_ready(url)
            yield url, process
        finally:
            stop(process)


def _wait_until_ready(url: str, timeout_s: float = 20.0) -> None:
    deadline = time.monotonic() + timeout_s * PATIENCE
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


@contextmanager
def fresh_database(url: str, options: str = "") -> Iterator[str]:
    """Yield the URL of a new, empty database made with options; dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} {options}")
    try:
        yield url.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
