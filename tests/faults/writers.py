"""Forks writers and kills them: `writers.py DATA_DIR PROJECT ROUNDS WRITERS` prints what they told.

A process of its own, with one thread, so that it may fork: a hundred that each import everything
would take minutes.
"""

import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

from store.opening import Store, open_store
from store.records import Gesture
from store.settings import Settings
from tasks.child_start import ROOT
from tests.faults.history import History
from tests.store.scene import pack


def kill_writers(store: Store, project_id: str, num_rounds: int, num_writers: int) -> History:
    """Kill all writers of each round once each has said something; return what they had told."""
    command = [
        sys.executable, "-m", "tests.faults.writers", str(store.settings.data_dir), project_id,
        str(num_rounds), str(num_writers),
    ]  # fmt: skip
    told = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    history = History()
    for line in told.splitlines():
        key, seq = line.split()
        history.note(key, "acknowledged", int(seq))
    return history


def write(data_dir: str, project_id: str, name: str, out: int) -> None:
    """Annotate for ever, telling each key and seq."""
    with open_store(Settings.from_env({}, {"data_dir": Path(data_dir)})) as store:
        num_samples = len(store.journal.state(project_id).annotation)
        for i in count():
            samples = pack([i % num_samples], num_samples)
            gesture = Gesture("mark_unsure" if i % 2 else "clear", f"{name}-{i}", samples)
            ack = store.journal.append(project_id, gesture, name, name)
            os.write(out, f"{gesture.key} {ack.seq}\n".encode())


def start(data_dir: str, project_id: str, name: str) -> tuple[int, int]:
    """Fork a writer; return its process and what it tells."""
    told, out = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(told)
        write(data_dir, project_id, name, out)
    os.close(out)
    return pid, told


def main() -> None:
    """Kill writers, round after round."""
    data_dir, project_id, num_rounds, num_writers = sys.argv[1:]
    for round_ in range(int(num_rounds)):
        names = [f"r{round_}w{i}" for i in range(int(num_writers))]
        writers = [start(data_dir, project_id, name) for name in names]
        files = [os.fdopen(told) for _, told in writers]
        first = [file.readline() for file in files]
        for pid, _ in writers:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        for line, file in zip(first, files, strict=True):
            told = [each for each in (line, *file) if each.endswith("\n")]
            sys.stdout.writelines(told)  # a line that is cut off was not heard
            file.close()


if __name__ == "__main__":
    main()
