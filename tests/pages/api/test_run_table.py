"""Records, curves, confusion and comparison, as the Runs page asks for them."""

from typing import Any

import numpy as np
import pytest

from ml.maps.codec import encode_frame, pack_ids, unpack_ids
from ml.records import RunConfig, Snapshot
from store.records import FrameRow, Gesture, Project, SnapshotRow
from tests.pages.web import Browser, Served

N = 150
CLASSES = ("a", "b", "c")
HELD_OUT = np.arange(N) % 5 == 0
LABEL = (np.arange(N) % 3).astype(np.int16)


@pytest.fixture
def project(served: Served) -> Project:
    return served.project(N, CLASSES)


def predicted(wrong: int) -> Any:
    """Return predictions of which the first held-out samples are wrong."""
    prediction = LABEL.copy()
    ids = np.flatnonzero(HELD_OUT)[:wrong]
    prediction[ids] = (prediction[ids] + 1) % 3
    return prediction


def finish(served: Served, run_id: str, predictions: list[Any]) -> None:
    """Play the worker: an epoch for each of the predictions."""
    store = served.store
    assert store.leases.claim(run_id, "worker") is not None
    z = np.linspace(0, 1, N * 2, dtype=np.float32).reshape(N, 2)
    share = np.zeros(N, np.float32)
    for epoch, prediction in enumerate(predictions):
        name = f"runs/{run_id}/1-{epoch}.lmf"
        metrics = {"loss": 2.0 - epoch, "held_out_accuracy": 0.5, "num_annotated": 4.0}
        snapshot = Snapshot(epoch, z, prediction, share, share)
        store.artifacts.write(name, encode_frame(snapshot), True)
        frame = FrameRow(run_id, 0, 1, float(epoch), True, name, metrics)
        row = SnapshotRow(run_id, epoch, 1, f"runs/{run_id}/{epoch}.st", "0" * 64, 0, metrics)
        store.leases.commit_epoch(run_id, "worker", row, frame)
    store.leases.finish(run_id, "worker", "finished")


@pytest.fixture
def runs(served: Served, project: Project) -> tuple[str, str]:
    """A pretraining that predicts nothing, and an Update that gets better."""
    store = served.store
    ask = (RunConfig("annotate-vae"), "Ada", "ada")
    first = store.runs.submit(project.project_id, "pretrain", *ask, "p").run_id
    finish(served, first, [np.full(N, -1, np.int16)] * 2)
    for index in (0, 1):
        samples = pack_ids(np.array([1 + index, 7 + index]), N)
        gesture = Gesture("annotate", f"a{index}", samples, {"class_index": index})
        store.journal.append(project.project_id, gesture, "Ada", "ada")
    second = store.runs.submit(project.project_id, "fine_tune", *ask, "u").run_id
    finish(served, second, [predicted(wrong=12), predicted(wrong=3)])
    return first, second


def test_records__one_a_run(
    served: Served, visitor: Browser, project: Project, runs: tuple[str, str]
) -> None:
    del served
    answer = visitor.get(f"/api/projects/{project.project_id}/run-records")
    records = answer.json["records"]
    assert set(records) == set(runs)
    assert records[runs[1]] == {"accuracy": [0.5, 0.5], "num_named": 4, "num_moved": None}


def test_epochs__from_where_the_page_is(visitor: Browser, runs: tuple[str, str]) -> None:
    whole = visitor.get(f"/api/runs/{runs[1]}/epochs").json
    assert [each["epoch"] for each in whole["epochs"]] == [0, 1]
    assert whole["state"] == "finished"
    assert whole["epochs"][1]["metrics"]["loss"] == 1.0
    later = visitor.get(f"/api/runs/{runs[1]}/epochs?after=0").json
    assert [each["epoch"] for each in later["epochs"]] == [1]


def test_confusion__counts_held_out_samples(visitor: Browser, runs: tuple[str, str]) -> None:
    answer = visitor.get(f"/api/runs/{runs[1]}/confusion/1")
    assert "immutable" in answer.headers["cache-control"]
    found = answer.json
    counts = np.array(found["counts"])
    assert found["class_indices"] == [0, 1, 2]
    assert counts.sum() == found["num_known"] == HELD_OUT.sum()
    assert np.trace(counts) == HELD_OUT.sum() - 3
    cell = visitor.get(f"/api/runs/{runs[1]}/confusion/1/0-1")
    ids = unpack_ids(cell.body, N)
    assert len(ids) == counts[0, 1]
    assert (LABEL[ids] == 0).all()


def test_confusion__before_any_prediction(visitor: Browser, runs: tuple[str, str]) -> None:
    found = visitor.get(f"/api/runs/{runs[0]}/confusion/1").json
    assert found["is_predicted"] is False
    assert np.sum(found["counts"]) == 0


def test_comparison__tells_what_became_right(visitor: Browser, runs: tuple[str, str]) -> None:
    path = f"/api/runs/{runs[1]}/comparison/0/{runs[1]}/1"
    found = visitor.get(path).json
    assert found["num_to_right"] == len(found["to_right"]) == 9
    assert found["to_wrong"] == []
    assert found["gain"]["verdict"] == "real gain"
    assert found["gain"]["mean"] == pytest.approx(9 / HELD_OUT.sum())
    assert sum(each["num_known"] for each in found["classes"]) == HELD_OUT.sum()
    assert all(each["low"] is None for each in found["classes"])  # ten of each are too few
    by_labels = [found[name] for name in ("by_label_before", "by_label_after", "num_contradicted")]
    assert by_labels == [None, None, 0], "nobody named against a label"


def test_comparison__of_two_projects_is_refused(
    served: Served, visitor: Browser, runs: tuple[str, str]
) -> None:
    other = served.project(N, ("d",))
    run = served.store.runs.submit(
        other.project_id, "pretrain", RunConfig("annotate-vae"), "Ada", "ada", "p"
    ).run_id
    finish(served, run, [predicted(0)])
    answer = visitor.get(f"/api/runs/{runs[1]}/comparison/0/{run}/0")
    assert answer.status == 422
    assert "different projects" in answer.json["message"]


@pytest.mark.parametrize(
    "path", ["confusion/99", "confusion/x", "comparison/0/nobody/1", "epochs?after=x"]
)
def test_what_is_not_there__is_a_sentence(
    visitor: Browser, runs: tuple[str, str], path: str
) -> None:
    answer = visitor.get(f"/api/runs/{runs[1]}/{path}")
    assert answer.status == 404
    assert answer.json["message"]
