"""Whether the files of a data set are what its id says: they are read once, a block at a time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from store.archives.archive import BadArchiveError
from store.archives.plain_arrow import is_plain
from store.datasets.content import ContentDigest, digest_more, identify, with_more
from store.datasets.files import ARRAYS, PICTURES, SAMPLE_ID, SOUND_ENDS, SOUNDS, TABLE
from store.records import Dataset

BLOCK_BYTES: Final = 8 * 2**20


def read_identities(said: Dataset, files: Mapping[str, Path]) -> list[tuple[str, str]]:
    """Return the content and the id that the files of a data set have.

    The first is that of today; the second is that of data sets kept before texts, pictures and
    sounds counted, which is the same where there are none.

    Args:
        said: what they are said to hold.
        files: by the names of `store/datasets/files.py`.

    Raises:
        BadArchiveError: when they are not what a data set of this description has.
    """
    images, label, is_held_out = (_array(files, file) for file in ARRAYS.values())
    dtype = np.dtype(np.float32 if said.kind == "vector" else np.uint8)
    _check(images, dtype, (said.num_samples, *said.sample_shape), "images")
    _check(label, np.dtype(np.int16), (said.num_samples,), "label")
    _check(is_held_out, np.dtype(np.bool_), (said.num_samples,), "is_held_out")
    if label.min() < -1 or label.max() >= len(said.class_names):
        raise BadArchiveError("The archive's labels name classes that are not there.")
    if dtype == np.float32 and not np.isfinite(images).all():
        raise BadArchiveError("The archive's vectors hold values that are not finite.")
    _check_more(said, files)
    before = _content(said, images, files)
    return [
        (content, identify(content, said.class_names, np.array(label), np.array(is_held_out)))
        for content in (with_more(before, digest_more(files)), before)
    ]


def _content(said: Dataset, images: NDArray[Any], files: Mapping[str, Path]) -> str:
    digest = ContentDigest(said.kind, said.sample_shape)
    ids = _sample_ids(said, files)
    step = max(1, BLOCK_BYTES // max(1, images[:1].nbytes))
    for start in range(0, said.num_samples, step):
        rows = np.ascontiguousarray(images[start : start + step])
        digest.add(rows.tobytes(), ids[start : start + step].to_pylist())
    return digest.hexdigest()


def _sample_ids(said: Dataset, files: Mapping[str, Path]) -> pa.Array:
    if TABLE not in files:
        raise BadArchiveError("The archive lacks the table of its samples; export it again.")
    if not is_plain(files[TABLE]):
        raise BadArchiveError("The archive's table of samples is not as Lodemap writes it.")
    try:
        with pa.memory_map(str(files[TABLE])) as file:
            table = pa.ipc.open_file(file).read_all()
    except pa.ArrowException as error:
        raise BadArchiveError("The archive's table of samples cannot be read.") from error
    is_ours = table.schema.names == [SAMPLE_ID, *said.about.text_columns]
    is_text = all(pa.types.is_string(each.type) for each in table.schema)
    if not is_ours or not is_text or table.num_rows != said.num_samples:
        raise BadArchiveError("The archive's table of samples is not that of its data set.")
    return table.column(SAMPLE_ID).combine_chunks()


def _check_more(said: Dataset, files: Mapping[str, Path]) -> None:
    """Check what is for eye and ear alone, and not part of the id."""
    about = said.about
    has = (TABLE in files, PICTURES in files, SOUNDS in files and SOUND_ENDS in files)
    if has != (about.has_table, about.has_pictures, about.sound_rate is not None):
        raise BadArchiveError("The archive holds other files than its data set has.")
    if about.has_pictures:
        pictures = _array(files, PICTURES)
        _check(pictures, np.dtype(np.uint8), (said.num_samples, *pictures.shape[1:]), "pictures")
        if pictures.ndim != 4 or pictures.shape[1] not in (1, 3):
            raise BadArchiveError("The archive's pictures have another shape.")
    if about.sound_rate is not None:
        sounds, ends = _array(files, SOUNDS), _array(files, SOUND_ENDS)
        _check(sounds, np.dtype("<i2"), (sounds.size,), "sounds")
        _check(ends, np.dtype("<i8"), (said.num_samples,), "sound-ends")
        if (np.diff(ends, prepend=0) < 0).any() or ends[-1] != len(sounds):
            raise BadArchiveError("The archive's sounds do not end where it says.")


def _array(files: Mapping[str, Path], file: str) -> NDArray[Any]:
    try:
        array: NDArray[Any] = np.load(files[file], mmap_mode="r", allow_pickle=False)
    except (KeyError, ValueError, EOFError, OSError) as error:
        raise BadArchiveError(f"The archive's {file} is no array of numbers.") from error
    return array


def _check(array: NDArray[Any], dtype: np.dtype[Any], shape: tuple[int, ...], name: str) -> None:
    if array.dtype != dtype or array.shape != shape:
        raise BadArchiveError(
            f"The archive's {name} are {array.dtype} of shape {array.shape}, not {dtype} of "
            f"{shape}; export it again."
        )
