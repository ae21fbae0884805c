"""What is for others only is not there: two projects, two people, every address with an id."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from starlette.routing import Mount, WebSocketRoute

from ml.records import RunConfig
from pages.auth.declared import need_of_route
from store.people.roles import Role
from store.records import Project
from tests.pages.auth.people import people_app, person
from tests.pages.learning import learn
from tests.pages.rooms.live import live
from tests.pages.web import VALUES, Answer, Browser, Served, leaves, wait_until
from tests.store.membership import be_for

JSON = {"Content-Type": "application/json"}


@dataclass
class Scene:
    """Ada's closed project with something of everything, and one that is open."""

    served: Served
    ada: Browser
    ben: Browser
    closed: Project
    opened: Project
    ids: dict[str, str]
    """Of the closed project, by the name of the path variable."""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with people_app(tmp_path_factory.mktemp("members"), page=None) as served:
        ada_is, ada = person(served, "Ada", "trainer")
        _, ben = person(served, "Ben", "trainer")
        closed, opened = served.project(60), served.project(61)
        members = served.store.members
        be_for(members, closed.project_id, True, [ada_is.person_id])
        yield Scene(served, ada, ben, closed, opened, something_of_everything(served, ada, closed))


def something_of_everything(served: Served, ada: Browser, project: Project) -> dict[str, str]:
    at = f"/api/projects/{project.project_id}"
    run = {"key": "p", "kind": "pretrain", "config": {}}
    run_id = ada.post(f"{at}/runs", run).json["run_id"]
    learn(served.store, run_id, 60)
    served.store.leases.finish(run_id, "worker", "finished")
    comment = {"key": "c", "kind": "run", "text": "Look", "run_id": run_id}
    bookmark = {"key": "b", "name": "Here", "view": {"run_id": run_id}}
    takeaway = {"key": "t", "wish": {"kind": "report"}}
    return {
        "p": project.project_id,
        "r": run_id,
        "d": project.dataset_id,
        "c": ada.post(f"{at}/comments", comment).json["comment_id"],
        "b": ada.post(f"{at}/bookmarks", bookmark).json["bookmark_id"],
        "t": ada.post(f"{at}/takeaways", takeaway).json["takeaway_id"],
    }


def asked(scene: Scene, browser: Browser, ids: dict[str, str]) -> Iterator[tuple[str, Answer]]:
    """Ask for every route that has one of `ids` in its path; yield what it was, and the answer."""
    for route in leaves(scene.served.dash_app.server.routes):
        if isinstance(route, Mount | WebSocketRoute):
            continue
        if not any(f"{{{name}}}" in route.path for name in ids):
            continue
        if need_of_route(route.path, route.endpoint) == "admin":
            continue
        path = route.path
        for name, value in {**VALUES, **ids, "epoch": "0", "n": "1"}.items():
            path = path.replace(f"{{{name}}}", value)
        for method in sorted(route.methods - {"HEAD"}):
            body = None if method == "GET" else json.dumps({"key": "k", "verb": "reset"}).encode()
            yield f"{method} {route.path}", browser.ask(method, path, body, JSON if body else None)


def test_ids__of_a_closed_project_are_not_there_for_others(scene: Scene) -> None:
    before = scene.served.store.journal.state(scene.closed.project_id).seq
    answers = dict(asked(scene, scene.ben, scene.ids))
    assert len(answers) > 50
    for what, answer in answers.items():
        assert (answer.status, answer.code) == (404, "not_found"), what
        assert scene.closed.name not in answer.json["message"]
    assert scene.served.store.journal.state(scene.closed.project_id).seq == before


def test_ids__one_of_them_is_enough(scene: Scene) -> None:
    """A run, a data set or a takeaway of others does not come along with a project of one's own."""
    mine = {"p": scene.opened.project_id}
    for name in ("r", "d", "t"):
        for what, answer in asked(scene, scene.ben, {name: scene.ids[name]}):
            assert (answer.status, answer.code) == (404, "not_found"), what
    for name in ("c", "b"):
        for what, answer in asked(scene, scene.ben, {**mine, name: scene.ids[name]}):
            if f"{{{name}}}" in what:
                assert answer.status in (404, 422), what
    exports = f"/api/projects/{mine['p']}/exports/predictions.csv?run={scene.ids['r']}&epoch=0"
    assert scene.ben.get(exports).status == 404


def test_comparison__with_a_run_of_others(scene: Scene) -> None:
    run = {"key": "p", "kind": "pretrain", "config": {}}
    at = f"/api/projects/{scene.opened.project_id}/runs"
    mine = scene.ben.post(at, run).json["run_id"]
    answer = scene.ben.get(f"/api/runs/{mine}/comparison/0/{scene.ids['r']}/0")
    assert (answer.status, answer.code) == (404, "not_found")


