"""The worker's part, done by a test: two epochs without a network."""

import numpy as np

from ml.maps.codec import encode_frame
from ml.records import Snapshot
from store.opening import Store
from store.records import FrameRow, SnapshotRow


def learn(store: Store, run_id: str, num_samples: int) -> None:
    """Claim a run and commit its first epochs."""
    assert store.leases.claim(run_id, "worker") is not None
    z = np.linspace(0, 1, num_samples * 2, dtype=np.float32).reshape(num_samples, 2)
    none = np.full(num_samples, -1, np.int16)
    share = np.zeros(num_samples, np.float32)
    for epoch in (0, 1):
        name = f"runs/{run_id}/1-{epoch}.lmf"
        metrics = {"loss": 1.5 - epoch}
        store.artifacts.write(name, encode_frame(Snapshot(epoch, z, none, share, share)), True)
        frame = FrameRow(run_id, 0, 1, float(epoch), True, name, metrics)
        snapshot = SnapshotRow(run_id, epoch, 1, f"runs/{run_id}/{epoch}.st", "0" * 64, 0, metrics)
        store.leases.commit_epoch(run_id, "worker", snapshot, frame)
