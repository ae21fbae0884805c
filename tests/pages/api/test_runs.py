import pytest

from store.records import Project
from store.runs.runs import ONE_CLASS
from tests.pages.learning import learn
from tests.pages.web import Browser, Served, packed

N = 60


@pytest.fixture
def project(served: Served) -> Project:
    return served.project(N, ("apple", "pear"))


def ask(visitor: Browser, project: Project, **body: object) -> tuple[int, dict[str, object]]:
    answer = visitor.post(f"/api/projects/{project.project_id}/runs", body)
    return answer.status, answer.json


def name(visitor: Browser, project: Project, class_index: int, ids: list[int]) -> None:
    body = {
        "key": f"n{class_index}",
        "verb": "annotate",
        "samples": packed(ids, N),
        "class_index": class_index,
    }
    assert visitor.post(f"/api/projects/{project.project_id}/gestures", body).status == 200


def test_pretrain__is_asked_for_by_every_page_and_made_once(
    served: Served, visitor: Browser, project: Project
) -> None:
    status, first = ask(visitor, project, key="a", kind="pretrain", config={})
    assert status in (201, 202), "202 behind another project's run"
    assert (first["number"], first["state"]) == (0, "queued")
    assert first["run_id"] in served.backend.doorbell.rung
    for key in ("a", "b"):
        status, again = ask(served.browser(), project, key=key, kind="pretrain", config={})
        assert (status, again["run_id"]) == (200, first["run_id"])


def test_pretrain__again_once_the_first_was_stopped_without_a_map(
    visitor: Browser, project: Project
) -> None:
    _, first = ask(visitor, project, key="p:0", kind="pretrain", config={})
    visitor.post(f"/api/runs/{first['run_id']}/stop", {})
    status, retried = ask(visitor, project, key="p:0", kind="pretrain", config={})
    assert (status, retried["run_id"], retried["state"]) == (200, first["run_id"], "stopped")
    status, second = ask(visitor, project, key="p:1", kind="pretrain", config={})
    assert status in (201, 202)
    assert (second["run_id"] != first["run_id"], second["state"]) == (True, "queued")
    name(visitor, project, 0, [1, 2])
    visitor.post(f"/api/runs/{second['run_id']}/stop", {})
    ask(visitor, project, key="u", kind="fine_tune", config={})
    status, answer = ask(visitor, project, key="p:2", kind="pretrain", config={})
    assert (status, answer["code"]) == (409, "already_running")


def test_pretrain__that_was_stopped_goes_on(
    served: Served, visitor: Browser, project: Project
) -> None:
    _, first = ask(visitor, project, key="a", kind="pretrain", config={})
    run_id = str(first["run_id"])
    learn(served.store, run_id, N)
    served.store.runs.request_stop(run_id)
    served.store.leases.finish(run_id, "worker", "stopped")
    served.backend.doorbell.rung.clear()
    answer = visitor.post(f"/api/runs/{run_id}/go_on", {})
    assert (answer.status, answer.json["state"]) == (202, "queued")
    assert served.backend.doorbell.rung == [run_id]
    refused = visitor.post(f"/api/runs/{project.project_id}/go_on", {})
    assert (refused.status, refused.json["code"]) == (404, "not_found")


def test_pretrain__one_that_ended_well_is_answered(
    served: Served, visitor: Browser, project: Project
) -> None:
    _, first = ask(visitor, project, key="a", kind="pretrain", config={})
    run_id = str(first["run_id"])
    learn(served.store, run_id, N)
    served.store.leases.finish(run_id, "worker", "finished")
    status, again = ask(visitor, project, key="new", kind="pretrain", config={})
    assert (status, again["run_id"], again["state"]) == (200, run_id, "finished")


def test_fine_tune__without_a_name_says_what_is_missing(visitor: Browser, project: Project) -> None:
    status, answer = ask(visitor, project, key="k", kind="fine_tune", config={})
    assert (status, answer["code"]) == (422, "not_enough_annotations")
    assert "Nothing is named yet" in str(answer["message"])


