"""The form of a backup: a zip that holds a database and every file its rows name.

    manifest.json            written last: what made it, and size and sha256 of every other member
    database.sqlite          the database as one file, or
    database.pgdump          PostgreSQL's own form (`pg_dump --format=custom`)
    artifacts/<name>         data sets, checkpoints, frames and fields by the names rows give them,
                             and what runs that may go on need beside their newest checkpoints
    secrets/secret_key       what signs cookies, only where it was asked for
    secrets/people.json      who may sign in with a password, likewise

Files are stored as they are, most of them are compressed or random; the database is deflated.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

import orjson
from sqlalchemy import Connection, inspect, text

from ml.errors import LodemapError
from store.datasets.files import ALL_FILES, ARRAYS, name_of
from store.files.artifacts import NAME, Artifacts
from store.files.left_out import is_left_out
from store.files.packed import BLOCK, Member, to_member, to_object
from store.runs.moments import needed_moments

FORMAT: Final = "lodemap-backup"
FORMAT_VERSION: Final = 1
MANIFEST: Final = "manifest.json"
DATABASES: Final = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
ARTIFACTS: Final = "artifacts/"
SECRETS: Final = {"secrets/secret_key": "secret_key", "secrets/people.json": "people.json"}
"""Files of the data folder that only its owner may read, by their names in a backup."""
MOST_MANIFEST_BYTES: Final = 2**30
NAMING_COLUMNS: Final = (("frame", "artifact"), ("frame", "field"), ("snapshot", "checkpoint"))
"""Where rows name files; an earlier schema may lack one."""

Kind = Literal["sqlite", "postgresql"]


class BackupError(LodemapError):
    """A backup cannot be made, or a file is none, or not the whole one that was written."""

    code = "bad_backup"
    status = 422


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    lodemap_version: str
    """Which Lodemap wrote it."""
    created_at: str
    """When its database was copied, ISO 8601 in UTC."""
    kind: Kind
    """Which database it holds."""
    schema: str
    """Of that database."""
    missing: tuple[str, ...]
    """Files that rows name but that were gone when it was made."""
    members: Mapping[str, Member]
    """Every other file, by name."""

    @property
    def num_bytes(self) -> int:
        """All of it, unpacked."""
        return sum(member.size for member in self.members.values())

    def to_bytes(self) -> bytes:
        """Return the bytes of `manifest.json`."""
        head = {"format": FORMAT, "format_version": FORMAT_VERSION}
        return orjson.dumps(head | asdict(self), option=orjson.OPT_INDENT_2)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Manifest":
        """Read a manifest.

        Raises:
            BackupError: it breaks the form, or a newer Lodemap wrote it.
        """
        values = _object(data)
        version = values.get("format_version")
        if values.get("format") != FORMAT or type(version) is not int:
            raise BackupError("This zip is no backup; give one that app.py backup wrote.")
        if version > FORMAT_VERSION:
            raise BackupError(
                f"A newer Lodemap wrote this backup (form {version}, this one reads up to "
                f"{FORMAT_VERSION}); update Lodemap and restore it again."
            )
        members, kind, missing = (values.get(key) for key in ("members", "kind", "missing"))
        if not isinstance(members, dict) or kind not in DATABASES or not isinstance(missing, list):
            raise BackupError(f"The backup's {MANIFEST} is incomplete; use another backup.")
        return cls(
            str(values.get("lodemap_version")), str(values.get("created_at")), kind,
            str(values.get("schema")), tuple(map(str, missing)),
            {str(name): _member(str(name), of) for name, of in members.items()},
        )  # fmt: skip


def is_member_name(name: str, kind: Kind) -> bool:
    """Whether a backup of this kind may hold a member of this name."""
    if name.startswith(ARTIFACTS):
        return NAME.fullmatch(name.removeprefix(ARTIFACTS)) is not None
    return name in (DATABASES[kind], *SECRETS)


def named_files(connection: Connection, artifacts: Artifacts) -> list[str]:
    """Return the artifacts a database names, in a steady order; any schema so far will do.

    Those beside checkpoints come first: a run that goes on removes them.

    Of the files a data set may have beside its arrays, and of those an archive came without by
    choice, those are named that are there.
    """
    inspector, names = inspect(connection), set[str]()
    for table, column in NAMING_COLUMNS:
        if column in {found["name"] for found in inspector.get_columns(table)}:
            # both come from the table above
            query = text(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL")
            names.update(connection.scalars(query))
    for dataset_id in connection.scalars(text("SELECT dataset_id FROM dataset")):
        for file in ALL_FILES:
            name = name_of(dataset_id, file)
            if file in ARRAYS.values() or artifacts.exists(name):
                names.add(name)
    return [
        *sorted(filter(artifacts.exists, needed_moments(connection))),
        *sorted(name for name in names if not is_left_out(name) or artifacts.exists(name)),
    ]


def blocks(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file, a block at a time."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _object(data: bytes) -> dict[str, Any]:
    if (values := to_object(data)) is None:
        raise BackupError(f"The backup's {MANIFEST} is not a JSON object; use another backup.")
    return values


def _member(name: str, of: Any) -> Member:
    if (member := to_member(of)) is None:
        raise BackupError(f"The backup's {MANIFEST} says nothing true of {name[:80]!r}.")
    return member
