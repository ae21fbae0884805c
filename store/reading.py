"""A project's results in Python, while the app runs or when it does not.

from store.reading import open_results

results = open_results("lodemap-data", "Round things")
results.annotations, results.embedding, results.predictions, results.images
"""

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from store.errors import NotFoundError
from store.exports.annotations import annotations, history
from store.exports.opinions import embedding_array, predictions
from store.names import UUID
from store.opening import Store, open_store
from store.records import Project, Run
from store.settings import Settings
from store.snapshots.seen import SeenSnapshot, see


def open_results(data_dir: str | Path, project: str) -> "Results":
    """Open a project for reading; nothing is changed, and the app may go on working in it.

    Args:
        data_dir: The data directory; a database or artifacts elsewhere are found by the same
            variables as the app finds them (`LODEMAP_DATABASE_URL`, `LODEMAP_ARTIFACTS_URL`).
        project: Its name, or its id.

    Raises:
        NotFoundError: no such folder or project.
        InvalidInputError: several projects have this name.
        DataDirError: the folder belongs to somebody else or to a newer Lodemap.
    """
    folder = Path(data_dir).expanduser()
    if not folder.is_dir():
        raise NotFoundError(f"There is no data directory {folder}; give the one of the app.")
    store = open_store(Settings.from_env(os.environ, {"data_dir": folder}))
    try:
        return Results(store, find_project(store, project))
    except (NotFoundError, InvalidInputError):
        store.close()
        raise


def find_project(store: Store, name: str) -> Project:
    """Return a project by its name, upper and lower case alike, or by its id.

    Raises:
        NotFoundError: no project is called so.
        InvalidInputError: several are.
    """
    if UUID.fullmatch(name):
        return store.projects.get(name)
    projects = store.projects.list(include_archived=True)
    found = [each for each in projects if each.name.casefold() == name.strip().casefold()]
    if len(found) > 1:
        ids = ", ".join(each.project_id for each in found)
        raise InvalidInputError(
            f"{len(found)} projects are called '{name[:80]}'; use an id: {ids}."
        )
    if not found:
        known = ", ".join(f"'{each.name}'" for each in projects[:5]) or "none"
        raise NotFoundError(f"No project is called '{name[:80]}'; there are: {known}.")
    return found[0]


class Results:
    """A project as it is when each part is first asked for; parts are then kept."""

    def __init__(self, store: Store, project: Project) -> None:
        self._store = store
        self.project = project
        """The project itself."""

    @cached_property
    def sample_ids(self) -> Sequence[str]:
        """The sample_id of every sample, in the order of every array here."""
        return self._store.datasets.sample_ids(self.project.dataset_id)

    @cached_property
    def images(self) -> NDArray[np.uint8] | NDArray[np.float32]:
        """The samples, read-only: uint8 (num_samples, channels, height, width), or vectors."""
        return self._store.datasets.samples(self.project.dataset_id).images

    @cached_property
    def annotations(self) -> pa.Table:
        """One row for each sample with an annotation (docs/export.md)."""
        return annotations(self._store, self.project.project_id).collected()

    @cached_property
    def history(self) -> pa.Table:
        """One row for each change of an annotation (docs/export.md)."""
        return history(self._store, self.project.project_id).collected()

    @cached_property
    def predictions(self) -> pa.Table:
        """One row for each sample: class, confidence, uncertainty (docs/export.md).

        Raises:
            NotFoundError: the project has no map yet.
        """
        return predictions(self._store, self._head).collected()

    @cached_property
    def embedding(self) -> NDArray[np.float32]:
        """Where each sample is on the map, shape (num_samples, latent_dim).

        Raises:
            NotFoundError: the project has no map yet.
        """
        return embedding_array(self._head)

    @property
    def run(self) -> Run:
        """The run that `embedding` and `predictions` are of; `NotFoundError` without a map."""
        return self._head.run

    @property
    def epoch(self) -> int:
        """Their epoch."""
        return self._head.epoch

    @cached_property
    def _head(self) -> SeenSnapshot:
        return see(self._store, self.project.project_id)

    def close(self) -> None:
        """Close the database; parts that were asked for stay."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
