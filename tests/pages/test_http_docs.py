"""docs/http.md and docs/auth.md name every route there is, and none that is not."""

import re
from pathlib import Path

from starlette.routing import Mount

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


def test_documents__name_the_routes_there_are(tmp_path: Path) -> None:
    with people_app(tmp_path, page=None) as served:
        found = {
            each.path for each in leaves(served.dash_app.server.routes)
            if not isinstance(each, Mount)
        }  # fmt: skip
    ours = {path for path in found if path != "/" and not path.startswith(OF_DASH)}
    assert len(ours) > 60
    written = named()
    assert sorted(ours - written) == []
    assert sorted({path for path in written if path.startswith("/api/")} - ours) == []
