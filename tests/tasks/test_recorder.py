import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.maps.codec import pack_ids
from ml.maps.field_codec import unpack_field
from ml.records import Field, Frame, Snapshot
from store.errors import LeaseLostError, StoreUnavailableError
from store.opening import Store
from store.records import Gesture, Run
from store.runs.leases import Leases
from tasks.lease import Lease, LeaseTimings
from tasks.recorder import Recorder
from tests.contract.workplace import SHORT
from tests.tasks.conftest import Submit

Z = np.zeros((200, 2), np.float32)
NONE = np.full(200, -1, np.int16)
FIRST = Snapshot(0, Z, NONE, Z[:, 0], Z[:, 0], checkpoint=b"weights")
FIELD = Field(Z + 1, Z, np.zeros((2, 2), np.int16), Z[0], Z[0] + 1)


class Forgetful:
    """Leases whose first answer to a commit is lost on its way, as when a server goes away."""

    def __init__(self, leases: Leases) -> None:
        self._leases = leases
        self._num_commits = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._leases, name)

    def commit_epoch(self, *values: Any) -> int:
        n = self._leases.commit_epoch(*values)
        self._num_commits += 1
        if self._num_commits == 1:
            raise StoreUnavailableError("The database does not answer.")
        return n


def make_recorder(store: Store, run: Run) -> Recorder:
    lease = Lease(run.run_id, "one", store, threading.Event(), LeaseTimings())
    return Recorder(run, store, "one", lease)


def files(store: Store, run: Run) -> list[str]:
    folder = Path(store.settings.artifacts_url) / "runs" / run.run_id
    return sorted(path.name for path in folder.glob("*"))


@pytest.fixture
def run(store: Store, submit: Submit) -> Run:
    claimed = store.leases.claim(submit(SHORT).run_id, "one", lease_s=-1)
    assert claimed is not None
    return claimed


def test_recorder__a_refused_row_leaves_no_file(store: Store, run: Run) -> None:
    recorder = make_recorder(store, run)
    recorder.snapshot(FIRST)
    kept = files(store, run)
    assert store.leases.claim(run.run_id, "two") is not None
    with pytest.raises(LeaseLostError):
        recorder.frame(Frame(0.5, Z))
    with pytest.raises(LeaseLostError):
        recorder.snapshot(replace(FIRST, epoch=1))
    assert files(store, run) == kept


def test_recorder__a_project_deleted_meanwhile_leaves_no_file(store: Store, run: Run) -> None:
    recorder = make_recorder(store, run)
    recorder.snapshot(FIRST)
    store.projects.delete(run.project_id)
    with pytest.raises(LeaseLostError):
        recorder.frame(Frame(0.5, Z))
    assert files(store, run) == []


def test_recorder__a_commit_whose_answer_was_lost_is_not_taken_for_anothers(
    store: Store, run: Run
) -> None:
    forgetful: Any = Forgetful(store.leases)
    recorder = make_recorder(replace(store, leases=forgetful), run)
    recorder.snapshot(FIRST)
    recorder.snapshot(replace(FIRST, epoch=1))
    assert [frame.epoch for frame in store.frames.after(run.run_id, 0)] == [0, 1]
    row = store.runs.snapshot(run.run_id, 0)
    assert store.artifacts.read(row.checkpoint, row.sha256) == b"weights"
    assert store.artifacts.exists(store.frames.get(run.run_id, 1, row.frame_n).artifact)


def test_recorder__keeps_the_field_of_a_snapshot_beside_its_frame(store: Store, run: Run) -> None:
    recorder = make_recorder(store, run)
    recorder.snapshot(FIRST)
    recorder.snapshot(replace(FIRST, epoch=1, field=FIELD))
    recorder.frame(Frame(1.5, Z))
    fields = [row.field for row in store.frames.after(run.run_id, 0)]
    assert [field is None for field in fields] == [True, False, True]
    np.testing.assert_allclose(
        unpack_field(store.artifacts.read(str(fields[1]))).pull, 1, atol=0.01
    )
    store.projects.delete(run.project_id)
    assert files(store, run) == []


def test_recorder__a_refused_snapshot_leaves_no_field(store: Store, run: Run) -> None:
    recorder = make_recorder(store, run)
    assert store.leases.claim(run.run_id, "two") is not None
    with pytest.raises(LeaseLostError):
        recorder.snapshot(replace(FIRST, field=FIELD))
    assert files(store, run) == []


def test_recorder__knows_the_newest_epoch_it_kept(store: Store, run: Run) -> None:
    recorder = make_recorder(store, run)
    assert recorder.run.last_epoch == -1
    recorder.snapshot(FIRST)
    assert recorder.run.last_epoch == store.runs.get(run.run_id).last_epoch == 0


def test_settle__before_the_first_epoch_of_a_fine_tuning_is_at_its_beginning(
    store: Store, run: Run
) -> None:
    parent = make_recorder(store, run)
    parent.snapshot(FIRST)
    parent.snapshot(replace(FIRST, epoch=1))
    base = store.runs.snapshot(run.run_id, 1)
    store.leases.finish(run.run_id, "one", "finished")
    gesture = Gesture("annotate", "g", pack_ids(np.array([1]), 200), {"new_class": {"name": "a"}})
    store.journal.append(run.project_id, gesture, "Ana", "a")
    child = store.runs.submit(run.project_id, "fine_tune", run.config, "Ana", "a", "u")
    claimed = store.leases.claim(child.run_id, "one")
    assert claimed is not None
    recorder = make_recorder(store, claimed)
    recorder.begin(base)
    recorder.frame(Frame(0.5, Z))
    recorder.settle()
    newest = store.frames.after(child.run_id, 0)[-1]
    kept = store.frames.get(run.run_id, base.attempt, base.frame_n)
    assert (newest.epoch, newest.artifact) == (0.0, kept.artifact)
