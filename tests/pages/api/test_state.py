from typing import Any

import numpy as np
import pytest

from ml.maps.codec import decode_frame
from pages.api.state import MOST_TOLD, changed_names
from store.records import Project
from tests.pages.learning import learn
from tests.pages.web import Browser, Served, packed

N = 60


@pytest.fixture
def project(served: Served) -> Project:
    return served.project(N, ("apple", "pear"))


def read(visitor: Browser, project: Project, digest: str = "") -> Any:
    answer = visitor.get(f"/api/projects/{project.project_id}/state?digest={digest}")
    assert answer.status == 200, answer.body
    return answer.json


def annotate(
    visitor: Browser, project: Project, key: str, ids: list[int], class_index: int
) -> None:
    body = {
        "key": key, "verb": "annotate", "samples": packed(ids, N), "class_index": class_index,
    }  # fmt: skip
    assert visitor.post(f"/api/projects/{project.project_id}/gestures", body).status == 200


def test_state__of_a_new_project(visitor: Browser, project: Project) -> None:
    state = read(visitor, project)
    assert state["project"] == {
        "project_id": project.project_id, "name": project.name, "dataset_id": project.dataset_id,
        "num_samples": N, "latent_dim": 2, "preset": "lodemap", "archived": False,
    }  # fmt: skip
    names = [info["name"] for info in state["classes"]]
    assert names == ["apple", "pear"]
    assert (state["head"], state["undo"], state["redo"]) == (None, None, None)
    assert (state["runs"], state["gestures"]) == ([], [])
    assert state["worker"] == {"state": "absent", "device": None}
    assert state["session"] == visitor.get("/api/session").json


