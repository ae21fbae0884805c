"""Data sets: immutable arrays, found by the sha256 of their content."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select

from ml.errors import InvalidInputError
from store.datasets.file_turns import file_turn
from store.datasets.files import ARRAYS, SAMPLE_ID, DatasetFiles
from store.datasets.opened import Opened
from store.datasets.treatments import learn_treatment
from store.errors import NoProjectError, NotFoundError
from store.files.artifacts import Artifacts
from store.files.fetched import go_on
from store.names import SHA256, clean_name
from store.records import Dataset, Samples
from store.sql.database import Database
from store.sql.rows import to_dataset
from store.sql.tables import DATASET, PROJECT

Check = Callable[[], None]
"""Called between two files."""
SIDE_LIMIT: Final = 4096
"""Longest side of an image, in pixels."""


class Datasets:
    """The data sets of the store; opened arrays are shared by all threads."""

    def __init__(self, database: Database, artifacts: Artifacts) -> None:
        self._database = database
        self.files = DatasetFiles(artifacts)
        """Sounds, pictures and the table of a data set, where it has them."""
        self._opened = Opened()

    def put(
        self,
        name: str,
        images: NDArray[np.uint8],
        label: NDArray[np.integer[Any]],
        is_held_out: NDArray[np.bool_],
        class_names: tuple[str, ...],
    ) -> Dataset:
        """Save a data set; the same content is recognised and returned as it was named first.

        Args:
            name: what people call it.
            images: uint8, shape (num_samples, channels, height, width), 1 or 3 channels.
            label: shape (num_samples,), an index into class_names or -1.
            is_held_out: shape (num_samples,).
            class_names: names of the data set's own labels.

        Raises:
            InvalidInputError: an array has another type, shape or range than said above.
        """
        name = clean_name(name, "name of the data set")
        class_names = tuple(clean_name(n, "class name") for n in class_names)
        samples = _checked(images, label, is_held_out, len(class_names))
        dataset_id = _id_of_arrays(samples, class_names)
        known = self._find(dataset_id)
        if known is not None:
            return known
        self.files.write(dataset_id, samples)
        described = Dataset(
            dataset_id, name, len(samples.images), samples.images.shape[1:], class_names
        )
        return self._insert(described, lambda say_so: self.files.write(dataset_id, samples, say_so))

    def adopt(self, dataset: Dataset, files: Mapping[str, Path], content: str | None) -> Dataset:
        """Keep files made elsewhere as a data set; they must not change any more.

        One that is there with the same id stays, and learns how it was made where nobody knew.

        Args:
            dataset: what they hold; its id is that of `store/datasets/content.py`.
            files: by the names of `store/datasets/files.py`.
            content: sha256 of the samples with all they have, however split and labelled.

        Raises:
            ConflictError: somebody deleted the same data set in this very moment.
            DiskFullError: no room; the row was not made.
        """
        if (known := self._find(dataset.dataset_id)) is not None:
            return learn_treatment(self._database, known, dataset.about)
        with ExitStack() as on_failure:
            on_failure.callback(self.forget, dataset.dataset_id)
            self.files.take(dataset.dataset_id, files)
            kept = self._insert(
                dataset,
                lambda say_so: self.files.check(dataset.dataset_id, files, say_so),
                content,
            )
            on_failure.pop_all()
        return kept

    def content(self, dataset_id: str) -> str | None:
        """Return the sha256 of the samples with all they have; None of one the program made itself.

        Raises:
            NotFoundError: no such data set.
        """
        self.get(dataset_id)
        query = select(DATASET.c.content).where(DATASET.c.dataset_id == dataset_id)
        with self._database.read() as connection:
            found: str | None = connection.scalar(query)
        return found

    def of_content(self, content: str) -> Dataset | None:
        """Return the oldest data set with these samples, however they are split; None for none."""
        query = select(DATASET).where(DATASET.c.content == content).order_by(DATASET.c.created_at)
        with self._database.read() as connection:
            row = connection.execute(query.limit(1)).one_or_none()
        return None if row is None else to_dataset(row)

    def sample_ids(self, dataset_id: str) -> Sequence[str]:
        """Return what each sample is called: by its file or table, else its number.

        Raises:
            NotFoundError: no such data set, or its files are gone.
        """
        dataset = self.get(dataset_id)
        if not dataset.about.has_table:
            return [str(index) for index in range(dataset.num_samples)]
        ids: list[str] = self.files.table(dataset_id).column(SAMPLE_ID).to_pylist()
        return ids

    def texts(self, dataset_id: str, index: int) -> dict[str, str]:
        """Return the id and the texts of one sample, by column; its id is first.

        Raises:
            NotFoundError: no such data set or sample, or its files are gone.
        """
        dataset = self.get(dataset_id)
        if not 0 <= index < dataset.num_samples:
            raise NotFoundError(
                f"There is no sample {index}; the last is {dataset.num_samples - 1}."
            )
        if not dataset.about.has_table:
            return {SAMPLE_ID: str(index)}
        (row,) = self.files.table(dataset_id).slice(index, 1).to_pylist()
        return {name: str(value or "") for name, value in row.items()}

    def hold(self, connection: Connection, dataset_id: str) -> None:
        """Keep a data set from being removed until the transaction of `connection` ends.

        Raises:
            NotFoundError: no such data set.
        """
        self._database.take_turn(connection, dataset_id)
        same = select(DATASET.c.dataset_id).where(DATASET.c.dataset_id == dataset_id)
        if connection.execute(same).first() is None:
            raise NotFoundError("There is no such data set.")

    def get(self, dataset_id: str) -> Dataset:
        """Return a data set.

        Raises:
            NotFoundError: no such data set.
        """
        found = self._find(dataset_id) if SHA256.fullmatch(dataset_id) else None
        if found is None:
            raise NotFoundError("There is no such data set.")
        return found

    def is_known(self, dataset_id: str) -> bool:
        """Whether there is a data set of this id."""
        return self._find(dataset_id) is not None

    def list(self) -> list[Dataset]:
        """Return every data set, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(DATASET).order_by(DATASET.c.created_at))
            return [to_dataset(row) for row in rows]

    def samples(self, dataset_id: str, check: Callable[[], None] = go_on) -> Samples:
        """Return the read-only arrays of a data set, memory-mapped.

        Args:
            dataset_id: Which one.
            check: Called now and then while it is fetched from afar; may raise.

        Raises:
            NotFoundError: no such data set, or its files are gone.
            ArtifactDamagedError: a file is not the array it should be.
        """
        return self._opened.get(
            dataset_id, lambda: self.files.open(self.get(dataset_id), check), check
        )

    def let_go(self) -> None:
        """Close what others have deleted: while it is mapped, the disk keeps its room."""
        if not (opened := self._opened.ids()):
            return
        query = select(DATASET.c.dataset_id).where(DATASET.c.dataset_id.in_(opened))
        with self._database.read() as connection:
            gone = set(opened) - set(connection.scalars(query))
        self._opened.let_go(gone)
        for dataset_id in gone:
            self.files.let_go(dataset_id)

    def of_project(self, project_id: str) -> str:
        """Return the dataset_id of a project.

        Raises:
            NotFoundError: no such project.
        """
        query = select(PROJECT.c.dataset_id).where(PROJECT.c.project_id == project_id)
        with self._database.read() as connection:
            dataset_id = connection.scalar(query)
        if dataset_id is None:
            raise NoProjectError
        return str(dataset_id)

    def forget(self, dataset_id: str) -> None:
        """Remove the files of a data set whose row is gone, unless it was saved again since."""
        with file_turn(self._database, dataset_id) as say_so:
            if self.is_known(dataset_id):
                return
            self._opened.let_go([dataset_id])
            self.files.remove(dataset_id, say_so)

    def drop_unused(self, dataset_id: str) -> None:
        """Remove a data set that no project uses, files and all."""
        with self._database.write() as connection:
            is_unused = self.end_unused(connection, dataset_id)
        if is_unused:
            self.forget(dataset_id)

    def end_unused(self, connection: Connection, dataset_id: str) -> bool:
        """Remove a data set's row that no project uses; return whether its files may go then."""
        self._database.take_turn(connection, dataset_id)
        users = select(PROJECT.c.project_id).where(PROJECT.c.dataset_id == dataset_id).limit(1)
        if connection.execute(users).first() is not None:
            return False
        connection.execute(delete(DATASET).where(DATASET.c.dataset_id == dataset_id))
        return True

    def _insert(
        self, dataset: Dataset, save: Callable[[Check], None], content: str | None = None
    ) -> Dataset:
        """Add the row of a data set, unless another was faster; its files are there before."""
        row = {
            "dataset_id": dataset.dataset_id, "name": dataset.name,
            "num_samples": dataset.num_samples, "kind": dataset.kind,
            "sample_shape": json.dumps(dataset.sample_shape), "content": content,
            "class_names": json.dumps(dataset.class_names),
            "about": json.dumps(asdict(dataset.about)), "created_at": self._database.clock,
        }  # fmt: skip
        with file_turn(self._database, dataset.dataset_id) as say_so:
            if not self.is_known(dataset.dataset_id):
                # its last project may have been deleted, files and all, since they were written
                save(say_so)
                with self._database.write() as connection:
                    connection.execute(insert(DATASET).values(row))
        return self.get(dataset.dataset_id)

    def _find(self, dataset_id: str) -> Dataset | None:
        with self._database.read() as connection:
            query = select(DATASET).where(DATASET.c.dataset_id == dataset_id)
            row = connection.execute(query).one_or_none()
        return None if row is None else to_dataset(row)


