"""What the Runs page shows for an address; its clicks are in tests/browser/test_runs.py."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import dash
import numpy as np
import pytest

from ml.maps.codec import pack_ids
from ml.records import RunConfig
from pages.services import Services, serving
from pages.session import Session, SessionCookies
from store.opening import Store
from store.records import Gesture
from store.settings import Settings
from tests.components.tree import nodes, props, text_of
from tests.pages.learning import learn
from tests.pages.web import QuietBackend, add_project
from tests.source import ROOT


@pytest.fixture(scope="module")
def page() -> ModuleType:
    app = dash.Dash(__name__, pages_folder="", use_pages=True)
    assert app is not None
    import pages.runs as module

    return module


@pytest.fixture(autouse=True)
def services(store: Store, tmp_path: Path) -> Iterator[Services]:
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    made = Services(store, QuietBackend(), settings, SessionCookies(b"k" * 32))  # type: ignore[arg-type]
    with serving(made, Session("author-1", "Ada", role="admin")):
        yield made


def test_layout__is_about_the_newest_project_or_the_one_asked_for(
    page: ModuleType, store: Store
) -> None:
    first, second = add_project(store, 40), add_project(store, 60)
    assert props(page.layout())["data-project"] == second.project_id
    assert props(page.layout(project=first.project_id))["data-project"] == first.project_id
    knobs = json.loads(props(page.layout())["data-knobs"])
    assert {"name", "label", "low", "high", "default"} <= set(knobs["lodemap"][0])


def test_layout__without_a_project_leads_to_where_one_is_made(page: ModuleType) -> None:
    tree = page.layout()
    assert "No project yet" in text_of(tree)
    assert "data-project" not in props(tree)


@pytest.mark.parametrize("asked", [str(uuid4()), "../../etc", "<script>", ["a", "b"]])
def test_layout__of_a_project_that_is_not_there_says_so(
    page: ModuleType, store: Store, asked: object
) -> None:
    add_project(store, 40)
    text = text_of(page.layout(project=asked))
    assert "There is no such project" in text
    assert "script" not in text


def test_layout__holds_each_id_once_and_all_that_the_scripts_look_for(
    page: ModuleType, store: Store
) -> None:
    add_project(store, 40)
    ids = [props(node)["id"] for node in nodes(page.layout()) if "id" in props(node)]
    assert len(ids) == len(set(ids))
    for path in (ROOT / "assets" / "runs").glob("*.mjs"):
        script = path.read_text(encoding="utf-8")
        asked = set(
            re.findall(r'at\("#?((?:runs|bench|curves|confusion|variants)-[a-z-]+)"', script)
        )
        assert asked <= set(ids), path.name


def test_sections__lie_as_they_will_where_variants_were_tried(
    page: ModuleType, store: Store
) -> None:
    """The page must not be laid out anew once the scripts have read the batch."""
    project_id = add_project(store, 40).project_id
    run = store.runs.submit(project_id, "pretrain", RunConfig("annotate-vae"), "Ada", "ada", "p")
    learn(store, run.run_id, 40)
    store.leases.finish(run.run_id, "worker", "finished")
    named = Gesture("annotate", "a", pack_ids(np.array([1, 2]), 40), {"class_index": 0})
    store.journal.append(project_id, named, "Ada", "ada")
    assert page.main_class(project_id) == "runs-main scroll"
    store.variants.submit(project_id, [RunConfig("annotate-vae")], "Ada", "ada", "b")
    assert page.main_class(project_id) == "runs-main scroll tried"
