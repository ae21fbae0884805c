"""A snapshot beside what is known."""

import numpy as np
import pytest

from ml.errors import InvalidInputError
from ml.maps.codec import encode_frame
from ml.records import Snapshot
from store.annotations.evidence import evidence_of, pair_of
from store.errors import NotFoundError
from store.records import Run
from tests.store.scene import NUM_SAMPLES, Scene, frame_row, make_scene, snapshot_row


def finished(scene: Scene, run: Run, prediction: int) -> Run:
    """Let a worker predict one class for every sample."""
    run = scene.claim(run)
    frame = frame_row(run, 0.0, True)
    share = np.zeros(NUM_SAMPLES, np.float32)
    said = np.full(NUM_SAMPLES, prediction, np.int16)
    z = np.zeros((NUM_SAMPLES, 2), np.float32)
    scene.store.artifacts.write(
        frame.artifact, encode_frame(Snapshot(0, z, said, share, share)), True
    )
    scene.store.leases.commit_epoch(run.run_id, "worker", snapshot_row(run, 0), frame)
    scene.store.leases.finish(run.run_id, "worker", "finished")
    return scene.store.runs.get(run.run_id)


@pytest.fixture
def pair(scene: Scene) -> tuple[Run, Run]:
    first = finished(scene, scene.submit("pretrain"), -1)
    scene.name([0, 1], 0)
    scene.name([2], 1)
    return first, finished(scene, scene.submit(), 1)


def test_evidence__is_by_what_the_run_knew(scene: Scene, pair: tuple[Run, Run]) -> None:
    scene.name([3], 0)
    first, second = (evidence_of(scene.store, run.run_id, 0) for run in pair)
    assert first.truth[:4].tolist() == [-1, -1, -1, -1]
    assert second.truth[:4].tolist() == [0, 0, 1, -1]
    assert set(first.prediction.tolist()) == {-1}
    assert second.is_held_out.sum() == NUM_SAMPLES // 5


def test_pair__both_by_what_the_later_one_knew(scene: Scene, pair: tuple[Run, Run]) -> None:
    before, after = pair
    found = pair_of(scene.store, (before.run_id, 0), (after.run_id, 0))
    turned = pair_of(scene.store, (after.run_id, 0), (before.run_id, 0))
    for each in (*found, *turned):
        assert each.truth[:4].tolist() == [0, 0, 1, -1]


def test_evidence__follows_a_merge(scene: Scene, pair: tuple[Run, Run]) -> None:
    scene.say("merge_class", class_index=1, into=0)
    seq = scene.state().seq
    found = evidence_of(scene.store, pair[1].run_id, 0, seq)
    assert set(found.prediction.tolist()) == {0}
    assert found.truth[:3].tolist() == [0, 0, 0]


def test_pair__of_two_projects_or_of_nothing_is_refused(
    scene: Scene, pair: tuple[Run, Run]
) -> None:
    other = make_scene(scene.store)
    run = finished(other, other.submit("pretrain"), -1)
    with pytest.raises(InvalidInputError, match="different projects"):
        pair_of(scene.store, (pair[0].run_id, 0), (run.run_id, 0))
    with pytest.raises(NotFoundError):
        evidence_of(scene.store, pair[0].run_id, 7)
