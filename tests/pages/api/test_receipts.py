import base64
from typing import Any

import numpy as np
import pytest

from ml.maps.codec import pack_ids
from ml.maps.pins import pack_targets
from store.records import Gesture, Project, Run
from tests.pages.learning import learn
from tests.pages.web import Browser, Served, packed

N = 60
FIGURES = {"num_moved": 1, "num_named": 0, "num_arrived": 1, "drift": 0.5, "gain": None}


@pytest.fixture
def project(served: Served) -> Project:
    return served.project(N, ("apple", "pear"))


def submit(visitor: Browser, project: Project, kind: str) -> str:
    path = f"/api/projects/{project.project_id}/runs"
    answer = visitor.post(path, {"key": kind, "kind": kind, "config": {}})
    return str(answer.json["run_id"])


def state_of(visitor: Browser, project: Project) -> Any:
    return visitor.get(f"/api/projects/{project.project_id}/state").json


@pytest.fixture
def run(served: Served, visitor: Browser, project: Project) -> Run:
    """An Update with a move that has finished."""
    served.rest()
    store = served.store
    first = submit(visitor, project, "pretrain")
    learn(store, first, N)
    store.leases.finish(first, "worker", "finished")
    targets = base64.b64encode(pack_targets(np.array([[1.0, 1.0]]))).decode()
    body = {"key": "m", "verb": "move", "samples": packed([1], N), "targets": targets}
    visitor.post(f"/api/projects/{project.project_id}/gestures", body)
    second = submit(visitor, project, "fine_tune")
    learn(store, second, N)
    store.leases.finish(second, "worker", "finished", None, FIGURES)
    return store.runs.get(second)


def test_receipt__waits_then_is_measured(served: Served, visitor: Browser, run: Run) -> None:
    path = f"/api/runs/{run.run_id}/receipt"
    answer = visitor.get(path)
    assert answer.status == 200
    assert "no-store" in answer.headers["cache-control"]
    waiting: dict[str, Any] = {
        "run_id": run.run_id,
        **FIGURES,
        "control": "waiting",
        "message": "",
        "by": [],
    }
    assert answer.json == waiting
    control = served.store.leases.due()[-1]
    learn(served.store, control, N)
    gain = {"mean": 0.1, "low": 0.02, "high": 0.18, "verdict": "real gain", "reason": ""}
    served.store.leases.finish(control, "worker", "finished", None, {**FIGURES, "gain": gain})
    measured = {**waiting, "gain": gain, "control": "measured"}
    assert visitor.get(path).json == measured


def test_receipt__says_who_did_it_and_whether_that_is_the_asker(
    served: Served, visitor: Browser, run: Run
) -> None:
    me = visitor.get("/api/session").json["author_id"]
    share = {"num_named": 2, "num_moved": 1, "num_placed": 0}
    by = [{"author_id": me, "author": "Ada", **share}, {"author_id": "b", "author": "Ben", **share}]
    control = served.store.leases.due()[-1]
    learn(served.store, control, N)
    served.store.leases.finish(control, "worker", "finished", None, {**FIGURES, "by": by})
    assert visitor.get(f"/api/runs/{run.run_id}/receipt").json["by"] == [
        {"author": "Ada", "is_mine": True, **share},
        {"author": "Ben", "is_mine": False, **share},
    ]


def test_receipt__calls_who_was_a_guest_by_the_name_given_since(
    served: Served, visitor: Browser, run: Run
) -> None:
    me = visitor.get("/api/session").json["author_id"]
    by = [{"author_id": me, "author": "Guest"}, {"author_id": "b", "author": "Guest"}]
    control = served.store.leases.due()[-1]
    learn(served.store, control, N)
    served.store.leases.finish(control, "worker", "finished", None, {**FIGURES, "by": by})
    gesture = Gesture("annotate", "since", pack_ids(np.arange(2), N), {"class_index": 0})
    served.store.journal.append(run.project_id, gesture, "Ada", me)
    told = visitor.get(f"/api/runs/{run.run_id}/receipt").json["by"]
    assert [share["author"] for share in told] == ["Ada", "Guest"]


