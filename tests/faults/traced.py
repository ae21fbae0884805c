"""A process to be watched, or failed, by strace: `traced.py DATA_DIR PROJECT gesture|epoch KEY`.

It opens the store, marks the moment on stderr, does one thing and says on stdout what came of it.
"""

import os
import sys
import threading
from pathlib import Path

import numpy as np

from ml.errors import LodemapError
from ml.records import Snapshot
from store.opening import Store, open_store
from store.records import Gesture
from store.settings import Settings
from tasks.lease import Lease, LeaseTimings
from tasks.recorder import Recorder
from tests.faults.test_every_write import EPOCH
from tests.store.scene import pack

MARK = b"now!"


def gesture(store: Store, project_id: str, key: str) -> str:
    """Save a gesture; return its seq."""
    samples = pack([1], len(store.journal.state(project_id).annotation))
    ack = store.journal.append(project_id, Gesture("mark_unsure", key, samples), "Ana", "a")
    return str(ack.seq)


def epoch(store: Store, project_id: str, _: str) -> str:
    """Save an epoch of the project's run, whose claim was made before."""
    (run,) = store.runs.of_project(project_id)
    assert run.owner is not None
    lease = Lease(run.run_id, run.owner, store, threading.Event(), LeaseTimings())
    snapshot: Snapshot = EPOCH
    Recorder(run, store, run.owner, lease).snapshot(snapshot)
    return str(np.int64(snapshot.epoch))


def main() -> None:
    """Do one thing."""
    data_dir, project_id, what, key = sys.argv[1:]
    with open_store(Settings.from_env({}, {"data_dir": Path(data_dir)})) as store:
        store.journal.state(project_id)
        os.write(2, MARK)
        try:
            said = {"gesture": gesture, "epoch": epoch}[what](store, project_id, key)
        except LodemapError as error:
            said = f"{error.status} {error.sentence}"
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()
        os._exit(0)  # what closing writes is not looked at


if __name__ == "__main__":
    main()
