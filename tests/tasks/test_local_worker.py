import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from store.opening import Store
from store.settings import Settings
from tasks.child_start import ROOT, to_environ
from tasks.errors import EXIT_CANNOT_START, EXIT_TRY_AGAIN
from tasks.local_worker import Rings
from tasks.workbench import Workbench
from tests.contract.workplace import put_samples
from tests.services import free_port

LIMIT_S = 60
"""A worker imports PyTorch."""


@contextmanager
def start(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker as the supervisor does; none is left behind."""
    with subprocess.Popen(
        [sys.executable, "-m", "tasks.local_worker", "token"],
        cwd=ROOT, env={**os.environ, **to_environ(settings)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as worker:  # fmt: skip
        try:
            yield worker
        finally:
            worker.kill()  # one that has ended stays as it is


def test_worker__before_a_silent_database_asks_to_be_tried_again(tmp_path: Path) -> None:
    database_url = f"postgresql://lodemap@127.0.0.1:{free_port()}/lodemap"
    overrides = {"data_dir": tmp_path / "data", "database_url": database_url}
    with start(Settings.from_env({}, overrides)) as worker:
        said, _ = worker.communicate(timeout=LIMIT_S)
    assert (worker.returncode, said) == (EXIT_TRY_AGAIN, b"")


def test_worker__closes_its_stdout_once_it_has_started(store: Store) -> None:
    with start(store.settings) as worker:
        assert worker.stdout is not None
        assert select.select([worker.stdout], [], [], LIMIT_S)[0], "it says nothing and stays open"
        assert worker.stdout.read(1) == b""
        assert worker.poll() is None
        worker.communicate(timeout=LIMIT_S)
    assert worker.returncode == 0


def test_worker__without_the_data_sets_of_the_database_says_where_it_looked(store: Store) -> None:
    put_samples(store)
    mnt = str(store.settings.data_dir / "mnt")
    with start(replace(store.settings, artifacts_url=mnt)) as worker:
        said, _ = worker.communicate(timeout=LIMIT_S)
    assert (worker.returncode, said.count(f"is at {mnt}: ".encode())) == (EXIT_CANNOT_START, 1)


def test_rings__that_come_again_while_one_is_busy_are_answered_once(bench: Workbench) -> None:
    rings = Rings(bench)
    for run_id in ["one", "two", "one", "one"]:
        rings.hear(run_id)
    assert [rings.next(), rings.next()] == ["one", "two"]
    rings.hear("one")
    rings.hear("three")
    assert [rings.next(), rings.next()] == ["one", "three"], "who was answered may ring anew"
