"""Team mode on one machine: a Redis, one Celery worker and the app, stopped together by Ctrl+C.

Other settings come from the environment (LODEMAP_DATA_DIR and the like), which all parts share.
"""

import argparse
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
STOP_S: Final = 20.0
"""How long a part may take to end in peace; the worker gives its run back in that time."""
Part = subprocess.Popen[bytes]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def redis_config(port: int, password: str) -> str:
    """Return the configuration of a Redis on loopback that keeps nothing on disk.

    It knows one user, who may do what Celery does (deploy/redis-users.acl).
    """
    users = (ROOT / "deploy" / "redis-users.acl").read_text().replace("PASSWORD", password)
    return (
        f'port {port}\nbind 127.0.0.1\nsave ""\nappendonly no\nmaxmemory 512mb\n'
        f"maxmemory-policy noeviction\nloglevel warning\n{users}"
    )


def worker_command() -> list[str]:
    """Return the command of one Celery worker."""
    return [
        sys.executable, "-m", "celery", "-A", "tasks.celery_app", "worker", "-Q", "gpu",
        "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "warning",
    ]  # fmt: skip


def answers(port: int) -> bool:
    """Whether something accepts connections on the port."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start(command: Sequence[str], environment: dict[str, str], told: str = "") -> Part:
    """Start one part in a session of its own, so that Ctrl+C reaches only this script.

    `told` goes to its standard input: what others may not read in its arguments.
    """
    part = subprocess.Popen(
        command, cwd=ROOT, env=environment, start_new_session=True, stdin=subprocess.PIPE
    )
    assert part.stdin is not None
    with part.stdin as ear:
        ear.write(told.encode())
    return part


def stop(parts: Sequence[Part]) -> None:
    """End the parts, the app first and Redis last; impatience must not leave one behind."""
    for impatience in (signal.SIGINT, signal.SIGTERM):
        signal.signal(impatience, signal.SIG_IGN)
    for part in reversed(parts):
        part.terminate()
        try:
            part.wait(STOP_S)
        except subprocess.TimeoutExpired:
            part.kill()


@contextmanager
def team(port: int, redis_port: int) -> Iterator[list[Part]]:
    """Run the three parts while the block runs."""
    password = secrets.token_hex(32)
    environment = os.environ | {
        "LODEMAP_PORT": str(port),
        "LODEMAP_BROKER_URL": f"redis://lodemap:{password}@127.0.0.1:{redis_port}/0",
        # Celery then stops softly on SIGTERM: it gives the run back instead of finishing it.
        "REMAP_SIGTERM": "SIGQUIT",
    }
    parts = [start(["redis-server", "-"], environment, redis_config(redis_port, password))]
    try:
        while not answers(redis_port) and parts[0].poll() is None:
            time.sleep(0.05)
        parts.append(app := start([sys.executable, "app.py"], environment))
        while not answers(port) and app.poll() is None:  # it makes the database
            time.sleep(0.05)
        parts.insert(1, start(worker_command(), environment))
        yield parts
    finally:
        stop(parts)


def interrupt(*_: object) -> None:
    """Make SIGTERM end the script as Ctrl+C does."""
    raise KeyboardInterrupt


def main() -> int:
    """Start all, wait until one ends or Ctrl+C is pressed, stop all."""
    parser = argparse.ArgumentParser(description="Redis, one Celery worker and the app.")
    parser.add_argument("--port", type=int, default=8050, help="port of the app")
    port = parser.parse_args().port
    if shutil.which("redis-server") is None:
        sys.stderr.write("redis-server is missing: sudo apt-get install redis-server\n")
        return 2
    signal.signal(signal.SIGTERM, interrupt)
    try:
        with team(port, free_port()) as parts:
            while all(part.poll() is None for part in parts):
                time.sleep(0.2)
            return next(part.returncode for part in parts if part.returncode is not None)
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
