"""What a data set is known by: the sha256 of its samples, and of their labels and split.

Its *content* is the digest of values and ids, and where samples have texts, pictures for the eye
or sounds, of these too. A data set without them has the content it always had; one with them that
was kept before they counted keeps its id, and so do archives of it (`store/archives/identity.py`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ml.records import Kind
from store.datasets.files import PICTURES, SAMPLE_ID, SOUND_ENDS, SOUNDS, TABLE

BLOCK_BYTES: Final = 8 * 2**20


class ContentDigest:
    """Reads samples as they come; equal samples with equal ids give equal digests."""

    def __init__(self, kind: Kind, sample_shape: Sequence[int]) -> None:
        self._kind, self._shape = kind, sample_shape
        self._values, self._ids = hashlib.sha256(), hashlib.sha256()
        self._num_samples = 0

    def add(self, values: bytes | memoryview, sample_ids: Iterable[str]) -> None:
        """Take samples: their values in C order, and what each is called."""
        ids = [f"{sample_id}\0" for sample_id in sample_ids]
        self._num_samples += len(ids)
        self._values.update(values)
        self._ids.update("".join(ids).encode("utf-8", "surrogatepass"))

    def hexdigest(self) -> str:
        """Return 64 hex digits."""
        parts = [self._kind, *map(str, self._shape), str(self._num_samples)]
        parts += [self._values.hexdigest(), self._ids.hexdigest()]
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()


def identify(
    content: str,
    class_names: Sequence[str],
    label: NDArray[np.int16],
    is_held_out: NDArray[np.bool_],
) -> str:
    """Return the id of a data set with these samples, labels and split: 64 hex digits."""
    digest = hashlib.sha256(json.dumps([content, list(class_names)]).encode())
    digest.update(label.astype("<i2").tobytes() + is_held_out.tobytes())
    return digest.hexdigest()


def digest_more(files: Mapping[str, Path]) -> str:
    """Return the digest of what samples have beside values and ids; empty where that is nothing.

    How the table was cut into batches makes no difference, and no text is the same as an empty one.

    Args:
        files: of a data set, by the names of `store/datasets/files.py`.

    Raises:
        OSError: a file is gone.
        pyarrow.ArrowInvalid: the table is damaged.
        ValueError: an array is.
    """
    parts = _digest_texts(files[TABLE]) if TABLE in files else []
    for file in (PICTURES, SOUNDS, SOUND_ENDS):
        if file in files:
            parts += [file, _digest_array(files[file])]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest() if parts else ""


def with_more(content: str, more: str) -> str:
    """Return the content of samples with this digest that have `more` (`digest_more`)."""
    return hashlib.sha256(f"{content} {more}".encode()).hexdigest() if more else content


def _digest_texts(table: Path) -> list[str]:
    """Return names and digests of the columns with texts."""
    with pa.memory_map(str(table)) as file:
        reader = pa.ipc.open_file(file)
        names = [name for name in reader.schema.names if name != SAMPLE_ID]
        digests = {name: (hashlib.sha256(), hashlib.sha256()) for name in names}
        for k in range(reader.num_record_batches):
            batch = reader.get_batch(k)
            for name, (lengths, values) in digests.items():
                texts = pc.fill_null(batch.column(name), "")
                lengths.update(pc.binary_length(texts).to_numpy().astype("<i4").tobytes())
                values.update("".join(texts.to_pylist()).encode("utf-8", "surrogatepass"))
    return [
        part
        for name, (lengths, values) in digests.items()
        for part in (name, lengths.hexdigest(), values.hexdigest())
    ]


def _digest_array(path: Path) -> str:
    array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    digest = hashlib.sha256(f"{array.dtype.str} {array.shape[1:]}".encode())
    step = max(1, BLOCK_BYTES // max(1, array[:1].nbytes))
    for start in range(0, len(array), step):
        digest.update(np.ascontiguousarray(array[start : start + step]).data)
    return digest.hexdigest()
