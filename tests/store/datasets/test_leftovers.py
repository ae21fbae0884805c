"""No data set stays behind: not after its last project, and not where a process was killed."""

from pathlib import Path
from typing import Any

import pytest

from store.datasets import leftovers
from store.datasets.datasets import Datasets
from store.errors import NotFoundError
from store.opening import Store, open_store
from store.settings import Settings
from tests.store.membership import be_for
from tests.store.scene import make_scene, put_digits

DAY_S = 86_400.0


def sweep(store: Store, quiet_s: float = DAY_S) -> int:
    return leftovers.remove_leftovers(store.database, store.datasets, store.artifacts, quiet_s)


def test_delete__of_a_closed_project_takes_its_data_set_along(any_store: Store) -> None:
    scene = make_scene(any_store)
    dataset_id = scene.project.dataset_id
    be_for(any_store.members, scene.id, True, [])
    any_store.projects.delete(scene.id)
    assert any_store.datasets.list() == []
    assert any_store.artifacts.listed(f"datasets/{dataset_id}") == []
    with pytest.raises(NotFoundError):
        any_store.projects.create("mine now", dataset_id)


def test_remove_leftovers__takes_files_whose_deletion_was_cut_off(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make_scene(any_store)
    folder = f"datasets/{scene.project.dataset_id}"

    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(Datasets, "forget", killed)
        with pytest.raises(SystemExit):
            any_store.projects.delete(scene.id)
    assert len(any_store.artifacts.listed(folder)) == 3
    assert sweep(any_store) == 0, "a data set on its way has files without a row, too"
    assert sweep(any_store, -1.0) == 1
    assert any_store.artifacts.listed(folder) == []


def test_remove_leftovers__takes_what_never_got_a_project(any_store: Store) -> None:
    used = make_scene(any_store).project.dataset_id
    unused = put_digits(any_store, 50)
    assert sweep(any_store) == 0
    assert sweep(any_store, -1.0) == 1
    assert [dataset.dataset_id for dataset in any_store.datasets.list()] == [used]
    assert any_store.artifacts.listed(f"datasets/{unused}") == []
    assert len(any_store.datasets.samples(used).label) == 40


def test_remove_leftovers__elsewhere(tmp_path: Path) -> None:
    overrides: dict[str, Any] = {"data_dir": tmp_path / "data"}
    overrides["artifacts_url"] = f"memory://lodemap-{tmp_path.name}"
    with open_store(Settings.from_env({}, overrides)) as store:
        stray = f"datasets/{'a' * 64}/images.npy"
        store.artifacts.write(stray, b"bytes", durable=True)
        used = make_scene(store).project.dataset_id
        assert sweep(store) == 0
        assert sweep(store, -1.0) == 1
        assert not store.artifacts.exists(stray)
        assert len(store.datasets.samples(used).label) == 40
