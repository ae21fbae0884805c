"""The files of a data set: arrays that are memory-mapped, and the table of its samples.

datasets/<dataset_id>/images.npy label.npy is-held-out.npy         every data set
                      table.arrow                                  sample ids and texts
                      pictures.npy                                 of vectors, for the eye
                      sounds.npy sound-ends.npy                    one by one, and where each ends
"""

import io
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from store.errors import ArtifactDamagedError, ConflictError, NotFoundError
from store.files.artifacts import Artifacts
from store.files.fetched import go_on
from store.records import Dataset, Samples

ARRAYS: Final = {"images": "images.npy", "label": "label.npy", "is_held_out": "is-held-out.npy"}
"""Files every data set has, by the field of `Samples` they hold."""
TABLE: Final = "table.arrow"
PICTURES: Final = "pictures.npy"
SOUNDS: Final = "sounds.npy"
SOUND_ENDS: Final = "sound-ends.npy"
ALL_FILES: Final = (*ARRAYS.values(), TABLE, PICTURES, SOUNDS, SOUND_ENDS)
SAMPLE_ID: Final = "sample_id"
"""First column of the table; the texts follow."""


def damage_words(called: str, file: str) -> str:
    """Say that a file of a data set is not what was written, and what to do."""
    return (
        f"{called} is damaged ({file} is cut off or was changed). Restore a backup, or bring it in "
        "again."
    )


class DatasetFiles:
    """Reads, writes and removes the files of data sets."""

    def __init__(self, artifacts: Artifacts) -> None:
        self._artifacts = artifacts

    def write(
        self, dataset_id: str, samples: Samples, if_missing: Callable[[], None] | None = None
    ) -> None:
        """Save the three arrays of a data set.

        Args:
            dataset_id: which one.
            samples: the arrays.
            if_missing: called before each where only those are to be saved that are not there.
        """
        for field, file in ARRAYS.items():
            name = name_of(dataset_id, file)
            if if_missing is not None:
                if_missing()
                if self._artifacts.exists(name):
                    continue
            self._artifacts.write(name, npy(getattr(samples, field)), durable=True)

    def take(self, dataset_id: str, files: Mapping[str, Path]) -> None:
        """Add files to a data set, by the names above; those already there stay.

        Raises:
            DiskFullError: they do not fit, which is known before the first is written if possible.
        """
        names = {file: name_of(dataset_id, file) for file in files}
        missing = [file for file, name in names.items() if not self._artifacts.exists(name)]
        self._artifacts.check_room([files[file] for file in missing])
        for file in missing:
            self._artifacts.add_file(names[file], files[file])

    def check(
        self, dataset_id: str, files: Iterable[str], between: Callable[[], None] = go_on
    ) -> None:
        """Make sure that files are there; `between` is called before each.

        Raises:
            ConflictError: one is not.
        """
        for file in files:
            between()
            if not self._artifacts.exists(name_of(dataset_id, file)):
                raise ConflictError("The same data set was deleted just now; import it again.")

    def open(self, dataset: Dataset, check: Callable[[], None] = go_on) -> Samples:
        """Return the read-only arrays of a data set, memory-mapped.

        Args:
            dataset: Which one.
            check: Called now and then while remote files are fetched; may raise.

        Raises:
            ArtifactMissingError: a file is gone.
            ArtifactDamagedError: a file is not the array it should be.
        """
        called = f"The data set '{dataset.name}'"
        files = ARRAYS.values()
        arrays = [self.array(dataset.dataset_id, file, check, called) for file in files]
        if arrays[0].shape != (dataset.num_samples, *dataset.sample_shape):
            raise ArtifactDamagedError(damage_words(called, ARRAYS["images"]))
        return Samples(*arrays)

    def array(
        self,
        dataset_id: str,
        file: str,
        check: Callable[[], None] = go_on,
        called: str = "This data set",
    ) -> NDArray[Any]:
        """Return one array, memory-mapped; `check` and what may be raised are those of `open`.

        Args:
            dataset_id: Of the data set.
            file: Which of its files.
            check: Called now and then while it is fetched.
            called: The data set, in a sentence that says that it is damaged.
        """
        path = self._artifacts.local_path(name_of(dataset_id, file), check)
        try:
            with self._artifacts.opening():
                array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
        except (ValueError, EOFError) as error:
            raise ArtifactDamagedError(damage_words(called, file)) from error
        return array

    def path(self, dataset_id: str, file: str) -> Path | None:
        """Return where a file is on this machine; None where a data set has none of that name."""
        name = name_of(dataset_id, file)
        return self._artifacts.local_path(name) if self._artifacts.exists(name) else None

    def table(self, dataset_id: str) -> pa.Table:
        """Return sample ids and texts, memory-mapped."""
        path = self._artifacts.local_path(name_of(dataset_id, TABLE))
        try:
            with self._artifacts.opening():
                return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        except pa.ArrowInvalid as error:
            raise ArtifactDamagedError(damage_words("This data set", TABLE)) from error

    def sound(self, dataset_id: str, index: int) -> NDArray[np.int16]:
        """Return what sample `index` sounds like, mono, shape (num_values,)."""
        sounds, ends = (self.array(dataset_id, file) for file in (SOUNDS, SOUND_ENDS))
        return cut(sounds, ends, index)

    def let_go(self, dataset_id: str) -> None:
        """Remove this machine's copies of the files of a data set that is there no more."""
        for file in ALL_FILES:
            self._artifacts.let_go(name_of(dataset_id, file))

    def remove(self, dataset_id: str, between: Callable[[], None] = go_on) -> None:
        """Remove every file of a data set; `between` is called before each."""
        for file in ALL_FILES:
            between()
            self._artifacts.remove(name_of(dataset_id, file))


def cut(sounds: NDArray[np.int16], ends: NDArray[np.int64], index: int) -> NDArray[np.int16]:
    """Return one of many sounds that lie one after another, shape (num_values,).

    Raises:
        NotFoundError: there is no such sample.
    """
    if not 0 <= index < len(ends):
        raise NotFoundError(f"There is no sample {index}; this data set has {len(ends)}.")
    return sounds[int(ends[index - 1]) if index else 0 : int(ends[index])]


def make_table(sample_ids: Iterable[str], texts: Mapping[str, Iterable[str]]) -> pa.Table:
    """Return the table of some samples."""
    columns = {SAMPLE_ID: sample_ids, **texts}
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def name_of(dataset_id: str, file: str) -> str:
    """Return the name of a data set's file as an artifact."""
    return f"datasets/{dataset_id}/{file}"


def npy(array: NDArray[Any]) -> bytes:
    """Return an array as the bytes of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()
