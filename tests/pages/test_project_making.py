"""Making a project on the Projects page: what is asked, and what is refused."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from ml.errors import InvalidInputError, LodemapError
from pages import project_acts
from pages.project_acts import DEMO, cards, dataset_options, perform
from pages.services import Services, serving
from pages.session import Session, SessionCookies
from store.opening import Store
from store.records import Dataset, Project
from store.settings import Settings
from tests.pages.web import QuietBackend, add_project

KEY = "6f1d7c1e-6a43-4a70-9a3c-5d0b7f2f9d10"


@pytest.fixture(autouse=True)
def services(store: Store, tmp_path: Path) -> Iterator[None]:
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    made = Services(store, QuietBackend(), settings, SessionCookies(b"k" * 32))  # type: ignore[arg-type]
    with serving(made, Session("author-1", "Ada", role="admin")):
        yield


@pytest.fixture
def project(store: Store) -> Project:
    return add_project(store, num_samples=60, class_names=("apple", "pear"))


def names(store: Store) -> list[str]:
    return [card.name for card in cards(store, is_archived=False)]


def test_create__from_a_data_set_of_the_store(store: Store, project: Project) -> None:
    done = perform("create", "", "Again", project.dataset_id)
    made = cards(store, is_archived=False)[0]
    assert (made.name, made.num_classes) == ("Again", 3)
    assert done.href == made.href


@pytest.mark.parametrize(("num_labels", "num_classes"), [(200, 200), (201, 0)])
def test_create__takes_no_more_labels_as_classes_than_an_import(
    store: Store, num_labels: int, num_classes: int
) -> None:
    label, labels = np.arange(num_labels), tuple(f"label {i}" for i in range(num_labels))
    images = np.zeros((num_labels, 1, 8, 8), np.uint8)
    dataset = store.datasets.put("Many", images, label, label % 5 == 0, labels)
    store.projects.create("First", dataset.dataset_id)  # only what has a project is offered
    done = perform("create", "", "Second", dataset.dataset_id)
    assert cards(store, is_archived=False)[0].num_classes == num_classes
    assert ("201: they stay labels alone." in done.words) == (num_classes == 0)


def test_create__sent_again_makes_no_second_one(store: Store, project: Project) -> None:
    asked = ("create", "", "Once", project.dataset_id, None, None, KEY)
    first, again = perform(*asked), perform(*asked)
    assert (names(store), first) == (["Once", "Noise"], again)


def test_create__learns_as_asked(store: Store, project: Project) -> None:
    perform("create", "", "Moved", project.dataset_id, "refine-projection")
    made = next(each for each in store.projects.list() if each.name == "Moved")
    assert made.preset == "refine-projection"
    with pytest.raises(InvalidInputError, match="no preset"):
        perform("create", "", "Other", project.dataset_id, "guess")


def test_create__the_map_has_as_many_axes_as_asked(store: Store, project: Project) -> None:
    for axes, latent_dim in ((None, 2), ("2", 2), ("3", 3)):
        perform("create", "", "Seen", project.dataset_id, None, axes)
        assert store.projects.list()[0].latent_dim == latent_dim
    with pytest.raises(InvalidInputError, match="2 or 3 axes, not 4"):
        perform("create", "", "Other", project.dataset_id, None, "4")


def test_create__the_demo_is_offered_once(store: Store) -> None:
    assert dataset_options(store) == [{"value": DEMO, "label": "Handwritten digits, the demo"}]
    perform("create", "", "Mine", DEMO)
    assert [option["label"] for option in dataset_options(store)] == [
        "Handwritten digits, 1,797 samples"
    ]
    project = store.projects.list()[0]
    classes = store.journal.state(project.project_id).classes
    assert tuple(info.name for info in classes) == tuple("1234567890")


@pytest.mark.parametrize("dataset", [None, "", "f" * 64, "../x"])
def test_create__without_a_data_set_nothing_is_made(store: Store, dataset: str | None) -> None:
    with pytest.raises(LodemapError, match=r"no .*data set") as refused:
        perform("create", "", "Lost", dataset)
    assert refused.value.field == "dataset"
    assert names(store) == []


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": " "}),
        ("preset", {"preset": "best"}),
        ("axes", {"axes": "4"}),
        ("", {"key": "x"}),
    ],
)
def test_create__says_which_field_a_refusal_is_about(
    project: Project, field: str, values: dict[str, str]
) -> None:
    with pytest.raises(LodemapError) as refused:
        perform("create", "", **{"name": "Fine", "dataset": project.dataset_id, **values})
    assert refused.value.field == field


@pytest.mark.parametrize("is_there", [True, False])
def test_create__on_a_data_set_that_is_not_whole_is_refused_as_its_map_is(
    store: Store, project: Project, is_there: bool
) -> None:
    images = Path(store.settings.artifacts_url) / "datasets" / project.dataset_id / "images.npy"
    images.write_bytes(images.read_bytes()[:-10]) if is_there else images.unlink()
    with pytest.raises(LodemapError) as opened:
        store.datasets.samples(project.dataset_id)
    with pytest.raises(type(opened.value)) as refused:
        perform("create", "", "Lost", project.dataset_id)
    assert refused.value.sentence == opened.value.sentence
    assert refused.value.field == "dataset"
    assert names(store) == ["Noise"]


def test_create__on_a_data_set_that_is_far_away_does_not_wait_for_it(
    store: Store, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetched(_dataset: Dataset, check: Callable[[], None]) -> None:
        while True:
            check()

    monkeypatch.setattr(store.datasets.files, "open", fetched)
    monkeypatch.setattr(project_acts, "FAR_S", 0.0)
    perform("create", "", "Far", project.dataset_id)
    assert names(store) == ["Far", "Noise"]
