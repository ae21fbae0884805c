"""A batch of variants by HTTP: asked for, cancelled, made the map."""

from typing import Any

import numpy as np
import pytest
from sqlalchemy import update

from ml.maps.codec import pack_ids
from ml.records import RunConfig
from store.opening import Store
from store.records import LIVE_STATES, Gesture, Project
from store.sql.tables import RUN
from tests.pages.learning import learn
from tests.pages.web import Browser, Served

N = 60


@pytest.fixture
def project(served: Served) -> Project:
    """A project with a map and two named classes."""
    store, project = served.store, served.project(N, ("apple", "pear"))
    run = store.runs.submit(
        project.project_id, "pretrain", RunConfig("annotate-vae"), "Ada", "ada", "p"
    )
    learn(store, run.run_id, N)
    store.leases.finish(run.run_id, "worker", "finished")
    for index in (0, 1):
        samples = pack_ids(np.array([1 + index, 7 + index]), N)
        gesture = Gesture("annotate", f"a{index}", samples, {"class_index": index})
        store.journal.append(project.project_id, gesture, "Ada", "ada")
    return project


def path_of(project: Project, rest: str = "") -> str:
    return f"/api/projects/{project.project_id}/variants{rest}"


def ask(visitor: Browser, project: Project, key: str, configs: Any) -> Any:
    return visitor.post(path_of(project), {"key": key, "configs": configs})


def test_batch__is_asked_for_once_and_rings(
    served: Served, visitor: Browser, project: Project
) -> None:
    assert visitor.get(path_of(project)).json == {"is_live": False, "variants": []}
    answer = ask(visitor, project, "b", [{"w_anchor": 1.0}, {"w_anchor": 4.0}])
    assert answer.status == 201
    assert answer.json["is_live"]
    batch = answer.json["variants"]
    assert [each["config"]["w_anchor"] for each in batch] == [1.0, 4.0]
    assert {each["run_id"] for each in batch} <= set(served.backend.doorbell.rung)
    assert ask(visitor, project, "b", [{"w_anchor": 1.0}, {"w_anchor": 4.0}]).json == answer.json
    state = visitor.get(f"/api/projects/{project.project_id}/state").json
    assert [run["kind"] for run in state["runs"]] == ["pretrain"]


def end_all_others(store: Store, project_id: str) -> None:
    """A variant waits for what anybody asked for; other tests share this app and its runs."""
    with store.database.write() as connection:
        others = (RUN.c.project_id != project_id) & RUN.c.state.in_(LIVE_STATES)
        connection.execute(update(RUN).where(others).values(state="stopped"))


def test_batch__is_watched_cancelled_and_one_made_the_map(
    served: Served, visitor: Browser, project: Project
) -> None:
    ids = [
        each["run_id"]
        for each in ask(visitor, project, "b", [{"w_anchor": 1.0}, {"w_anchor": 4.0}]).json[
            "variants"
        ]
    ]
    end_all_others(served.store, project.project_id)
    learn(served.store, ids[0], N)
    served.store.leases.finish(ids[0], "worker", "finished")
    stopped = visitor.post(path_of(project, "/stop"), {}).json
    assert [each["state"] for each in stopped["variants"]] == ["finished", "stopped"]
    frame = stopped["variants"][0]["frame"]
    bytes_ = visitor.get(f"/api/runs/{ids[0]}/frames/{frame['attempt']}-{frame['n']}")
    assert bytes_.status == 200
    assert visitor.post(f"/api/runs/{ids[1]}/adopt", {"key": "k1"}).status == 409
    answer = visitor.post(f"/api/runs/{ids[0]}/adopt", {"key": "k"})
    assert answer.json == {"run_id": ids[0], "number": 1}
    state = visitor.get(f"/api/projects/{project.project_id}/state").json
    assert state["head"]["run_id"] == ids[0]
    assert state["undo"]["run_id"] == ids[0]
    assert visitor.get(path_of(project)).json["variants"][0]["is_adopted"]


@pytest.mark.parametrize(
    "configs",
    [None, {}, [1], [], [{"w_anchor": 99}], [{"colour": 1}], [{"w_anchor": 1.0}] * 2, [{}] * 13],
)
def test_batch__odd_ones_are_refused(visitor: Browser, project: Project, configs: Any) -> None:
    answer = ask(visitor, project, "b", configs)
    assert answer.status == 422
    assert answer.json["message"].endswith((".", "]."))
    assert visitor.get(path_of(project)).json["variants"] == []
