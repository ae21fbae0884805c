"""How large the archive of a project will be, said before it is made."""

import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from store.archives.archive import DATA, MORE_DATA
from store.archives.packing import npy_parts
from store.archives.put_aside import read_rows
from store.files.left_out import is_left_out
from store.files.packed import BLOCK
from store.opening import Store

LOOKED_AT: Final = BLOCK
"""Bytes of a file that say how far all of it packs."""


@dataclass(frozen=True)
class ArchiveSizes:
    """Bytes, nearly: what is packed is judged by its beginning; and what cannot be in them."""

    newest: int
    """With the newest network of each run, without the data set."""
    every: int
    """With the network of every epoch, without the data set."""
    data: int
    """What the data set adds."""
    newest_gone: int
    """Files that the first should hold and that are gone."""
    every_gone: int
    """The same of the second."""


def archive_sizes(store: Store, project_id: str) -> ArchiveSizes:
    """Return how large the archives of a project would be now.

    Raises:
        NotFoundError: no such project, or its data set's files are gone.
    """
    with ExitStack() as closing:
        rows = read_rows(store, project_id, closing)
        packed = 0
        for file in rows.files.values():
            head = file.read(LOOKED_AT)
            packed += deflated(head, file.seek(0, 2))
    left_out = rows.old_networks()
    sizes = {name: store.artifacts.size(name) for name in rows.artifacts}
    beside = {
        name: store.artifacts.size(other)
        for name in rows.checkpoints.values()
        if (other := rows.beside(name)) is not None
    }
    every, newest = (
        packed + sum(size + beside.get(name, 0) for name, size in sizes.items() if name not in but)
        for but in (set[str](), left_out)
    )
    lacking = (name for name, size in sizes.items() if size == 0)  # none of ours is empty
    gone = {name for name in lacking if not is_left_out(name)}
    data = data_size(store, store.datasets.of_project(project_id))
    return ArchiveSizes(newest, every, data, len(gone - left_out), len(gone))


def data_size(store: Store, dataset_id: str) -> int:
    """Return about how many bytes of an archive a data set takes."""
    return sum(deflated(head, size) for head, size in _heads(store, dataset_id))


def _heads(store: Store, dataset_id: str) -> Iterator[tuple[bytes, int]]:
    """Yield the beginning of each file of a data set, and its size."""
    samples = store.datasets.samples(dataset_id)
    for part in DATA.values():
        array = getattr(samples, part)
        parts = npy_parts(array)
        yield next(parts) + next(parts, b""), array.nbytes
    for file in MORE_DATA.values():
        path = store.datasets.files.path(dataset_id, file)
        if path is not None:
            with path.open("rb") as opened:
                yield opened.read(LOOKED_AT), path.stat().st_size


def deflated(head: bytes, size: int) -> int:
    """Return about how many bytes a file packs to, by its beginning."""
    return round(size * len(zlib.compress(head)) / len(head)) if head else 0