def _id_of_arrays(samples: Samples, class_names: tuple[str, ...]) -> str:
    shape = json.dumps([samples.images.shape, class_names])
    digest = hashlib.sha256(shape.encode())
    for part in ARRAYS:
        digest.update(np.ascontiguousarray(getattr(samples, part)).data)
    return digest.hexdigest()


def _checked(
    images: NDArray[Any], label: NDArray[Any], is_held_out: NDArray[Any], num_names: int
) -> Samples:
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[1] not in (1, 3):
        raise InvalidInputError(
            f"images is {images.dtype} of shape {images.shape}; give uint8 of shape "
            "(num_samples, channels, height, width) with 1 or 3 channels."
        )
    if not images.size or max(images.shape[2:]) > SIDE_LIMIT:
        raise InvalidInputError(
            f"images has shape {images.shape}; it needs a sample, and sides of 1 to {SIDE_LIMIT}."
        )
    if label.shape != (len(images),) or is_held_out.shape != (len(images),):
        raise InvalidInputError(f"label and is_held_out need one value for each of {len(images)}.")
    if label.dtype.kind not in "iu" or label.min() < -1 or label.max() >= num_names:
        raise InvalidInputError(f"label must hold whole numbers from -1 to {num_names - 1}.")
    if is_held_out.dtype != np.bool_:
        raise InvalidInputError(f"is_held_out is {is_held_out.dtype}; give booleans.")
    return Samples(np.ascontiguousarray(images), label.astype(np.int16), is_held_out)
