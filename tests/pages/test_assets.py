"""Assets have addresses that browsers may keep for good, and such that they must ask for again."""

from pathlib import Path

import pytest

from pages.assets import FOR_GOOD, PLOTTING, plotly_address, plotly_links, version_of
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


@pytest.mark.parametrize("prefix", ["", "v0123456789ab/"])
def test_file__of_no_or_another_version_is_asked_for_again(visitor: Browser, prefix: str) -> None:
    found = visitor.get(f"/assets/{prefix}shell/shell.mjs")
    assert (found.status, found.headers["cache-control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "path",
    ["", "v0123456789ab", "v0123456789ab/", "v0123456789ab/..%2f..%2fapp.py", "..%2fapp.py",
     "v0123456789ab/v0123456789ab/main.mjs", f"{VERSION}/../app.py", "shell", "v1/main.mjs"],
)  # fmt: skip
def test_file__that_is_none_is_not_there(visitor: Browser, path: str) -> None:
    found = visitor.get(f"/assets/{path}")
    assert found.status == 404
    assert found.headers["cache-control"] == "no-store"


def test_plotly__is_fetched_ahead_where_something_is_drawn() -> None:
    for path in (*PLOTTING, "/projects"):
        links = plotly_links(path)
        assert links.count(plotly_address()) == (2 if path in PLOTTING else 1)
