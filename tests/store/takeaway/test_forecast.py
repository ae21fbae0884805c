"""What a report is said to come to is about what it comes to."""

from pathlib import Path

import numpy as np
import pytest

from ml.maps.codec import encode_frame
from ml.records import Snapshot
from store.opening import Store
from store.records import Run
from store.takeaway.forecast import forecast
from store.takeaway.making import make
from store.takeaway.wish import Wish
from tests.store.scene import Scene, frame_row, snapshot_row


def spread(scene: Scene, run: Run) -> None:
    """Let a worker do a run whose map is nine clusters."""
    rng, label = np.random.default_rng(0), np.arange(scene.num_samples) % 9
    centres = np.stack([np.cos(label * 0.7), np.sin(label * 0.7)], axis=1)
    z = (centres + rng.normal(0, 0.3, centres.shape)).astype(np.float32)
    share = np.zeros(scene.num_samples, np.float32)
    run, row = scene.claim(run), frame_row(run, 0.0, True)
    packed = encode_frame(Snapshot(0, z, label.astype(np.int16), share, share))
    scene.store.artifacts.write(row.artifact, packed, True)
    scene.store.leases.commit_epoch(run.run_id, "worker", snapshot_row(run, 0), row)
    scene.store.leases.finish(run.run_id, "worker", "finished")


@pytest.mark.parametrize("num_samples", [200, 1800, 6000])
def test_report__is_about_as_large_as_it_was_said_to_be(
    store: Store, tmp_path: Path, num_samples: int
) -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (num_samples, 1, 4, 4), dtype=np.uint8)
    label, names = np.arange(num_samples) % 9, tuple("abcdefghi")
    is_held_out = np.arange(num_samples) % 2 == 0
    dataset = store.datasets.put("nine", images, label, is_held_out, names)
    project = store.projects.create("nine", dataset.dataset_id, class_names=names)
    scene = Scene(store, project, num_samples=num_samples)
    spread(scene, scene.submit("pretrain"))
    scene.name([1, 2, 3], 0)
    spread(scene, scene.submit())
    path = tmp_path / "report.html"
    make(store, project.project_id, Wish("report"), path, lambda _share: None)
    said = forecast(store, project.project_id, Wish("report")).num_bytes
    assert said == pytest.approx(path.stat().st_size, rel=0.3)
