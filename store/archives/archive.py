"""The form of a `.lodemap` archive: a zip whose manifest names every member and its sha256.

    manifest.json            written last: version, counts, members, what was left out or is gone
    project.json             the project
    dataset.json             what its data set is called, and the id by which it is known
    rows/event.jsonl         one row of the table a line (row_lines.py), in order; also
                             rows/run.jsonl, with receipts, rows/snapshot.jsonl, rows/frame.jsonl
    rows/comment.jsonl       where there are any, those to whom others reply first; also
                             rows/bookmark.jsonl and rows/step_name.jsonl, names of steps
    artifacts/<name>         checkpoints, frames and fields by the names that rows give them, and
                             what a run that may go on needs beside its newest checkpoint
    data/images.npy          the arrays of the data set, where they were asked for; also
                             data/label.npy, data/is_held_out.npy, and where it has them
                             data/table.arrow, data/pictures.npy, data/sounds.npy,
                             data/sound-ends.npy (store/datasets/files.py)

Controls are left out, as in a duplicate: they have served, and their receipts are kept.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import orjson

from ml.errors import LodemapError
from store.datasets.files import PICTURES, SOUND_ENDS, SOUNDS, TABLE
from store.files.packed import Member, to_member, to_object
from store.sql.tables import BOOKMARK, COMMENT, EVENT, FRAME, RUN, SNAPSHOT, STEP_NAME

FORMAT: Final = "lodemap-project"
FORMAT_VERSION: Final = 3
"""Of every one since runs tell whose they are, and one that may go on has its moments along; the
second is the first that has `MORE_ROWS`."""
MANIFEST: Final = "manifest.json"
INCOMPLETE: Final = f"The archive's {MANIFEST} is incomplete; export it again."
PROJECT_FILE: Final = "project.json"
DATASET_FILE: Final = "dataset.json"
ROWS: Final = {f"rows/{table.name}.jsonl": table for table in (EVENT, RUN, SNAPSHOT, FRAME)}
MORE_ROWS: Final = {f"rows/{table.name}.jsonl": table for table in (COMMENT, BOOKMARK, STEP_NAME)}
"""What only some projects have, and archives from the second format on."""
ARTIFACTS: Final = "artifacts/"
DATA: Final = {f"data/{part}.npy": part for part in ("images", "label", "is_held_out")}
MORE_DATA: Final = {f"data/{file}": file for file in (TABLE, PICTURES, SOUNDS, SOUND_ENDS)}
"""What only some data sets have."""
MOST_MANIFEST_BYTES: Final = 256 * 2**20


class BadArchiveError(LodemapError):
    """A file is no archive of a project, or not the whole one that was written."""

    code = "bad_archive"
    status = 422


class NewerArchiveError(BadArchiveError):
    """A newer Lodemap wrote the archive."""

    code = "archive_newer"


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself."""

    lodemap_version: str
    """Which Lodemap wrote it."""
    created_at: str
    """When, ISO 8601 in UTC."""
    counts: Mapping[str, int]
    """Events, runs, snapshots, frames, comments, bookmarks, names of steps, artifacts, samples."""
    missing: tuple[str, ...]
    """Artifacts that rows name but that it does not hold: left out by choice, or gone."""
    gone: tuple[str, ...]
    """Those of them that were to be in it, but whose files were gone or damaged by then."""
    members: Mapping[str, Member]
    """Every other file of the archive, by name."""

    def to_bytes(self) -> bytes:
        """Return the bytes of `manifest.json`."""
        head = {"format": FORMAT, "format_version": FORMAT_VERSION}
        return orjson.dumps(head | asdict(self), option=orjson.OPT_INDENT_2)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Manifest":
        """Read a manifest.

        Raises:
            NewerArchiveError: a newer Lodemap wrote it.
            BadArchiveError: it breaks the form.
        """
        values = json_object(data, MANIFEST)
        version = values.get("format_version")
        if values.get("format") != FORMAT or not isinstance(version, int) or version < 1:
            raise BadArchiveError("This zip is no archive of a Lodemap project.")
        if version > FORMAT_VERSION:
            raise NewerArchiveError(
                f"A newer Lodemap wrote this archive (format {version}, this one reads up to "
                f"{FORMAT_VERSION}); update Lodemap and open it again."
            )
        members, missing = values.get("members"), values.get("missing")
        gone = values.get("gone", [])  # an older Lodemap did not tell them apart
        counts = {} if values.get("counts") is None else values["counts"]
        if not isinstance(members, dict) or not isinstance(missing, list):
            raise BadArchiveError(INCOMPLETE)
        if not isinstance(gone, list) or not isinstance(counts, dict):
            raise BadArchiveError(INCOMPLETE)
        return cls(
            lodemap_version=str(values.get("lodemap_version")),
            created_at=str(values.get("created_at")),
            counts=counts,
            missing=tuple(map(str, missing)),
            gone=tuple(map(str, gone)),
            members={name: _member(name, of) for name, of in members.items()},
        )


def json_object(data: bytes, where: str) -> dict[str, Any]:
    """Read one JSON object of an archive.

    Raises:
        BadArchiveError: when it is none.
    """
    if (values := to_object(data)) is None:
        raise BadArchiveError(f"The archive's {where} is not a JSON object; export it again.")
    return values


def _member(name: str, of: Any) -> Member:
    if (member := to_member(of)) is None:
        raise BadArchiveError(f"The archive's {MANIFEST} says nothing true of {name[:80]}.")
    return member