def test_ids__are_there_for_members_and_admins(scene: Scene) -> None:
    _, root = person(scene.served, "Root", "admin")
    at = f"/api/projects/{scene.closed.project_id}"
    for browser in (scene.ada, root):
        assert browser.get(f"{at}/state").status == 200
        assert browser.get(f"/api/runs/{scene.ids['r']}/frames").status == 200
        assert browser.get(f"/api/datasets/{scene.ids['d']}").status == 200
        assert len(browser.get("/api/projects").json) == 2
    assert scene.ada.get(f"/api/takeaways/{scene.ids['t']}").status == 200


def test_lists__leave_it_out(scene: Scene) -> None:
    assert [p["project_id"] for p in scene.ben.get("/api/projects").json] == [
        scene.opened.project_id
    ]
    shown = layout_of(scene.ben, "/projects")
    assert scene.opened.project_id in shown
    for hidden in (scene.closed.project_id, scene.closed.dataset_id, scene.ids["r"]):
        assert hidden not in shown
    assert scene.closed.project_id in layout_of(scene.ada, "/projects")
    for path in ("/data", "/runs"):
        page = layout_of(scene.ben, path, f"?project={scene.closed.project_id}")
        assert f'"data-project":"{scene.closed.project_id}"' not in page.replace(" ", "")


def test_workers__do_not_tell_what_they_do_for_others(scene: Scene) -> None:
    store, project = scene.served.store, scene.served.project(62)
    be_for(store.members, project.project_id, True, [])
    wait_until(
        lambda: scene.ben.get(f"/api/projects/{project.project_id}/state").status == 404, "closing"
    )
    run = store.runs.submit(
        project.project_id, "pretrain", RunConfig("annotate-vae"), "Ada", "a", "held"
    )
    store.workers.beat("held", "busy", "cpu", "embedded")
    assert store.leases.claim(run.run_id, "held") is not None
    told = scene.ben.get(f"/api/projects/{scene.opened.project_id}/workers")
    assert told.json["workers"][0]["doing"] == "Pretraining of another project"
    assert project.name not in told.body.decode()
    store.leases.finish(run.run_id, "held", "stopped")
    store.projects.delete(project.project_id)


def layout_of(browser: Browser, path: str, search: str = "") -> str:
    each = next(
        each
        for each in browser.get("/_dash-dependencies").json
        if "_pages_content.children" in each["output"]
    )
    values = {"pathname": path, "search": search}
    inputs = [{**spec, "value": values.get(spec["property"])} for spec in each["inputs"]]
    state = [{**spec, "value": values.get(spec["property"])} for spec in each["state"]]
    names = each["output"].strip(".").split("...")
    outputs = [dict(zip(("id", "property"), n.rsplit(".", 1), strict=True)) for n in names]
    body = {
        "output": each["output"], "outputs": outputs, "inputs": inputs, "state": state,
        "changedPropIds": ["_pages_location.pathname"],
    }  # fmt: skip
    me = browser.get("/api/session").json["author_id"]
    answer = browser.post("/_dash-update-component", body, X_Lodemap_Person=me)
    assert answer.status == 200, answer.body
    return answer.body.decode()


def test_room__is_not_there_and_closes_when_somebody_is_taken_out(scene: Scene) -> None:
    with live(scene.served.port, scene.closed.project_id, browser=scene.ben) as refused:
        assert refused.closed_with() == 4004
    cy_is, cy = person(scene.served, "Cy", "viewer")
    members = scene.served.store.members
    was = members.of_project(scene.closed.project_id)
    be_for(members, scene.closed.project_id, True, [*was.person_ids, cy_is.person_id])
    with live(scene.served.port, scene.closed.project_id, browser=cy) as inside:
        inside.hear("room")
        be_for(members, scene.closed.project_id, True, was.person_ids)
        assert inside.closed_with() == 4004


@pytest.mark.parametrize("role", ["viewer", "annotator", "trainer"])
def test_duplicate__of_a_closed_project_is_closed(scene: Scene, role: Role) -> None:
    copy = scene.served.store.projects.duplicate(scene.closed.project_id, f"Copy for {role}")
    _, dan = person(scene.served, f"Dan the {role}", role)
    assert dan.get(f"/api/projects/{copy.project_id}/state").status == 404
    assert scene.ada.get(f"/api/projects/{copy.project_id}/state").status == 200
    scene.served.store.projects.delete(copy.project_id)
