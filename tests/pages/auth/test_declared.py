"""Every route, websocket and callback says what it requires, and is held to it.

They are found in the app itself, so that one that is added later is walked too.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.routing import Mount, WebSocketRoute

from pages.answers import RefusedError
from pages.auth.declared import check_need, need_of_callback, need_of_route
from pages.auth.people_door import OIDC_PATHS, SIGN_IN_PATHS
from pages.session import PUBLIC_PATHS, STRANGER, Session
from store.people.roles import ROLES, Role
from store.sql.tables import EVENT
from tests.pages.auth.people import people_app, person
from tests.pages.web import VALUES, Served, leaves
from tests.source import ROOT

OPEN_MOUNTS = {"/assets", "/bootstrap"}
"""Files of the app; the gate asks for a sign-in before all but one of them."""
READING = {
    "/api/session", "/api/logout", "/api/projects/{p}/exports/{what}.{form}",
    "/api/projects/{p}/takeaways/forecast", "/api/projects/{p}/takeaways", "/api/takeaways/{t}",
    "/_dash-update-component",
}  # fmt: skip
"""Asked for otherwise than by GET, and still no change to what others see: viewers may."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with people_app(tmp_path_factory.mktemp("people"), page=None) as running:
        yield running


def address(path: str, **values: str) -> str:
    for name, value in {**VALUES, **values}.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def routes(served: Served) -> list[Any]:
    found = [each for each in leaves(served.dash_app.server.routes) if not isinstance(each, Mount)]
    assert len(found) > 60
    return found


def asked_otherwise(served: Served) -> Iterator[tuple[str, str, str]]:
    """Yield (method, path, need) of every route that is not asked for by GET."""
    for route in routes(served):
        for method in sorted(getattr(route, "methods", None) or ()):
            if method not in ("GET", "HEAD"):
                need = need_of_route(route.path, route.endpoint)
                assert need is not None
                yield method, route.path, need


def num_events(served: Served) -> int:
    with served.store.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(EVENT)) or 0


def test_routes__all_say_what_they_require(served: Served) -> None:
    silent = [each.path for each in routes(served) if not need_of_route(each.path, each.endpoint)]
    assert not silent, f"declare with @requires(...): {silent}"
    mounts = {
        each.path for each in leaves(served.dash_app.server.routes) if isinstance(each, Mount)
    }
    assert mounts == OPEN_MOUNTS
    assert any(isinstance(each, WebSocketRoute) for each in routes(served))


def test_routes__open_to_anybody_are_those_of_the_door(served: Served) -> None:
    found = {
        each.path for each in routes(served) if need_of_route(each.path, each.endpoint) == "anybody"
    }
    assert found - OIDC_PATHS == (PUBLIC_PATHS | SIGN_IN_PATHS) - {"/assets/auth/login.mjs"}


def test_callbacks__all_say_what_they_require(served: Served) -> None:
    known = served.dash_app.callback_map
    on_server = {output: each for output, each in known.items() if "callback" in each}
    assert len(on_server) > 5
    silent = [output for output, each in on_server.items() if not need_of_callback(output, each)]
    assert not silent, f"declare with @requires(...): {silent}"


def test_callbacks__a_viewer_cannot_post_one_of_a_trainer(served: Served) -> None:
    vera_is, vera = person(served, "Vera", "viewer")
    path, made_for = "/_dash-update-component", {"X_Lodemap_Person": vera_is.person_id}
    asked = 0
    for each in vera.get("/_dash-dependencies").json:
        known = served.dash_app.callback_map[each["output"]]
        if need_of_callback(each["output"], known) not in ("annotator", "trainer", "admin"):
            continue
        asked += 1
        drawn = vera.post(path, callback_body(each, 0), **made_for)
        assert drawn.status == 204, "the page has just been drawn; nobody asked for anything"
        answer = vera.post(path, callback_body(each, 1), **made_for)
        assert (answer.status, answer.code) == (403, "role"), each["output"]
    assert asked == 2, "answering the dialog of the Projects page, and archiving"


def test_callbacks__that_change_something_are_known_to_the_script_that_repeats_others(
    served: Served,
) -> None:
    script = (ROOT / "assets" / "made_for.js").read_text()
    named = re.search(r"const SAVING = \[(.*)\];", script)
    assert named
    changing = {
        f"{spec['id']}.{spec['property']}"
        for output, each in served.dash_app.callback_map.items()
        if need_of_callback(output, each) in ("annotator", "trainer", "admin")
        for spec in each["inputs"]
    }
    assert set(re.findall(r'"(.+?)"', named[1])) == changing


