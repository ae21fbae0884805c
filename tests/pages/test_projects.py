"""What the Projects page reads and does; its clicks are in tests/browser/test_projects.py."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from components.project_list import Learning
from ml.errors import LodemapError
from ml.maps.codec import pack_ids
from ml.records import RunConfig
from pages.answers import RefusedError
from pages.project_acts import cards, colors_of, dataset_options, learning_in, perform
from pages.services import Services, serving
from pages.session import Session, SessionCookies
from store.datasets.class_order import in_key_order
from store.errors import BeingMadeError, NotFoundError
from store.opening import Store
from store.people.roles import Role
from store.projects.drafts import BEING_MADE
from store.projects.duplication import Copying
from store.records import ClassInfo, Gesture, Project
from store.settings import Settings
from tests.pages.web import QuietBackend, add_project
from tests.store.sql.test_plans import listening


@pytest.fixture(autouse=True)
def services(store: Store, tmp_path: Path) -> Iterator[Services]:
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    made = Services(store, QuietBackend(), settings, SessionCookies(b"k" * 32))  # type: ignore[arg-type]
    with serving(made, Session("author-1", "Ada", role="admin")):
        yield made


@pytest.fixture
def project(store: Store) -> Project:
    return add_project(store, num_samples=60, class_names=("apple", "pear"))


def names(store: Store, *, is_archived: bool = False) -> list[str]:
    return [card.name for card in cards(store, is_archived=is_archived)]


def test_colors__of_a_merged_class_and_of_one_that_is_no_more() -> None:
    classes = (
        ClassInfo(0, "apple", 4),
        ClassInfo(1, "fruit", 1, merged_into=0),
        ClassInfo(3, "pear", 1),
    )
    assert colors_of(classes) == (4, 4, None, 1)
    assert colors_of(()) == ()


def test_cards__count_what_is_named_and_where_the_map_is(store: Store, project: Project) -> None:
    chosen = pack_ids(np.arange(7), 60)
    gesture = Gesture("annotate", "key-1", chosen, {"class_index": 1})
    store.journal.append(project.project_id, gesture, "Ada", "author-1")
    card = cards(store, is_archived=False)[0]
    assert (card.num_named, card.num_samples, card.num_classes) == (7, 60, 2)
    assert card.href == f"/?project={project.project_id}"
    assert (card.frame_url, card.num_runs) == (None, 0)


def test_cards__tell_what_is_learned(store: Store, project: Project) -> None:
    (bare,) = cards(store, is_archived=False)
    config = RunConfig("annotate-vae", num_epochs=60)
    run = store.runs.submit(project.project_id, "pretrain", config, "test", "test", "key")
    (waiting,) = cards(store, is_archived=False)
    store.runs.request_stop(run.run_id)
    (stopped,) = cards(store, is_archived=False)
    assert [bare.learning, stopped.learning] == [None, None]
    assert waiting.learning == Learning("pretrain", 0, "queued", -1, 60, None)


def test_cards__count_no_update_that_was_taken_back_before_it_began(
    store: Store, project: Project
) -> None:
    gesture = Gesture("annotate", "key-1", pack_ids(np.arange(7), 60), {"class_index": 1})
    store.journal.append(project.project_id, gesture, "Ada", "author-1")
    config = RunConfig("annotate-vae", num_epochs=60)
    asked = [
        store.runs.submit(project.project_id, kind, config, "test", "test", kind)
        for kind in ("pretrain", "fine_tune")
    ]
    (before,) = cards(store, is_archived=False)
    for run in reversed(asked):
        store.runs.request_stop(run.run_id)
    (after,) = cards(store, is_archived=False)
    assert (before.num_runs, after.num_runs) == (2, 1)


def test_learning__of_many_projects_is_one_query(store: Store, project: Project) -> None:
    """A page that is left open asks every few seconds."""
    others = [store.projects.duplicate(project.project_id, f"p{i}") for i in range(6)]
    config = RunConfig("annotate-vae", num_epochs=60)
    for each in (project, *others[:2]):
        store.runs.submit(each.project_id, "pretrain", config, "test", "test", each.name)
    hidden = others[1].project_id
    with listening(store) as asked:
        found = learning_in(store, lambda project_id: project_id != hidden)
    assert [sql.split()[0] for sql, _ in asked] == ["BEGIN", "SELECT"]
    waits = Learning("pretrain", 0, "queued", -1, 60, None)
    assert found == {project.project_id: waits, others[0].project_id: waits}


def test_rename__trims_and_tells(store: Store, project: Project) -> None:
    done = perform("rename", project.project_id, "  Orchard ")
    assert done.words == "Renamed to Orchard."
    assert names(store) == ["Orchard"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 300, "a\x00b", "a\u202eb", None])
@pytest.mark.parametrize("act", ["rename", "duplicate"])
def test_names__bad_ones_are_refused_in_one_sentence(
    store: Store, project: Project, act: str, name: str | None
) -> None:
    with pytest.raises(LodemapError) as refused:
        perform(act, project.project_id, name)
    assert refused.value.sentence.endswith(".")
    assert refused.value.field == "name"
    assert names(store) == ["Noise"]


def test_duplicate__has_the_names_under_another_id(store: Store, project: Project) -> None:
    perform("duplicate", project.project_id, "Second")
    assert names(store) == ["Second", "Noise"]
    assert len({card.project_id for card in cards(store, is_archived=False)}) == 2


def test_archive__moves_there_and_back(store: Store, project: Project) -> None:
    assert "under Archived" in perform("archive", project.project_id).words
    assert (names(store), names(store, is_archived=True)) == ([], ["Noise"])
    perform("restore", project.project_id)
    assert names(store) == ["Noise"]


def test_delete__takes_it_away_and_names_it(store: Store, project: Project) -> None:
    assert perform("delete", project.project_id).words == "Noise deleted."
    assert names(store) == []


@pytest.mark.parametrize("act", ["rename", "duplicate", "archive", "restore", "delete"])
@pytest.mark.parametrize("project_id", ["", "../../etc", "x" * 300])
def test_acts__on_projects_that_are_not_there(act: str, project_id: str) -> None:
    with pytest.raises(LodemapError, match="no such project"):
        perform(act, project_id, "Name")


def test_acts__unknown_ones_are_refused(project: Project) -> None:
    with pytest.raises(LodemapError, match="cannot be done"):
        perform("explode", project.project_id)


KEY = "6f1d7c1e-6a43-4a70-9a3c-5d0b7f2f9d10"


def test_duplicate__sent_again_makes_no_second_one(store: Store, project: Project) -> None:
    for _ in range(2):
        done = perform("duplicate", project.project_id, "Second", key=KEY)
        assert done.words == "Second made."
    assert names(store) == ["Second", "Noise"]


def test_duplicate__sent_again_while_it_is_made_says_so(
    store: Store, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_ahead, told = Copying.copy_ahead, []

    def ask_again(self: Copying) -> None:
        copy_ahead(self)
        with pytest.raises(BeingMadeError) as refused:
            perform("duplicate", project.project_id, "Second", key=KEY)
        told.append(refused.value.sentence)

    monkeypatch.setattr(Copying, "copy_ahead", ask_again)
    assert perform("duplicate", project.project_id, "Second", key=KEY).words == "Second made."
    assert told == [BEING_MADE]
    assert names(store) == ["Second", "Noise"]


def test_key__of_a_project_that_is_for_others_shows_nothing_of_it(
    services: Services, store: Store, project: Project
) -> None:
    other = add_project(store, num_samples=61, class_names=("fig",))
    hidden = frozenset({project.project_id})
    with serving(services, Session("author-2", "Ben", role="admin", hidden=hidden)):
        asked = ("create", "", "Mine", other.dataset_id, None, None, project.project_id)
        with pytest.raises(NotFoundError):
            perform(*asked)


def test_in_key_order__zero_comes_last_as_on_a_keyboard() -> None:
    assert in_key_order(tuple("0123")) == ("1", "2", "3", "0")
    assert in_key_order(("pear", "apple")) == ("pear", "apple")


@pytest.mark.parametrize(("act", "role"), [("archive", "annotator"), ("delete", "trainer")])
def test_acts__ask_for_the_role_of_each(
    services: Services, project: Project, act: str, role: Role
) -> None:
    asker = Session("author-2", "Ben", role=role)
    with serving(services, asker), pytest.raises(RefusedError) as refused:
        perform(act, project.project_id)
    assert (refused.value.status, refused.value.code) == (403, "role")


def test_acts__on_what_is_for_others_only(services: Services, project: Project) -> None:
    hidden = frozenset({project.project_id})
    with serving(services, Session("author-2", "Ben", role="admin", hidden=hidden)):
        assert cards(services.store, is_archived=False) == []
        offered = [each["value"] for each in dataset_options(services.store)]
        assert project.dataset_id not in offered
        for act in ("rename", "archive", "delete", "duplicate"):
            with pytest.raises(NotFoundError):
                perform(act, project.project_id, "Mine")
        with pytest.raises(NotFoundError):
            perform("create", "", "Mine", project.dataset_id)
