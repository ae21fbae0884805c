"""A process that annotates until it is told or killed: `writer.py DATA_DIR URL PROJECT NAME COUNT`.

Each acknowledged key is printed, flushed, on a line of its own.
"""

import sys
from pathlib import Path

import numpy as np

from ml.maps.codec import pack_ids
from store.opening import open_store
from store.records import Gesture
from store.settings import Settings


def main() -> None:
    """Append COUNT gestures, one by one."""
    data_dir, url, project_id, name, count = sys.argv[1:]
    settings = Settings.from_env({"LODEMAP_DATABASE_URL": url}, {"data_dir": Path(data_dir)})
    with open_store(settings) as store:
        num_samples = len(store.journal.state(project_id).annotation)
        for i in range(int(count)):
            samples = pack_ids(np.array([i % num_samples]), num_samples)
            gesture = Gesture("mark_unsure" if i % 2 else "clear", f"{name}-{i}", samples)
            ack = store.journal.append(project_id, gesture, name, name)
            sys.stdout.write(f"{gesture.key} {ack.seq}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
