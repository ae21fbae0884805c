from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dash
import pytest

from pages import _shell
from pages.dash_server import MODULES_HERE
from pages.project_choice import asked_project, chosen_project, project_href
from pages.services import Services, serving
from pages.session import Session, SessionCookies
from store.opening import Store
from store.settings import Settings
from tests.components.tree import text_of
from tests.pages.web import QuietBackend, add_project

PAGES = {
    "pages.map": {"module": "pages.map", "path": "/", "name": "Map"},
    "pages.projects": {"module": "pages.projects", "path": "/projects", "name": "Projects"},
    "pages.not_found_404": {"module": "pages.not_found_404", "path": "/404", "name": "Lost"},
}
LINKS = [{"type": "rail-link", "path": path} for path in ("/", "/projects")]


@pytest.fixture(autouse=True)
def serving_store(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(dash, "page_registry", PAGES)
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    made = Services(store, QuietBackend(), settings, SessionCookies(b"k" * 32))  # type: ignore[arg-type]
    with serving(made, Session("ada-1", role="admin")):
        yield


def dress(path: str, search: str = "", known: str | None = None) -> dict[str, Any]:
    keys = ("project", "name", "title", "items", "chips", "crumb", "hrefs", "active")
    return dict(zip(keys, _shell.dress(path, search, None, known, LINKS), strict=True))


def test_places__pages_that_exist_and_no_other() -> None:
    assert [(place.name, place.icon) for place in _shell.places()] == [
        ("Map", "map"),
        ("Projects", "projects"),
    ]


def test_top_bar__shows_the_project_of_the_address_and_keeps_it_in_the_rail(store: Store) -> None:
    add_project(store, 40)
    second = add_project(store, 60).project_id
    shown = dress("/", f"?project={second}")
    assert shown["project"] == second
    assert shown["title"] == shown["name"]  # it may be cut
    assert [text_of(chip) for chip in shown["chips"]] == [
        "Noise60 samples",
        "trained on48 · held out12",
    ]
    assert shown["hrefs"] == [f"/?project={second}", "/projects"]
    assert shown["active"] == [True, False]


@pytest.mark.parametrize("path", ["/", "/runs", "/data", "/review"])
def test_top_bar__a_bare_address_means_the_newest_project_as_its_page_does(
    store: Store, path: str
) -> None:
    first = add_project(store, 40).project_id
    second = add_project(store, 60).project_id
    assert dress(path, "", known=first)["project"] == second
    assert path == "/data" or dress(path, "?new=1", known=first)["project"] == second


def test_top_bar__pages_about_no_project_stay_with_that_of_the_tab(store: Store) -> None:
    first = add_project(store, 40).project_id
    second = add_project(store, 60).project_id
    shown = dress("/projects", "", known=first)
    assert (shown["project"], shown["crumb"]) == (first, "Projects")
    assert shown["hrefs"][0] == f"/?project={first}"
    assert dress("/data", "?new=1", known=first)["project"] == first
    assert dress("/data", f"?project={second}&new=1", known=first)["project"] == second


def test_top_bar__a_project_that_is_gone_leads_nowhere(store: Store) -> None:
    add_project(store, 40)
    shown = dress("/", "?project=nonsense")
    assert (shown["project"], shown["name"], shown["chips"]) == (None, "No project", [])


def test_top_bar__an_archived_project_keeps_its_name_but_no_bare_address_means_it(
    store: Store,
) -> None:
    archived = add_project(store, 40)
    store.projects.set_archived(archived.project_id, True)
    shown = dress("/", f"?project={archived.project_id}")
    assert (shown["project"], shown["name"]) == (archived.project_id, archived.name)
    assert archived.name in text_of(shown["items"][1])
    assert dress("/projects", "", known=archived.project_id)["name"] == archived.name
    assert dress("/")["project"] is None


def test_top_bar__without_any_project() -> None:
    shown = dress("/projects")
    assert shown["hrefs"] == ["/", "/projects"]
    assert [text_of(item) for item in shown["items"]] == ["New project", "All projects"]


def test_switcher__many_projects_keep_the_current_one_in_sight(store: Store) -> None:
    dataset_id = add_project(store, 40).dataset_id
    made = [store.projects.create(f"P{n}", dataset_id) for n in range(_shell.MENU_LIMIT + 3)]
    items = _shell.switcher_list(store, store.projects.list(), made[-1])
    assert len(items) == _shell.MENU_LIMIT
    assert [item.name for item in items if item.is_current] == [made[-1].name]


def test_switcher__leaves_out_what_was_deleted_since_it_was_listed(store: Store) -> None:
    gone, stays = add_project(store, 40), add_project(store, 50)
    listed = store.projects.list()
    store.projects.delete(gone.project_id)
    items = _shell.switcher_list(store, listed, stays)
    assert [item.name for item in items] == [stays.name]


def test_new_href__differs_each_time() -> None:
    assert _shell.new_href() != _shell.new_href()


def test_asked_project__reads_the_query_and_nothing_else() -> None:
    assert asked_project("?project=abc&x=1") == "abc"
    assert asked_project("?project=") is None
    assert asked_project(None) is None
    assert asked_project(project_href("a b&c").removeprefix("/")) == "a b&c"


def test_chosen_project__none_for_an_id_that_is_not_there(store: Store) -> None:
    project = add_project(store)
    assert chosen_project([project], None) == project
    assert chosen_project([project], "other") is None
    assert chosen_project([], None) is None


def test_index__sets_the_theme_before_any_style_and_holds_no_inline_script() -> None:
    index = _shell.INDEX
    assert index.index("00_theme.js") < index.index("{%css%}")
    assert "<script>" not in index
    assert index.count(MODULES_HERE) == 1
