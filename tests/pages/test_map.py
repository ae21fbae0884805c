"""The Map page's layout: which project it asks for, and that nothing foreign gets into it."""

import uuid
from types import ModuleType

import dash
import pytest


@pytest.fixture(scope="module")
def page() -> ModuleType:
    app = dash.Dash(__name__, pages_folder="", use_pages=True)
    assert app is not None
    import pages.map as module

    return module


def test_checked__takes_ids_only(page: ModuleType) -> None:
    known = str(uuid.uuid4())
    checked = page.checked
    assert checked(known) == known
    assert checked(known.upper()) == known
    assert checked(None) == checked("") == ""
    for odd in ("../../etc/passwd", "<script>", "1", "x" * 300):
        assert checked(odd) == "unknown"


def test_layout__names_the_project_and_ignores_other_words(page: ModuleType) -> None:
    known = str(uuid.uuid4())
    root = page.layout(known, utm_source="mail")
    props = root.to_plotly_json()["props"]
    assert props["data-project"] == known
    assert props["id"] == "map-page"