def test_fine_tune__with_one_class_trains_and_says_that_a_second_is_needed(
    visitor: Browser, project: Project
) -> None:
    name(visitor, project, 0, [1, 2, 3])
    status, answer = ask(visitor, project, key="k", kind="fine_tune", config={})
    assert status in (201, 202)
    if status == 201:
        assert answer["message"] == ONE_CLASS


def test_fine_tune__behind_another_is_queued_and_says_so(
    visitor: Browser, project: Project
) -> None:
    ask(visitor, project, key="p", kind="pretrain", config={})
    name(visitor, project, 0, [1, 2])
    name(visitor, project, 1, [3, 4])
    status, answer = ask(visitor, project, key="k", kind="fine_tune", config={"num_epochs": 3})
    assert status == 202
    assert int(str(answer["position"])) >= 1
    assert str(answer["message"]).startswith("Queued behind")
    _, merged = ask(visitor, project, key="k2", kind="fine_tune", config={"num_epochs": 4})
    assert merged["run_id"] == answer["run_id"], "one waiting run a project"
    status, retried = ask(visitor, project, key="k", kind="fine_tune", config={"num_epochs": 3})
    assert (status, retried["run_id"]) == (200, answer["run_id"])


def test_fine_tune__that_waits_still_says_what_is_lacking(
    visitor: Browser, project: Project
) -> None:
    ask(visitor, project, key="p", kind="pretrain", config={})
    name(visitor, project, 0, [1, 2])
    status, answer = ask(visitor, project, key="k", kind="fine_tune", config={})
    assert status == 202
    message = str(answer["message"])
    assert message.startswith("Queued behind")
    assert message.endswith(f". {ONE_CLASS}")


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"num_epochs": 0}, "bad_knob"),
        ({"num_epochs": 10**9}, "bad_knob"),
        ({"learning_rate": "abc"}, "bad_knob"),
        ({"learning_rate": -1, "beta_kl": 1e9}, "bad_knob"),
        ({"learning_rate": None}, "bad_knob"),
        ({"preset": "none"}, "invalid_input"),
        ({"colour": 1}, "invalid_input"),
        ({"seed": 0.5}, "invalid_input"),
    ],
)
def test_config__out_of_range_names_the_fields(
    visitor: Browser, project: Project, config: dict[str, object], code: str
) -> None:
    status, answer = ask(visitor, project, key="k", kind="fine_tune", config=config)
    assert (status, answer["code"]) == (422, code)
    assert (code == "bad_knob") is (answer.get("fields", {}).keys() == config.keys())  # type: ignore[attr-defined]


@pytest.mark.parametrize("body", [{"kind": "dance"}, {"kind": "fine_tune", "config": 5}, {}])
def test_submit__a_body_of_another_form(
    visitor: Browser, project: Project, body: dict[str, object]
) -> None:
    status, answer = ask(visitor, project, key="k", **body)
    assert (status, answer["code"]) == (422, "invalid_input")


def test_stop__a_waiting_run_at_once_and_then_no_more(visitor: Browser, project: Project) -> None:
    _, run = ask(visitor, project, key="p", kind="pretrain", config={})
    stop = visitor.ask("POST", f"/api/runs/{run['run_id']}/stop")
    assert (stop.status, stop.json) == (200, {"state": "stopped"})
    again = visitor.post(f"/api/runs/{run['run_id']}/stop", {})
    assert (again.status, again.code) == (409, "run_ended")
    assert "stopped" in again.json["message"]


def test_stop__a_running_one_is_asked_to(
    served: Served, visitor: Browser, project: Project
) -> None:
    _, run = ask(visitor, project, key="p", kind="pretrain", config={})
    served.store.leases.claim(str(run["run_id"]), "worker")
    assert visitor.post(f"/api/runs/{run['run_id']}/stop", {}).json == {"state": "stopping"}