def callback_body(each: dict[str, Any], clicks: int) -> dict[str, Any]:
    def given(spec: dict[str, str]) -> dict[str, Any] | list[Any]:
        value = {"property": spec["property"], "value": clicks}
        if spec["id"].startswith("{"):
            return [{"id": {"type": "x", "act": "archive", "project": "x"}, **value}]
        return {"id": spec["id"], **value}

    names = each["output"].strip(".").split("...")
    outputs = [dict(zip(("id", "property"), n.rsplit(".", 1), strict=True)) for n in names]
    inputs = [given(spec) for spec in each["inputs"]]
    return {
        "output": each["output"], "outputs": outputs, "inputs": inputs,
        "state": [given(spec) for spec in each["state"]], "changedPropIds": [],
    }  # fmt: skip


def test_routes__nobody_gets_anything_without_signing_in(served: Served) -> None:
    stranger = served.browser()
    for route in routes(served):
        if isinstance(route, WebSocketRoute) or route.path in PUBLIC_PATHS | SIGN_IN_PATHS:
            continue
        for method in route.methods:
            answer = stranger.ask(method, address(route.path))
            assert answer.status == 401, (method, route.path)
            assert "set-cookie" not in answer.headers
    for path in ("/assets/main.mjs", "/bootstrap/css/bootstrap.min.css", "/assets/10_tokens.css"):
        assert stranger.get(path).status == 401
    assert stranger.get("/assets/auth/login.mjs").status == 200


@pytest.mark.parametrize("role", ROLES)
def test_routes__each_role_is_refused_what_it_may_not(served: Served, role: Role) -> None:
    """Each write is replayed by each role; what it may not do leaves the journal as it is."""
    project = served.project()
    _, browser = person(served, role.title(), role)
    before, refused = num_events(served), 0
    for method, path, need in asked_otherwise(served):
        if need == "anybody" or ROLES.index(role) >= ROLES.index(need):
            continue
        refused += 1
        data = json.dumps({"key": "k", "verb": "reset", "kind": "pretrain"}).encode()
        headers = {"Content-Type": "application/json"}
        answer = browser.ask(method, address(path, p=project.project_id), data, headers)
        assert (answer.status, answer.code) == (403, "role"), (method, path)
    assert num_events(served) == before
    assert (refused > 0) == (role != "admin")


def test_routes__a_viewer_may_ask_for_no_more_than_is_listed(served: Served) -> None:
    of_viewers = {path for _, path, need in asked_otherwise(served) if need == "viewer"}
    assert of_viewers == READING


def test_undeclared__is_refused_to_everybody() -> None:
    for session in (STRANGER, Session("ada", role="admin")):
        with pytest.raises(RefusedError) as refused:
            check_need(None, session)
        assert (refused.value.status, refused.value.code) == (403, "undeclared")


def test_session__of_which_no_role_was_said_may_nothing() -> None:
    with pytest.raises(RefusedError, match="You have not signed in"):
        check_need("viewer", Session("ada"))


def test_route__that_forgot_to_say_so_is_closed(tmp_path_factory: pytest.TempPathFactory) -> None:
    with people_app(tmp_path_factory.mktemp("forgot")) as running:
        routes_of_app = running.dash_app.server.router.routes
        running.dash_app.server.add_api_route("/api/new", lambda: {"ok": True})
        routes_of_app.insert(0, routes_of_app.pop())
        _, admin = person(running, "Ada", "admin")
        answer: Any = admin.get("/api/new")
        assert (answer.status, answer.code) == (403, "undeclared")


def test_roles__each_may_what_the_one_before_may(served: Served) -> None:
    project = served.project()
    gesture = {"verb": "add_class", "name": "pear"}
    statuses = []
    for role in ROLES:
        _, browser = person(served, f"{role} again", role)
        address_of = f"/api/projects/{project.project_id}"
        named = {**gesture, "key": role, "name": role}
        run = {"key": "p", "kind": "pretrain", "config": {}}
        statuses.append(
            [
                browser.get(f"{address_of}/state").status,
                browser.post(f"{address_of}/gestures", named).status,
                browser.post(f"{address_of}/runs", run).status // 100,
                browser.get("/api/people").status,
            ]
        )
    assert statuses == [
        [200, 403, 4, 403],
        [200, 200, 4, 403],
        [200, 200, 2, 403],
        [200, 200, 2, 200],
    ]


def test_author__is_the_person_whatever_a_page_says(served: Served) -> None:
    met, ada = person(served, "Ada", "annotator")
    project = served.project()
    body = {"key": "k", "verb": "add_class", "name": "x"}
    path = f"/api/projects/{project.project_id}/gestures"
    assert ada.post(path, {**body, "author": "Ben", "author_id": "ben"}).status == 422
    event = served.store.journal.event(project.project_id, ada.post(path, body).json["seq"])
    assert (event.author, event.author_id) == ("Ada", met.person_id)
    assert ada.post("/api/session", {"name": "Ben"}).code == "name_given"
    told = ada.get("/api/session").json
    assert (told["name"], told["role"], told["is_person"]) == ("Ada", "annotator", True)
