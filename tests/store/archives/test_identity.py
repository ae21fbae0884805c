"""Data sets in archives: known by all their samples have, and those of before as they were."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from ml.intake.records import Batch, Outline
from store.archives.adoption import import_project
from store.archives.identity import read_identities
from store.archives.packing import pack_project
from store.datasets.content import identify
from store.intake.staged import Staged
from store.intake.staging import Staging
from store.opening import Store, open_store
from store.settings import Settings

OUTLINE = Outline("vector", "CSV", (2,))


def staged(folder: Path, *notes: str) -> Staged:
    folder.mkdir()
    values = np.arange(6, dtype=np.float32).reshape(3, 2)
    texts = {"note": list(notes)}
    with Staging(folder, OUTLINE, keep_duplicates=False) as staging:
        staging.add(Batch(values, ["a", "b", "c"], ["x", "y", "x"], texts=texts))
        staging.finish()
    return Staged(folder, OUTLINE)


@pytest.mark.parametrize("is_old", [False, True])
def test_archive__of_a_data_set_with_texts_comes_in_under_its_own_id(
    store: Store, tmp_path: Path, is_old: bool
) -> None:
    samples = staged(tmp_path / "samples", "red", "green", "blue")
    dataset = samples.describe("Things", "CSV, things.csv", 0.0)
    content = samples.content()
    if is_old:
        content = samples.summary().content
        names = samples.summary().class_names
        old_id = identify(content, names, samples.label(), np.zeros(3, np.bool_))
        assert old_id != dataset.dataset_id
        dataset = replace(dataset, dataset_id=old_id)
    kept = store.datasets.adopt(dataset, samples.files(), content)
    project = store.projects.create("Things", kept.dataset_id)
    file = BytesIO()
    file.writelines(pack_project(store, project.project_id, with_data=True))
    settings = Settings.from_env({}, {"data_dir": tmp_path / "elsewhere"})
    with open_store(settings) as elsewhere:
        assert import_project(elsewhere, file).dataset_id == dataset.dataset_id
        assert elsewhere.datasets.texts(dataset.dataset_id, 1)["note"] == "green"
        assert elsewhere.datasets.content(dataset.dataset_id) == content


def test_identities__of_other_texts_are_others(tmp_path: Path) -> None:
    first, second = (staged(tmp_path / last, "red", "green", last) for last in ("blue", "black"))
    described = [each.describe("Things", "", 0.0) for each in (first, second)]
    assert described[0].dataset_id != described[1].dataset_id
    new, old = read_identities(described[0], first.files())
    assert new == (first.content(), described[0].dataset_id)
    other, other_old = read_identities(described[1], second.files())
    assert (new != other, old == other_old) == (True, True)
