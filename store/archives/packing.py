"""Packing a project into one archive, a piece at a time.

The rows are read in one transaction and put aside on disk, so that they belong together and nobody
waits for a slow download; files are read when their turn comes.
"""

import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from store.archives.archive import (
    ARTIFACTS,
    DATA,
    DATASET_FILE,
    MANIFEST,
    MORE_DATA,
    PROJECT_FILE,
    Manifest,
)
from store.archives.intact import Gone, gone_beside, gone_of, whole_files
from store.archives.put_aside import Rows, read_rows
from store.exports.tables import Drain
from store.files.left_out import is_left_out
from store.files.packed import BLOCK, Hashed, Member
from store.journal.whole_state import WholeState
from store.opening import Store
from store.records import Dataset, Project
from store.version import lodemap_version


class Packer:
    """A zip that is being written, and the hashes of what is in it."""

    def __init__(self) -> None:
        self._drain = Drain()
        self._zip = zipfile.ZipFile(self._drain, "w")
        self.members: dict[str, Member] = {}

    def add(self, name: str, parts: Iterable[bytes], is_deflated: bool = True) -> Iterator[bytes]:
        """Write a member and yield the archive's bytes as they come."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if is_deflated else zipfile.ZIP_STORED
        hashed = Hashed(parts)
        with self._zip.open(info, "w", force_zip64=True) as member:
            for part in hashed:
                member.write(part)
                yield self._drain.take()
        self.members[name] = hashed.member

    def end(self) -> bytes:
        """Write the directory and return the last bytes."""
        self._zip.close()
        return self._drain.take()


def pack_project(
    store: Store,
    project_id: str,
    with_data: bool,
    every_epoch: bool = False,
    tell_gone: Callable[[Gone], object] = lambda _: None,
) -> Iterator[bytes]:
    """Yield the bytes of a project's archive.

    Files that rows name but that are gone, damaged or left out are listed in the manifest, those
    that are gone or damaged once more: the app lives without them, so does the copy. In place of a
    network that is not whole an earlier one of its run goes along.

    Args:
        store: Where the project is.
        project_id: Of the project.
        with_data: Whether its data set goes with it.
        every_epoch: All its networks, not only the newest of each run and those that runs began
            with.
        tell_gone: Hears of each file that the archive should hold and that is gone or damaged.

    Raises:
        NotFoundError: no such project, or its data set's files are gone.
    """
    project = store.projects.get(project_id)
    dataset = store.datasets.get(project.dataset_id)
    state = store.journal.state(project_id)
    packer = Packer()
    with ExitStack() as closing:
        rows = read_rows(store, project_id, closing)
        yield from packer.add(PROJECT_FILE, [_project_json(project)])
        yield from packer.add(
            DATASET_FILE, [_dataset_json(dataset, store.datasets.content(dataset.dataset_id))]
        )
        for name, file in rows.files.items():
            yield from packer.add(name, iter(lambda: file.read(BLOCK), b""))  # noqa: B023
        left_out = set() if every_epoch else rows.old_networks()
        wanted = [artifact for artifact in rows.artifacts if artifact not in left_out]
        wanted.sort(key=lambda name: rows.beside(name) is None)  # a run that goes on removes those
        shape = (dataset.num_samples, project.latent_dim)
        for name, data in whole_files(store, rows, wanted, shape):
            yield from packer.add(ARTIFACTS + name, [data], is_deflated=False)
        if with_data:
            yield from _pack_data(store, packer, dataset.dataset_id)
    packed = {name.removeprefix(ARTIFACTS) for name in packer.members}
    lacking = [each for each in rows.artifacts if each not in packed]
    gone = [each for each in lacking if each not in left_out and not is_left_out(each)]
    for artifact in [*gone, *gone_beside(rows, packed)]:
        tell_gone(gone_of(rows, artifact, packed))
    counts = _counts(rows, dataset, state, lacking)
    yield from packer.add(MANIFEST, [_manifest(packer, counts, lacking, gone).to_bytes()])
    yield packer.end()


def _counts(
    rows: Rows, dataset: Dataset, state: WholeState, lacking: Collection[str]
) -> dict[str, int]:
    """Return how many there are of what a person asks about, by what a manifest calls it."""
    return {
        **rows.counts, "artifact": len(rows.artifacts), "sample": dataset.num_samples,
        "checkpoint": len(set(rows.checkpoints.values()) - set(lacking)),
        "class": sum(info.merged_into is None for info in state.classes),
        "named": int((state.annotation >= 0).sum()),
    }  # fmt: skip


def _pack_data(store: Store, packer: Packer, dataset_id: str) -> Iterator[bytes]:
    samples = store.datasets.samples(dataset_id)
    for name, part in DATA.items():
        yield from packer.add(name, npy_parts(getattr(samples, part)))
    for name, file in MORE_DATA.items():
        path = store.datasets.files.path(dataset_id, file)
        if path is not None:
            with path.open("rb") as opened:
                yield from packer.add(name, iter(lambda: opened.read(BLOCK), b""))


def npy_parts(array: NDArray[Any]) -> Iterator[bytes]:
    """Yield the bytes of an array's NumPy file, a block at a time."""
    head = Drain()
    described = np.lib.format.header_data_from_array_1_0(array)
    np.lib.format.write_array_header_1_0(head, {**described, "fortran_order": False})
    yield head.take()
    step = max(1, BLOCK // max(1, array[:1].nbytes))
    for start in range(0, len(array), step):
        yield np.ascontiguousarray(array[start : start + step]).tobytes()


def _project_json(project: Project) -> bytes:
    return orjson.dumps(
        {
            "project_id": project.project_id,
            "name": project.name,
            "preset": project.preset,
            "latent_dim": project.latent_dim,
            "seed": project.seed,
            "created_at": project.created_at,
        }
    )


def _dataset_json(dataset: Dataset, content: str | None) -> bytes:
    return orjson.dumps(
        {
            "dataset_id": dataset.dataset_id,
            "name": dataset.name,
            "num_samples": dataset.num_samples,
            "sample_shape": dataset.sample_shape,
            "class_names": dataset.class_names,
            "kind": dataset.kind,
            "about": asdict(dataset.about),
            "content": content,
        }
    )


def _manifest(
    packer: Packer, counts: dict[str, int], lacking: Collection[str], gone: Collection[str]
) -> Manifest:
    return Manifest(
        lodemap_version=lodemap_version(),
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        counts=counts,
        missing=tuple(lacking),
        gone=tuple(gone),
        members=dict(packer.members),
    )
