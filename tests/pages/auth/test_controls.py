"""What the pages dim and what the server refuses are one: each control is held to its route."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from pages.auth.declared import need_of_callback, need_of_route
from pages.rooms.attending import TAKING_THE_FLOOR
from tests.attacks.target import routes_of
from tests.pages.auth.people import people_app
from tests.pages.web import Served
from tests.source import ROOT

ROOM = "WS /api/projects/{p}/room"
CALLBACK = "POST /_dash-update-component"
ADMINS_OWN = {
    "DELETE /api/people/{u}", "POST /api/people/{u}/role", "POST /api/invites",
    "DELETE /api/invites/{v}", "POST /api/projects/{p}/members",
}  # fmt: skip
"""Asked by the People dialog, which opens for admins alone."""


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """CONTROLS and KEYS of assets/shell/rights.mjs."""
    if shutil.which("node") is None:
        pytest.skip("node is missing: apt-get install nodejs")
    module = (ROOT / "assets" / "shell" / "rights.mjs").as_uri()
    script = f"import * as rights from '{module}'; console.log(JSON.stringify(rights));"
    command = ["node", "--input-type=module", "-e", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with people_app(tmp_path_factory.mktemp("controls"), page=None) as running:
        yield running


@pytest.fixture(scope="module")
def needs(served: Served) -> dict[str, str | None]:
    """What each route requires, by method and path."""
    return {
        f"{method} {route.path}": need_of_route(route.path, route.endpoint)
        for route in routes_of(served.dash_app.server.routes)
        for method in getattr(route, "methods", None) or ()
    }


def test_controls__require_what_their_route_does(
    told: dict[str, Any], needs: dict[str, str | None]
) -> None:
    for role, routes in told["CONTROLS"].items():
        for route in set(routes) - {ROOM, CALLBACK}:
            assert needs[route] == role, route
    for role, keys in told["KEYS"].items():
        for route in keys["asks"]:
            assert needs[route] == role, route


def test_routes__that_change_something_have_a_control_that_is_dimmed(
    told: dict[str, Any], needs: dict[str, str | None]
) -> None:
    dimmed = {route for routes in told["CONTROLS"].values() for route in routes}
    asked = {
        route
        for route, need in needs.items()
        if need in ("annotator", "trainer", "admin") and not route.startswith(("GET", "HEAD"))
    }
    assert asked - dimmed - ADMINS_OWN == set(), "name its control in assets/shell/rights.mjs"
    assert len(asked) > 20


def test_callbacks__that_change_something_have_one_too(
    told: dict[str, Any], served: Served
) -> None:
    known = served.dash_app.callback_map
    asked = {need_of_callback(output, each) for output, each in known.items() if "callback" in each}
    controls = told["CONTROLS"]
    dimmed = {role for role, routes in controls.items() if CALLBACK in routes}
    assert asked - {"viewer"} <= dimmed


def test_room__what_viewers_may_not_say_is_dimmed(told: dict[str, Any]) -> None:
    selectors = set(told["CONTROLS"]["annotator"][ROOM])
    assert selectors == {f"[data-do={what}]" for what in TAKING_THE_FLOOR}
