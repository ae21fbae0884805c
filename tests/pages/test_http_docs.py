"""docs/http.md and docs/auth.md name every route there is, and none that is not."""

import re
from typing import Any

import pytest
from starlette.routing import Mount

from pages.auth.declared import need_of_route
from tests.pages.auth.people import people_app
from tests.pages.web import leaves
from tests.source import ROOT

OF_DASH = ("/_", "/{", "/assets", "/bootstrap")
"""Dash's own routes, and files."""


def named() -> set[str]:
    """Addresses of the documents, without their queries."""
    said = "".join((ROOT / "docs" / name).read_text() for name in ("http.md", "auth.md"))
    rows = [line for line in said.splitlines() if line.startswith("| `")]
    cells = [row.split(" | ")[0] for row in rows]
    return {path.split("?")[0] for cell in cells for path in re.findall(r"(/[^`\s]*)`", cell)}


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    """Routes of ours, those behind a sign-in too."""
    with people_app(tmp_path_factory.mktemp("people"), page=None) as served:
        found = [
            each for each in leaves(served.dash_app.server.routes) if not isinstance(each, Mount)
        ]
    ours = [each for each in found if each.path != "/" and not each.path.startswith(OF_DASH)]
    assert len(ours) > 60
    return ours


def test_documents__name_the_routes_there_are(routes: list[Any]) -> None:
    ours = {each.path for each in routes}
    written = named()
    assert sorted(ours - written) == []
    assert sorted({path for path in written if path.startswith("/api/")} - ours) == []


def told_role(method: str, path: str) -> str:
    """The role that the table `Who may` says."""
    said = (ROOT / "docs" / "http.md").read_text().split("## Who may")[1]
    rows = dict(re.findall(r"^\| (\w+) \| (.*) \|$", said, re.MULTILINE))
    named = {role: set(re.findall(r"`([A-Z]+ /[^`]*)`", row)) for role, row in rows.items()}
    whole = re.findall(r"`(/api/[^`]*)`", rows["admin"])
    if any(path == each or path.startswith(f"{each}/") for each in whole):
        return "admin"
    given = [role for role, each in named.items() if f"{method} {path}" in each]
    reads = method in ("GET", "WEBSOCKET")
    return given[0] if len(given) == 1 else "viewer" if reads and not given else "untold"


def test_documents__say_who_may(routes: list[Any]) -> None:
    wrong = []
    for route in routes:
        for method in set(getattr(route, "methods", None) or {"WEBSOCKET"}) - {"HEAD"}:
            need = need_of_route(route.path, route.endpoint)
            if told_role(method, route.path) != need:
                wrong.append(f"{method} {route.path}: {need}")
    assert wrong == []
