"""What can be had of a project as a table or an array, in which forms, under which name."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from store.errors import NotFoundError
from store.exports.annotations import annotations, history
from store.exports.opinions import Sight, embedding, embedding_array, predictions, see
from store.exports.tables import FORMS, Drain, Table
from store.opening import Store

OFFERED: Final[Mapping[str, tuple[str, ...]]] = {
    "annotations": ("csv", "parquet", "jsonl"),
    "history": ("csv", "parquet", "jsonl"),
    "predictions": ("csv", "parquet", "jsonl"),
    "embedding": ("csv", "parquet", "npy", "jsonl"),
}
"""Forms of each kind of table, the usual one first."""
MEDIA_TYPES: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "npy": "application/octet-stream",
}
LONGEST_NAME: Final = 80
"""Characters of a project's name that a file's name keeps."""


@dataclass(frozen=True)
class Wanted:
    """Which table somebody asks for."""

    what: str
    """One of OFFERED."""
    form: str
    """One of its forms."""
    packed: bytes | None = None
    """Samples to keep to (`ml.maps.codec.pack_ids`); None for all."""
    run_id: str | None = None
    """Whose predictions and places; None for the head."""
    epoch: int | None = None
    """Of that run; None for its newest."""


@dataclass(frozen=True, eq=False)
class Download:
    """A file on its way out."""

    name: str
    """What to call it: letters of any script, digits, spaces and `. _ -`."""
    media_type: str
    chunks: Iterator[bytes]
    gone: Sequence[str] = ()
    """Files that it should hold but that are not there; told once all chunks were read."""


def open_table(store: Store, project_id: str, wanted: Wanted) -> Download:
    """Return a table or an array of a project as a file.

    Raises:
        NotFoundError: no such project, run, epoch, table or form.
        InvalidInputError: the selection cannot be read.
    """
    if wanted.form not in OFFERED.get(wanted.what, ()):
        raise NotFoundError(
            f"There is no {wanted.what[:20]}.{wanted.form[:10]}; choose one of "
            f"{', '.join(f'{what}.{form}' for what in OFFERED for form in OFFERED[what])}."
        )
    project = store.projects.get(project_id)
    if wanted.what in ("annotations", "history"):
        tell = {"annotations": annotations, "history": history}[wanted.what]
        table, stem = tell(store, project_id, wanted.packed), f"{project.name} - {wanted.what}"
        return _download(stem, wanted.form, FORMS[wanted.form](table))
    sight = see(store, project_id, wanted.run_id, wanted.epoch)
    stem = describe_snapshot(sight, wanted.what)
    if wanted.form == "npy":
        return _download(stem, "npy", to_npy(embedding_array(sight, wanted.packed)))
    show: Callable[[Store, Sight, bytes | None], Table] = (
        predictions if wanted.what == "predictions" else embedding
    )
    return _download(stem, wanted.form, FORMS[wanted.form](show(store, sight, wanted.packed)))


def describe_snapshot(sight: Sight, what: str) -> str:
    """Return what a file of a snapshot is called, without its suffix."""
    return f"{sight.project.name} - {what} - run {sight.run.number} epoch {sight.epoch}"


def to_npy(array: NDArray[Any]) -> Iterator[bytes]:
    """Yield an array as a NumPy file."""
    drain = Drain()
    np.save(drain, np.ascontiguousarray(array), allow_pickle=False)
    yield drain.take()


def file_name(stem: str, suffix: str) -> str:
    """Return a name that is safe on every system, made of what people typed."""
    kept = re.sub(r"[^\w .-]+", "_", stem)
    return f"{kept.strip(' .')[: LONGEST_NAME + 60] or 'project'}.{suffix}"


def _download(stem: str, form: str, chunks: Iterator[bytes]) -> Download:
    return Download(file_name(stem, form), MEDIA_TYPES[form], chunks)
