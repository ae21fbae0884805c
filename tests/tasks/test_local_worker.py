import os
import subprocess
import sys
from pathlib import Path

from store.settings import Settings
from tasks.errors import EXIT_TRY_AGAIN
from tasks.supervisor import ROOT, to_environ
from tests.services import free_port


def start(settings: Settings) -> subprocess.Popen[bytes]:
    """Start a worker as the supervisor does."""
    return subprocess.Popen(
        [sys.executable, "-m", "tasks.local_worker", "token"],
        cwd=ROOT, env={**os.environ, **to_environ(settings)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def test_worker__before_a_silent_database_asks_to_be_tried_again(tmp_path: Path) -> None:
    database_url = f"postgresql://lodemap@127.0.0.1:{free_port()}/lodemap"
    overrides = {"data_dir": tmp_path / "data", "database_url": database_url}
    with start(Settings.from_env({}, overrides)) as worker:
        said, _ = worker.communicate()
    assert (worker.returncode, said) == (EXIT_TRY_AGAIN, b"")


def test_worker__closes_its_stdout_once_it_has_started(tmp_path: Path) -> None:
    with start(Settings.from_env({}, {"data_dir": tmp_path / "data"})) as worker:
        assert worker.stdout is not None
        assert worker.stdout.read() == b""
        assert worker.poll() is None
        worker.communicate()
    assert worker.returncode == 0