def test_worker__that_cannot_start_says_why(
    served: Served, visitor: Browser, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = read(visitor, project)["digest"]
    monkeypatch.setattr(served.backend, "problem", "There is no CUDA device here.")
    state = read(visitor, project, digest)
    message = "There is no CUDA device here."
    assert state["worker"] == {"state": "failed", "device": None, "message": message}


def test_digest__says_unchanged_until_something_is(visitor: Browser, project: Project) -> None:
    visitor.get("/api/session")
    digest = str(read(visitor, project)["digest"])
    assert read(visitor, project, digest) == {"digest": digest, "unchanged": True}
    annotate(visitor, project, "a", [1], 0)
    changed = read(visitor, project, digest)
    assert changed["digest"] != digest
    assert changed["num_named"] == 1


def test_digest__follows_runs_frames_names_and_workers(
    served: Served, visitor: Browser, project: Project
) -> None:
    visitor.get("/api/session")
    seen = {str(read(visitor, project)["digest"])}
    path = f"/api/projects/{project.project_id}/runs"
    run = visitor.post(path, {"key": "p", "kind": "pretrain", "config": {}}).json
    seen.add(str(read(visitor, project)["digest"]))
    learn(served.store, run["run_id"], N)
    seen.add(str(read(visitor, project)["digest"]))
    visitor.post("/api/session", {"name": "Ana"})
    seen.add(str(read(visitor, project)["digest"]))
    served.store.projects.rename(project.project_id, "Other")
    seen.add(str(read(visitor, project)["digest"]))
    assert len(seen) == 5


def test_state__counts_and_describes_what_undo_would_do(
    served: Served, visitor: Browser, project: Project
) -> None:
    annotate(visitor, project, "a", [1, 2, 3], 0)
    annotate(visitor, project, "b", [3], 1)
    body = {"key": "u", "verb": "mark_unsure", "samples": packed([9], N)}
    visitor.post(f"/api/projects/{project.project_id}/gestures", body)
    state = read(visitor, project)
    assert [info["num_named"] for info in state["classes"]] == [2, 1]
    assert (state["num_named"], state["num_unsure"]) == (3, 1)
    assert state["undo"]["text"] == "marked 1 sample as unsure"
    gestures = state["gestures"]
    assert [(g["verb"], g["count"]) for g in gestures] == [
        ("annotate", 3),
        ("annotate", 1),
        ("mark_unsure", 1),
    ]
    assert read(served.browser(), project)["undo"] is None


def test_state__undone_gestures_leave_the_timeline(visitor: Browser, project: Project) -> None:
    annotate(visitor, project, "a", [1, 2, 3], 0)
    visitor.post(f"/api/projects/{project.project_id}/gestures", {"key": "u", "verb": "undo"})
    state = read(visitor, project)
    assert state["gestures"] == []
    assert state["redo"]["text"] == "named 3 samples apple"


def test_state__a_run_with_its_head_frames_and_pace(
    served: Served, visitor: Browser, project: Project
) -> None:
    path = f"/api/projects/{project.project_id}/runs"
    run_id = visitor.post(path, {"key": "p", "kind": "pretrain", "config": {}}).json["run_id"]
    learn(served.store, run_id, N)
    state = read(visitor, project)
    assert state["head"] == {"run_id": run_id, "epoch": 1, "n": 2, "attempt": 1}
    (run,) = state["runs"]
    assert (run["state"], run["last_epoch"], run["last_n"], run["on_line"]) == (
        "running",
        1,
        2,
        True,
    )
    assert (run["metrics"], run["line_place"]) == ({"loss": 0.5}, 0)
    assert run["epoch_s"] >= 0
    assert run["time_left_s"] >= 0
    listed = visitor.get(f"/api/runs/{run_id}/frames?after=1").json
    assert listed["state"] == "running"
    (frame,) = listed["frames"]
    assert frame == {
        "n": 2, "attempt": 1, "epoch": 1.0, "is_snapshot": True, "has_field": False,
        "metrics": {"loss": 0.5},
    }  # fmt: skip
    answer = visitor.get(f"/api/runs/{run_id}/frames/1-2")
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert decode_frame(answer.body).embedding.shape == (N, 2)


def test_annotation__of_any_moment_is_immutable(visitor: Browser, project: Project) -> None:
    annotate(visitor, project, "a", [1], 0)
    annotate(visitor, project, "b", [1], 1)
    path = f"/api/projects/{project.project_id}/annotation"
    values = [np.frombuffer(visitor.get(f"{path}/{seq}").body, "<i2")[1] for seq in (2, 3, 4)]
    assert values == [-1, 0, 1]
    assert "immutable" in visitor.get(f"{path}/3").headers["cache-control"]
    assert visitor.get(f"{path}/5").status == 404


def test_projects__are_listed_with_how_much_is_named(visitor: Browser, project: Project) -> None:
    annotate(visitor, project, "a", [1, 2], 0)
    mine = [
        each
        for each in visitor.get("/api/projects").json
        if each["project_id"] == project.project_id
    ]
    assert mine == [
        {
            "project_id": project.project_id, "name": project.name, "dataset_name": "Noise",
            "num_samples": N, "num_named": 2, "archived": False,
        }
    ]  # fmt: skip


def test_dataset__is_described_and_its_bytes_are_kept(visitor: Browser, project: Project) -> None:
    path = f"/api/datasets/{project.dataset_id}"
    described = visitor.get(path).json
    assert described["sheet"]["num_sheets"] == 1
    assert (described["num_samples"], described["sample_shape"]) == (N, [1, 8, 8])
    samples = visitor.get(f"{path}/samples")
    assert len(samples.body) == 3 * N
    assert list(np.frombuffer(samples.body, "<i2", N)[:4]) == [0, 1, 2, 0]
    assert list(np.frombuffer(samples.body, np.uint8, offset=2 * N)[:6]) == [1, 0, 0, 0, 0, 1]
    sheet = visitor.get(f"{path}/sheets/0.png")
    assert sheet.headers["content-type"] == "image/png"
    assert sheet.body.startswith(b"\x89PNG")
    assert "immutable" in sheet.headers["cache-control"]
    assert visitor.get(f"{path}/sheets/7.png").status == 404


def test_names__the_few_that_changed_come_with_the_state(
    visitor: Browser, project: Project
) -> None:
    before = read(visitor, project)
    path = f"/api/projects/{project.project_id}"
    old = np.frombuffer(visitor.get(f"{path}/annotation/{before['seq']}").body, "<i2")
    annotate(visitor, project, "a", [1, 7], 0)
    annotate(visitor, project, "b", [7, 9], 1)
    after = visitor.get(f"{path}/state?digest={before['digest']}&seq={before['seq']}").json
    assert after["names"] == {"after": before["seq"], "ids": [1, 7, 9], "values": [0, 1, 1]}
    told = old.copy()
    told[after["names"]["ids"]] = after["names"]["values"]
    whole = np.frombuffer(visitor.get(f"{path}/annotation/{after['seq']}").body, "<i2")
    assert np.array_equal(told, whole)
    assert "names" not in read(visitor, project, before["digest"])


def test_names__of_a_position_nobody_asked_for_lately_are_not_told(
    visitor: Browser, project: Project
) -> None:
    read(visitor, project)
    for nth in range(3):
        annotate(visitor, project, f"k{nth}", [nth], 0)
    path = f"/api/projects/{project.project_id}/state"
    state = read(visitor, project)
    for unknown in (state["seq"] - 1, 999_999):
        assert "names" not in visitor.get(f"{path}?digest=x&seq={unknown}").json
    assert visitor.get(f"{path}?digest=x&seq=-1").status == 404


def test_changed_names__many_are_asked_for_as_a_whole() -> None:
    before = np.zeros(MOST_TOLD + 1, np.int16)
    after = before.copy()
    after[:MOST_TOLD] = 3
    found = changed_names(before, after)
    assert found is not None
    assert found["ids"].tolist() == list(range(MOST_TOLD))
    assert found["values"].tolist() == [3] * MOST_TOLD
    after[-1] = 3
    assert changed_names(before, after) is None
