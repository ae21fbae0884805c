"""What people take with them, asked for over HTTP."""

import pytest

from store.records import Project
from tests.pages.learning import learn
from tests.pages.web import Browser, Served, wait_until


@pytest.fixture(scope="module")
def project(served: Served) -> Project:
    """A project with a map."""
    made = served.project(60)
    run_id = (
        served.browser()
        .post(
            f"/api/projects/{made.project_id}/runs", {"key": "p", "kind": "pretrain", "config": {}}
        )
        .json["run_id"]
    )
    learn(served.store, run_id, 60)
    served.store.leases.finish(run_id, "worker", "finished")
    return made


def address_of(project: Project) -> str:
    return f"/api/projects/{project.project_id}/takeaways"


def test_takeaway__is_forecast_made_and_fetched_by_whoever_asked(
    served: Served, visitor: Browser, project: Project
) -> None:
    wish = {"kind": "report"}
    runs = visitor.get(f"{address_of(project)}/line").json["runs"]
    assert [run["title"] for run in runs] == ["Pretraining"]
    told = visitor.post(f"{address_of(project)}/forecast", {"wish": {"kind": "replay"}}).json
    assert told["num_kept"] == told["num_frames"] > 0
    asked = visitor.post(address_of(project), {"key": "k", "wish": wish})
    assert asked.status == 202
    own = f"/api/takeaways/{asked.json['takeaway_id']}"
    assert visitor.post(address_of(project), {"key": "k", "wish": wish}).json["takeaway_id"] in own
    wait_until(lambda: visitor.get(own).json["state"] == "ready", "the report", 60)
    answer = visitor.get(f"{own}/file")
    assert answer.status == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.body.startswith(b"<!doctype html>")
    assert len(answer.body) == visitor.get(own).json["num_bytes"]
    assert served.browser().get(f"{own}/file").status == 404
    assert visitor.ask("DELETE", own).json["state"] == "ready"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"key": "a"}, "wish must say"),
        ({"key": "a", "wish": {"kind": "film", "width": 10**9}}, "width must be"),
        ({"key": "a", "wish": {"since": {"run": 5}}}, "not on the project's line"),
    ],
)
def test_wish__that_cannot_be_is_refused_at_once(
    visitor: Browser, project: Project, body: dict[str, object], sentence: str
) -> None:
    answer = visitor.post(address_of(project), body)
    assert answer.status == 422
    assert sentence in answer.json["message"]


def test_project__without_a_map_says_so(served: Served, visitor: Browser) -> None:
    answer = visitor.get(f"{address_of(served.project(20))}/line")
    assert answer.status == 409
    assert "no map yet" in answer.json["message"]