def test_state__says_which_runs_have_one_and_hides_the_control(
    visitor: Browser, project: Project, run: Run
) -> None:
    runs = state_of(visitor, project)["runs"]
    assert [each["has_receipt"] for each in runs] == [False, True]
    assert runs[-1]["run_id"] == run.run_id


def test_receipt__of_a_control_that_gave_way(visitor: Browser, project: Project, run: Run) -> None:
    path = f"/api/projects/{project.project_id}/runs"
    answer = visitor.post(path, {"key": "n", "kind": "fine_tune", "config": {}})
    assert answer.status in (201, 202), "other projects of this app may have runs that wait"
    answer = visitor.get(f"/api/runs/{run.run_id}/receipt").json
    assert (answer["control"], answer["gain"]) == ("stopped", None)
    assert answer["message"] == "Not measured: a newer Update came first."


def test_receipt__of_a_run_that_was_taken_back(
    visitor: Browser, project: Project, run: Run
) -> None:
    visitor.post(f"/api/projects/{project.project_id}/gestures", {"key": "u", "verb": "undo"})
    answer = visitor.get(f"/api/runs/{run.run_id}/receipt").json
    assert (answer["control"], answer["message"]) == (
        "stopped",
        "Not measured: the run was taken back.",
    )


def test_receipt__of_a_copy_names_no_update_that_never_was(
    served: Served, visitor: Browser, project: Project, run: Run
) -> None:
    copy = served.store.projects.duplicate(project.project_id, "copy")
    copied = served.store.runs.of_project(copy.project_id)[-1]
    assert copied.parent_epoch == run.parent_epoch
    answer = visitor.get(f"/api/runs/{copied.run_id}/receipt").json
    assert (answer["control"], answer["message"]) == (
        "stopped",
        "Not measured: a copy of a project has no run to compare with.",
    )


def test_receipt__of_a_control_that_failed(served: Served, visitor: Browser, run: Run) -> None:
    control = served.store.leases.due()[-1]
    learn(served.store, control, N)
    served.store.leases.finish(control, "worker", "failed", "It broke.")
    answer = visitor.get(f"/api/runs/{run.run_id}/receipt").json
    assert (answer["control"], answer["message"]) == (
        "stopped",
        "Not measured: the run to compare with did not end well.",
    )


def test_receipt__of_names_alone_asks_for_no_control(
    served: Served, visitor: Browser, project: Project
) -> None:
    served.rest()
    learn(served.store, first := submit(visitor, project, "pretrain"), N)
    served.store.leases.finish(first, "worker", "finished")
    body = {"key": "n", "verb": "annotate", "samples": packed([1], N), "class_index": 0}
    visitor.post(f"/api/projects/{project.project_id}/gestures", body)
    learn(served.store, taught := submit(visitor, project, "fine_tune"), N)
    names = {**FIGURES, "num_moved": 0, "is_compared": False, "change": None}
    served.store.leases.finish(taught, "worker", "finished", None, names)
    answer = visitor.get(f"/api/runs/{taught}/receipt").json
    assert (answer["control"], answer["gain"]) == ("none", None)
    assert answer["message"].startswith("Not compared with a run without these names")
    assert served.store.leases.due() == []


def test_receipt__of_no_such_run_or_one_without_moves(visitor: Browser, project: Project) -> None:
    first = submit(visitor, project, "pretrain")
    absent = "00000000-0000-4000-8000-000000000000"
    answers = [visitor.get(f"/api/runs/{run}/receipt") for run in (first, absent, "x")]
    assert [answer.status for answer in answers] == [404] * 3
    assert "only one that finished with moves or new names" in answers[0].json["message"]
