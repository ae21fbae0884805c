"""Packing a project into one archive, a piece at a time.

The rows are read in one transaction and put aside on disk, so that they belong together and nobody
waits for a slow download; files are read when their turn comes.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import IO, Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, Table, select, text

from store.errors import ArtifactMissingError
from store.exports.archive import (
    ARTIFACTS,
    BLOCK,
    DATA,
    DATASET_FILE,
    MANIFEST,
    MORE_DATA,
    PROJECT_FILE,
    ROWS,
    Manifest,
)
from store.exports.row_lines import to_line
from store.exports.tables import Drain
from store.files.disk import disk_errors
from store.files.left_out import is_left_out
from store.files.packed import Member
from store.journal.pen import project_row
from store.opening import Store
from store.queue.precedence import is_foreground
from store.records import Dataset, Project
from store.runs.receipts import controls_of, stamped
from store.sql.tables import EVENT, FRAME, RUN, SNAPSHOT
from store.version import lodemap_version

SMALL: Final = 8 * 2**20
"""Rows up to so many bytes wait in memory, more of them on disk."""


@dataclass
class Rows:
    """The rows of a project, put aside."""

    files: dict[str, IO[bytes]] = field(default_factory=dict)
    """By member name, rewound."""
    counts: dict[str, int] = field(default_factory=dict)
    """By name of the table."""
    artifacts: dict[str, None] = field(default_factory=dict)
    """Names of files that rows name, in their order."""
    checkpoints: dict[tuple[str, int], str] = field(default_factory=dict)
    """Those of them that are networks, by run and epoch, in their order."""
    parents: set[tuple[str, int]] = field(default_factory=set)
    """Run and epoch of the networks that runs began with."""

    def old_networks(self) -> set[str]:
        """Return the files of networks that nothing goes on from.

        What an Update or an undo goes on from is the newest of a run, or one that a run began with.
        """
        newest = dict(self.checkpoints.keys())  # epochs ascend: the last of a run wins
        kept = {self.checkpoints[place] for place in newest.items()}
        kept |= {self.checkpoints[place] for place in self.parents if place in self.checkpoints}
        return set(self.checkpoints.values()) - kept


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
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as member:
            for part in parts:
                digest.update(part)
                size += len(part)
                member.write(part)
                yield self._drain.take()
        self.members[name] = Member(size, digest.hexdigest())

    def end(self) -> bytes:
        """Write the directory and return the last bytes."""
        self._zip.close()
        return self._drain.take()


def export_project(
    store: Store, project_id: str, file: IO[bytes], with_data: bool, every_epoch: bool = False
) -> tuple[str, ...]:
    """Write a project, and where asked its data set, into a file; return what it lacks.

    Its networks are the newest of each run, and those that runs began with; with `every_epoch` all.

    Returns:
        Names of the files that it should hold and that are gone; none where it is whole.

    Raises:
        NotFoundError: no such project, or its data set's files are gone.
    """
    gone = list[str]()
    for chunk in pack_project(store, project_id, with_data, every_epoch, gone.append):
        file.write(chunk)
    return tuple(gone)


def pack_project(
    store: Store,
    project_id: str,
    with_data: bool,
    every_epoch: bool = False,
    tell_gone: Callable[[str], object] = lambda _: None,
) -> Iterator[bytes]:
    """Yield the bytes of a project's archive; arguments and errors are those of `export_project`.

    Files that rows name but that are gone or left out are listed in the manifest, those that are
    gone once more: the app lives without them, so does the copy. `tell_gone` hears of each.
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
        yield from _pack_artifacts(store, packer, wanted)
        if with_data:
            yield from _pack_data(store, packer, dataset.dataset_id)
    lacking = [each for each in rows.artifacts if ARTIFACTS + each not in packer.members]
    gone = [each for each in lacking if each not in left_out and not is_left_out(each)]
    for artifact in gone:
        tell_gone(artifact)
    counts = {
        **rows.counts, "artifact": len(rows.artifacts), "sample": dataset.num_samples,
        "checkpoint": len(set(rows.checkpoints.values()) - set(lacking)),
        "class": sum(info.merged_into is None for info in state.classes),
        "named": int((state.annotation >= 0).sum()),
    }  # fmt: skip
    yield from packer.add(MANIFEST, [_manifest(packer, counts, lacking, gone).to_bytes()])
    yield packer.end()


def _pack_artifacts(store: Store, packer: Packer, names: Collection[str]) -> Iterator[bytes]:
    """Write the files that are there."""
    for name in names:
        try:
            data = store.artifacts.read(name)
        except ArtifactMissingError:
            continue
        yield from packer.add(ARTIFACTS + name, [data], is_deflated=False)


def read_rows(store: Store, project_id: str, closing: ExitStack) -> Rows:
    """Put aside the rows of a project as they are at one moment; `closing` removes them.

    Raises:
        NotFoundError: no such project.
        DiskFullError: there is no room for them.
    """
    rows = Rows()
    with disk_errors("The export"), store.database.read() as connection, ExitStack() as opened:
        if not store.database.is_sqlite:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        project_row(connection, project_id)
        for name, table in ROWS.items():
            file = opened.enter_context(
                tempfile.SpooledTemporaryFile(SMALL, dir=str(store.settings.data_dir))
            )
            rows.counts[str(table.name)] = _spool(connection, table, project_id, file, rows)
            file.seek(0)
            rows.files[name] = file
        closing.push(opened.pop_all())
    return rows


def _spool(connection: Connection, table: Table, project_id: str, file: Any, rows: Rows) -> int:
    count = 0
    controls = controls_of(connection, project_id) if table is RUN else {}
    few_at_a_time = connection.execution_options(yield_per=500)
    with few_at_a_time.execute(_query(table, project_id)) as result:
        for row in result.mappings():
            kept = dict(row)
            if table is RUN:
                kept["receipt"] = stamped(row["receipt"], controls.get(row["run_id"], set()))
            file.write(to_line(table, kept))
            named = (row.get(column) for column in ("artifact", "field", "checkpoint"))
            rows.artifacts.update(dict.fromkeys(name for name in named if name))
            if table is SNAPSHOT:
                rows.checkpoints[row["run_id"], row["epoch"]] = row["checkpoint"]
            elif table is RUN and row["parent_run_id"] is not None:
                rows.parents.add((row["parent_run_id"], row["parent_epoch"]))
            count += 1
    return count


def _query(table: Table, project_id: str) -> Select[Any]:
    if table is EVENT:
        return select(EVENT).where(EVENT.c.project_id == project_id).order_by(EVENT.c.seq)
    mine = (RUN.c.project_id == project_id) & is_foreground()
    if table is RUN:
        return select(RUN).where(mine).order_by(RUN.c.position)
    order = {SNAPSHOT: (SNAPSHOT.c.run_id, SNAPSHOT.c.epoch), FRAME: (FRAME.c.run_id, FRAME.c.n)}
    of_runs = table.c.run_id.in_(select(RUN.c.run_id).where(mine))
    return select(table).where(of_runs).order_by(*order[table])


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
