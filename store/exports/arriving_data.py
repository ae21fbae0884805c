"""The data set of an archive: known here already, or brought along."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select

from ml.errors import InvalidInputError
from store.errors import NotFoundError
from store.exports.archive import DATA, DATASET_FILE, BadArchiveError, json_object
from store.exports.unpacking import ArchiveReader
from store.names import SHA256
from store.opening import Store
from store.records import Dataset
from store.tables import DATASET, PROJECT

LABEL: Final = "data/label.npy"


@dataclass(frozen=True)
class Description:
    """What an archive says of its data set."""

    dataset_id: str
    name: str
    num_samples: int
    class_names: tuple[str, ...]


def describe_data(archive: ArchiveReader) -> Description:
    """Read what an archive says of its data set.

    Raises:
        BadArchiveError: when that cannot be.
    """
    values = json_object(archive.read(DATASET_FILE), DATASET_FILE)
    dataset_id, name = values.get("dataset_id"), values.get("name")
    num_samples, names = values.get("num_samples"), values.get("class_names")
    is_named = isinstance(names, list) and all(isinstance(each, str) for each in names)
    is_counted = type(num_samples) is int and 0 < num_samples < 2**31
    if not isinstance(dataset_id, str) or not SHA256.fullmatch(dataset_id):
        raise BadArchiveError(f"The archive's {DATASET_FILE} names no data set; export it again.")
    if not isinstance(name, str) or not is_named or not is_counted:
        raise BadArchiveError(f"The archive's {DATASET_FILE} is incomplete; export it again.")
    return Description(dataset_id, name, values["num_samples"], tuple(values["class_names"]))


def check_count(store: Store, archive: ArchiveReader) -> None:
    """Check that there are as many samples as an archive says, before memory is taken for them.

    Raises:
        BadArchiveError: there are not, or the data set is neither here nor in the archive.
    """
    said = describe_data(archive)
    try:
        most = store.datasets.get(said.dataset_id).num_samples
    except NotFoundError:
        if not archive.has_data:
            raise BadArchiveError(
                f"The archive is without its data set '{said.name[:80]}', which is not here "
                "either; import those data first, or export the project again with its data."
            ) from None
        most = archive.manifest.members[LABEL].size // np.dtype(np.int16).itemsize
    if said.num_samples > most:
        raise BadArchiveError(
            f"The archive was changed: it speaks of {said.num_samples} samples; its data set has "
            "fewer."
        )


@contextmanager
def adopt_data(store: Store, archive: ArchiveReader) -> Iterator[Dataset]:
    """Yield the data set of an archive; one that was not here before goes again on an error.

    Raises:
        BadArchiveError: it is neither here nor in the archive, or not what its id says.
    """
    said = describe_data(archive)
    with ExitStack() as on_failure:
        try:
            dataset = store.datasets.get(said.dataset_id)
        except NotFoundError:
            dataset = _bring(store, archive, said)
            on_failure.callback(_drop_unused, store, dataset.dataset_id)
        if dataset.dataset_id != said.dataset_id or dataset.num_samples != said.num_samples:
            raise BadArchiveError(
                "The archive was changed: its data set is not the one its id names; "
                "export it again."
            )
        yield dataset
        on_failure.pop_all()


def _bring(store: Store, archive: ArchiveReader, said: Description) -> Dataset:
    with tempfile.TemporaryDirectory(dir=store.settings.data_dir) as folder:
        images, label, is_held_out = (_array(archive, name, Path(folder)) for name in DATA)
        try:
            return store.datasets.put(said.name, images, label, is_held_out, said.class_names)
        except (InvalidInputError, AttributeError, ValueError) as error:
            raise BadArchiveError(
                f"The archive's data set cannot be used: {error}"
                if isinstance(error, InvalidInputError)
                else "The archive's data set cannot be used; export it again."
            ) from error


def _array(archive: ArchiveReader, name: str, folder: Path) -> NDArray[Any]:
    path = folder / Path(name).name
    with path.open("wb") as file:
        for part in archive.parts(name):
            file.write(part)
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise BadArchiveError(f"The archive's {name} is no array of numbers.") from error
    return array


def _drop_unused(store: Store, dataset_id: str) -> None:
    """Remove a data set that no project uses."""
    with store.database.write() as connection:
        store.database.lock_project(connection, dataset_id)
        users = select(PROJECT.c.project_id).where(PROJECT.c.dataset_id == dataset_id).limit(1)
        if connection.execute(users).first() is not None:
            return
        connection.execute(delete(DATASET).where(DATASET.c.dataset_id == dataset_id))
    store.datasets.forget(dataset_id)
