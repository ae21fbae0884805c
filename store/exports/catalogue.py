"""What can be had of a project as a table or an array, in which forms, under which name."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from store.errors import NotFoundError
from store.exports.annotations import annotations, history
from store.exports.opinions import embedding, embedding_array, predictions
from store.exports.tables import FORMS, Drain, Table
from store.opening import Store
from store.snapshots.seen import SeenSnapshot, see

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
LONGEST_NAME_BYTES: Final = 160
"""The same in UTF-8: with what follows, and while it is a draft, a file's name may have 255."""


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
    """A sentence on each file that it should hold and that is not there or damaged; told once all
    chunks were read."""


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
        name = file_name(project.name, wanted.form, wanted.what)
        table = tell(store, project_id, wanted.packed)
        return Download(name, MEDIA_TYPES[wanted.form], FORMS[wanted.form](table))
    seen = see(store, project_id, wanted.run_id, wanted.epoch)
    name, media_type = snapshot_file(seen, wanted.what, wanted.form), MEDIA_TYPES[wanted.form]
    if wanted.form == "npy":
        return Download(name, media_type, to_npy(embedding_array(seen, wanted.packed)))
    show: Callable[[Store, SeenSnapshot, bytes | None], Table] = (
        predictions if wanted.what == "predictions" else embedding
    )
    return Download(name, media_type, FORMS[wanted.form](show(store, seen, wanted.packed)))


def snapshot_file(seen: SeenSnapshot, what: str, suffix: str) -> str:
    """Return what a file of a snapshot is called."""
    moment = f"run {seen.run.number} epoch {seen.epoch}"
    return file_name(seen.project.name, suffix, what, moment)


def to_npy(array: NDArray[Any]) -> Iterator[bytes]:
    """Yield an array as a NumPy file."""
    drain = Drain()
    np.save(drain, np.ascontiguousarray(array), allow_pickle=False)
    yield drain.take()


def file_name(project_name: str, suffix: str, *parts: str) -> str:
    """Return a name that is safe on every system: "Round things - history.csv".

    Args:
        project_name: As people typed it; a long one is cut, so that what follows always stands.
        suffix: What the name ends with, without the point.
        parts: What is in the file, in letters and digits.
    """
    kept = re.sub(r"[^\w .-]+", _marks_of, project_name).strip(" .")[:LONGEST_NAME]
    kept = kept.encode()[:LONGEST_NAME_BYTES].decode(errors="ignore").strip(" .")
    return f"{' - '.join((kept or 'project', *parts))}.{suffix}"


def _marks_of(signs: re.Match[str]) -> str:
    """Return signs beside letters: marks, which many scripts spell with, and "_" for the rest."""
    groups = groupby(signs[0], lambda sign: unicodedata.category(sign)[0] == "M")
    return "".join("".join(group) if is_mark else "_" for is_mark, group in groups)
