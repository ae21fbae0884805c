"""The bytes behind frames: fields, where a snapshot has one."""

import numpy as np
import pytest

from ml.maps.field_codec import pack_field
from ml.records import Field
from store.records import FrameRow, Project
from tests.pages.learning import learn
from tests.pages.web import Browser, Served

N = 60
FIELD = Field(
    np.ones((N, 2), np.float32),
    np.zeros((N, 2), np.float32),
    np.full((3, 3), -1, np.int16),
    np.zeros(2, np.float32),
    np.ones(2, np.float32),
)


@pytest.fixture
def project(served: Served) -> Project:
    return served.project(N)


@pytest.fixture
def run_id(served: Served, visitor: Browser, project: Project) -> str:
    """A run with two snapshots without a field, and a frame 3 with one."""
    body = {"key": "p", "kind": "pretrain", "config": {}}
    run_id: str = visitor.post(f"/api/projects/{project.project_id}/runs", body).json["run_id"]
    learn(served.store, run_id, N)
    frame = served.store.frames.get(run_id, 1, 2).artifact
    name = f"runs/{run_id}/1-9.field"
    served.store.artifacts.write(name, pack_field(FIELD), durable=False)
    row = FrameRow(run_id, 0, 1, 1.5, True, frame, {}, name)
    assert served.store.frames.add(row, "worker") == 3
    return run_id


def test_field__is_binary_and_immutable(visitor: Browser, run_id: str) -> None:
    listed = visitor.get(f"/api/runs/{run_id}/frames").json["frames"]
    assert [frame["has_field"] for frame in listed] == [False, False, True]
    answer = visitor.get(f"/api/runs/{run_id}/fields/1-3")
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.body == pack_field(FIELD)


def test_field__of_a_frame_without_one(visitor: Browser, run_id: str) -> None:
    answer = visitor.get(f"/api/runs/{run_id}/fields/1-2")
    assert (answer.status, answer.code) == (404, "not_found")
    assert answer.json["message"] == "Frame 1-2 has no field: force begins with an Update."


def test_field__whose_bytes_a_power_loss_took(
    served: Served, visitor: Browser, run_id: str
) -> None:
    served.store.artifacts.remove(f"runs/{run_id}/1-9.field")
    answer = visitor.get(f"/api/runs/{run_id}/fields/1-3")
    assert (answer.status, answer.code) == (410, "artifact_missing")


def test_atlas__is_binary_and_immutable(visitor: Browser, run_id: str) -> None:
    answer = visitor.get(f"/api/runs/{run_id}/atlases/1-2")
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.body[:4] == b"LMA2"
    assert visitor.get(f"/api/runs/{run_id}/atlases/1-2?v=2").body == answer.body


def test_atlas__of_no_frame(visitor: Browser, run_id: str) -> None:
    assert visitor.get(f"/api/runs/{run_id}/atlases/1-9").status == 404
    assert visitor.get(f"/api/runs/{run_id}/atlases/x-9").status in (400, 404, 422)


def test_place__of_a_network_without_a_decoder_is_none(visitor: Browser, run_id: str) -> None:
    answer = visitor.get(f"/api/runs/{run_id}/atlases/1-2/place?at=0.5,-1.25")
    assert (answer.status, answer.code) == (404, "not_found")
    assert answer.json["message"].startswith("No network draws samples here")


@pytest.mark.parametrize("at", ["", "1", "1,2,3,4", "nan,1", "1e400,1", "x,y", "1,2;3", "1_0,2"])
def test_place__that_is_none_is_refused(visitor: Browser, run_id: str, at: str) -> None:
    answer = visitor.get(f"/api/runs/{run_id}/atlases/1-2/place?at={at}")
    assert (answer.status, answer.code) == (400, "bad_place")
    assert "a number for each axis" in answer.json["message"]
