"""Processes that annotate as fast as they can until they are killed (tests/store/writer.py)."""

import subprocess
import sys

from store.opening import Store
from tasks.supervisor import ROOT
from tests.faults.history import History


def start_writer(store: Store, project_id: str, name: str) -> subprocess.Popen[str]:
    """Start a writer."""
    settings = store.settings
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer", str(settings.data_dir),
         settings.database_url, project_id, name, "1000000"],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def kill_writers(
    store: Store, project_id: str, num_rounds: int, num_writers: int
) -> tuple[History, int]:
    """Kill all writers in each round once each has said something; return what they had told."""
    history = History()
    for round_ in range(num_rounds):
        names = [f"r{round_}w{i}" for i in range(num_writers)]
        writers = [start_writer(store, project_id, name) for name in names]
        lines = []
        for writer in writers:
            assert writer.stdout is not None
            lines.append(writer.stdout.readline())
        for writer in writers:
            writer.kill()
        for writer, first in zip(writers, lines, strict=True):
            for line in [first, *writer.communicate()[0].splitlines(keepends=True)]:
                if line.endswith("\n"):  # one that is cut off was not heard
                    key, seq = line.split()
                    history.note(key, "acknowledged", int(seq))
    return history, num_rounds * num_writers
