"""Assets have addresses that browsers may keep for good, and such that they must ask for again."""

from pathlib import Path

import pytest

from pages.assets import FOR_GOOD, Assets, plotly_address, plotly_links, version_of
from tests.pages.web import Browser

ASSETS = Path(__file__).parents[2] / "assets"
VERSION = version_of(ASSETS)


def test_version__changes_with_a_files_bytes_and_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/one.mjs").write_text("export const one = 1;")
    first = version_of(tmp_path)
    assert version_of(tmp_path) == first
    (tmp_path / "deep/one.mjs").write_text("export const one = 2;")
    second = version_of(tmp_path)
    (tmp_path / "deep/one.mjs").rename(tmp_path / "deep/two.mjs")
    assert len({first, second, version_of(tmp_path)}) == 3


def test_file__of_this_version_is_kept_for_good_also_when_asked_for_again(visitor: Browser) -> None:
    address = f"/assets/{VERSION}/shell/shell.mjs"
    found = visitor.get(address)
    assert found.body == (ASSETS / "shell/shell.mjs").read_bytes()
    assert found.headers["cache-control"] == FOR_GOOD
    again = visitor.get(address, if_none_match=found.headers["etag"])
    assert (again.status, again.headers["cache-control"]) == (304, FOR_GOOD)


def test_file__without_a_version_is_asked_for_again(visitor: Browser) -> None:
    found = visitor.get("/assets/shell/shell.mjs")
    assert (found.status, found.headers["cache-control"]) == (200, "no-cache")


def test_file__changed_since_the_version_was_taken_is_not_kept_for_good(tmp_path: Path) -> None:
    path = tmp_path / "one.mjs"
    path.write_text("export const one = 1;")
    assets = Assets(tmp_path, version := version_of(tmp_path))
    scope = {"type": "http", "method": "GET", "headers": [], "path": f"/{version}/one.mjs"}
    assert assets.file_response(path, path.stat(), scope).headers["cache-control"] == FOR_GOOD
    path.write_text("export const one = 22;")
    assert "cache-control" not in assets.file_response(path, path.stat(), scope).headers


def test_plotly__by_another_version_is_asked_for_again(visitor: Browser) -> None:
    assert "max-age" in visitor.get(plotly_address()).headers["cache-control"]
    for name in ("plotly.v6_0_0m0123.min.js", "plotly.min.js"):
        found = visitor.get(f"/_dash-component-suites/plotly/package_data/{name}")
        assert (found.status, found.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "path",
    ["", VERSION, f"{VERSION}/", f"{VERSION}/..%2f..%2fapp.py", "..%2fapp.py", "shell",
     f"{VERSION}/{VERSION}/main.mjs", f"{VERSION}/../app.py", "v0123456789ab/main.mjs"],
)  # fmt: skip
def test_file__that_is_none_is_not_there(visitor: Browser, path: str) -> None:
    found = visitor.get(f"/assets/{path}")
    assert found.status == 404
    assert found.headers["cache-control"] == "no-store"


def test_plotly__is_fetched_ahead_where_a_map_is_drawn() -> None:
    assert 'rel="preload"' in plotly_links("/")
    assert 'rel="preload"' not in plotly_links("/projects")
