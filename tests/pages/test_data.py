"""What the Data page shows for an address; its clicks are in tests/browser/test_data.py."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import dash
import pytest
from dash.development.base_component import Component

from pages.services import Services, serving
from pages.session import Session, SessionCookies
from store.opening import Store
from store.settings import Settings
from tests.components.tree import nodes, props, text_of
from tests.pages.web import QuietBackend, add_project
from tests.source import ROOT


@pytest.fixture(scope="module")
def page() -> ModuleType:
    app = dash.Dash(__name__, pages_folder="", use_pages=True)
    assert app is not None
    import pages.data as module

    return module


@pytest.fixture(autouse=True)
def services(store: Store, tmp_path: Path) -> Iterator[Services]:
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    made = Services(store, QuietBackend(), settings, SessionCookies(b"k" * 32))  # type: ignore[arg-type]
    with serving(made, Session("author-1", "Ada", role="admin")):
        yield made


def views(tree: Component) -> dict[str, bool]:
    """Which of the page's views is hidden."""
    shown = {props(node).get("id"): props(node).get("hidden") for node in nodes(tree)}
    return {name: bool(shown[name]) for name in ("data-import", "data-set") if name in shown}


def test_layout__without_a_project_is_about_a_new_data_set(page: ModuleType) -> None:
    tree = page.layout()
    assert views(tree) == {"data-import": False}
    assert props(tree)["data-project"] == ""
    assert props(tree)["data-new"] == "true"


def test_layout__shows_the_data_set_of_the_newest_project(page: ModuleType, store: Store) -> None:
    project = add_project(store, 40)
    tree = page.layout()
    assert views(tree) == {"data-import": True, "data-set": False}
    assert props(tree)["data-project"] == project.project_id
    assert "Noise" in text_of(tree)


def test_layout__shows_the_project_that_is_asked_for(page: ModuleType, store: Store) -> None:
    first, _ = add_project(store, 40), add_project(store, 60)
    assert props(page.layout(project=first.project_id))["data-project"] == first.project_id


def test_layout__brings_in_another_one_beside_a_project(page: ModuleType, store: Store) -> None:
    project = add_project(store, 40)
    tree = page.layout(project=project.project_id, new="1")
    assert views(tree) == {"data-import": False, "data-set": True}
    assert props(tree)["data-project"] == project.project_id


def test_layout__of_a_new_one_of_no_project_belongs_to_none(page: ModuleType, store: Store) -> None:
    """The tab may be in another project than the newest, which Cancel would lead to."""
    add_project(store, 40)
    tree = page.layout(new="1")
    assert views(tree) == {"data-import": False}
    assert (props(tree)["data-project"], props(tree)["data-new"]) == ("", "true")


@pytest.mark.parametrize("asked", [str(uuid4()), "../../etc", "<script>", ["a", "b"]])
def test_layout__of_a_project_that_is_not_there_is_about_a_new_one(
    page: ModuleType, store: Store, asked: object
) -> None:
    add_project(store, 40)
    tree = page.layout(project=asked)
    assert props(tree)["data-project"] == ""
    assert "script" not in text_of(tree)


def test_layout__holds_each_id_once_and_all_that_the_scripts_look_for(
    page: ModuleType, store: Store
) -> None:
    add_project(store, 40)
    ids = [props(node)["id"] for node in nodes(page.layout()) if "id" in props(node)]
    assert len(ids) == len(set(ids))
    for path in (ROOT / "assets" / "data").glob("*.mjs"):
        script = path.read_text(encoding="utf-8")
        asked = set(re.findall(r'"#((?:data|set)-[a-z-]+)', script))
        assert asked <= set(ids), path.name
