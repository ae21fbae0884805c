"""The data set of an archive: known here already, or brought along."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ml.errors import InvalidInputError
from store.archives.archive import DATA, MORE_DATA, BadArchiveError
from store.archives.data_description import Description, describe_data
from store.archives.identity import read_identities
from store.archives.unpacking import ArchiveReader
from store.datasets.files import ARRAYS
from store.errors import NotFoundError
from store.files.disk import check_room, disk_errors
from store.opening import Store
from store.records import Dataset

LABEL: Final = "data/label.npy"
PREFIX: Final = "arriving-"
"""Of a folder in the data folder where something lies while it is looked at."""
FILES: Final = {name: ARRAYS[part] for name, part in DATA.items()}
"""What every data set has, by its name in the archive."""


def check_count(store: Store, archive: ArchiveReader) -> None:
    """Check that there are as many samples as an archive says, before memory is taken for them.

    Raises:
        BadArchiveError: there are not, or the data set is neither here nor in the archive.
    """
    said = describe_data(archive).dataset
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
        DiskFullError: no room.
    """
    said = describe_data(archive)
    with ExitStack() as on_failure:
        try:
            dataset = store.datasets.get(said.dataset.dataset_id)
        except NotFoundError:
            dataset = _bring(store, archive, said)
            on_failure.callback(store.datasets.drop_unused, dataset.dataset_id)
        if not _is_same(dataset, said.dataset):
            raise BadArchiveError(
                "The archive was changed: its data set is not the one its id names; "
                "export it again."
            )
        yield dataset
        on_failure.pop_all()


def _is_same(found: Dataset, said: Dataset) -> bool:
    """Whether two descriptions are of one data set; what people call it may differ."""
    same = (found.dataset_id, found.num_samples, found.sample_shape, found.kind)
    return same == (said.dataset_id, said.num_samples, said.sample_shape, said.kind)


def _bring(store: Store, archive: ArchiveReader, said: Description) -> Dataset:
    data_dir, members = store.settings.data_dir, archive.manifest.members
    num_bytes = sum(members[name].size for name in (*DATA, *MORE_DATA) if name in members)
    with (
        disk_errors("The data folder"),
        tempfile.TemporaryDirectory(dir=data_dir, prefix=PREFIX) as folder,
    ):
        check_room(data_dir, num_bytes, "The archive")
        try:
            if said.content is None:
                images, label, is_held_out = (_array(archive, name, Path(folder)) for name in DATA)
                names = said.dataset.class_names
                return store.datasets.put(said.dataset.name, images, label, is_held_out, names)
            return _adopt(store, archive, said, Path(folder))
        except (InvalidInputError, AttributeError, ValueError) as error:
            raise BadArchiveError(
                f"The archive's data set cannot be used: {error}"
                if isinstance(error, InvalidInputError)
                else "The archive's data set cannot be used; export it again."
            ) from error


def _adopt(store: Store, archive: ArchiveReader, said: Description, folder: Path) -> Dataset:
    """Keep a data set that was imported once, when its files are what its id says."""
    files = {}
    for name, file in {**FILES, **MORE_DATA}.items():
        if name in archive.manifest.members:
            files[file] = _file(archive, name, folder)
    if (said.content, said.dataset.dataset_id) not in read_identities(said.dataset, files):
        raise BadArchiveError(
            "The archive was changed: its data set is not the one its id names; export it again."
        )
    return store.datasets.adopt(said.dataset, files, said.content)


def _file(archive: ArchiveReader, name: str, folder: Path) -> Path:
    path = folder / Path(name).name
    with path.open("wb") as file:
        for part in archive.parts(name):
            file.write(part)
    return path


def _array(archive: ArchiveReader, name: str, folder: Path) -> NDArray[Any]:
    path = _file(archive, name, folder)
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise BadArchiveError(f"The archive's {name} is no array of numbers.") from error
    return array
