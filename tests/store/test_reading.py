"""Results in Python, beside the running app."""

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import update

from ml.errors import InvalidInputError
from store.errors import NotFoundError
from store.opening import open_store
from store.reading import open_results
from store.settings import Settings
from store.sql.tables import PROJECT
from tests.store.archives.story import embedding_of, tell
from tests.store.scene import make_scene


def test_open_results__while_the_app_works(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with open_store(Settings.from_env({}, {"data_dir": folder}), as_app=True) as store:
        scene = make_scene(store)
        tell(scene)
        with open_results(folder, scene.project.name.upper()) as results:
            assert results.project == scene.project
            z = embedding_of(2)
            np.testing.assert_allclose(results.embedding, z, atol=np.ptp(z) / 60000)
            assert results.predictions.num_rows == len(results.sample_ids) == 40
            assert results.annotations["index"].to_pylist() == [1, 2, 3, 5, 35]
            assert results.history.num_rows == 11
            assert (results.run.number, results.epoch) == (2, 2)
            assert results.images.shape == (40, 1, 8, 8)
            scene.name([9], 1)
        with open_results(str(folder), scene.id) as results:
            assert 9 in results.annotations["index"].to_pylist()


def test_open_results__what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no data directory"):
        open_results(tmp_path / "nowhere", "x")
    assert not (tmp_path / "nowhere").exists()
    folder = tmp_path / "data"
    with open_store(Settings.from_env({}, {"data_dir": folder})) as store:
        scene = make_scene(store)
        with pytest.raises(NotFoundError, match=scene.project.name):
            open_results(folder, "Round things")
        twin = store.projects.duplicate(scene.id, "twin")
        with store.database.write() as connection:  # older versions allowed equal names
            connection.execute(
                update(PROJECT)
                .where(PROJECT.c.project_id == twin.project_id)
                .values(name=scene.project.name)
            )
        with pytest.raises(InvalidInputError, match=scene.id):
            open_results(folder, scene.project.name)
        with (
            open_results(folder, scene.id) as results,
            pytest.raises(NotFoundError, match="no map"),
        ):
            assert results.embedding.size
