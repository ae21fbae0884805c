"""A backup becomes a data folder again: everything is checked, and nothing there is replaced.

All of it is laid out beside the data folder and gets its place at the end, the database last. The
file may come from anybody: its members are read by name, and their names are those of the program.
"""

import hashlib
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError

from store.backups.backup import Tell
from store.backups.form import (
    ARTIFACTS,
    DATABASES,
    MANIFEST,
    MOST_MANIFEST_BYTES,
    SECRETS,
    BackupError,
    Manifest,
    is_member_name,
    named_files,
)
from store.backups.postgres_place import is_taken, loaded
from store.errors import DatabaseDamagedError, DataDirNotEmptyError, SchemaNewerError
from store.files.artifacts import Artifacts
from store.files.disk import check_room, disk_errors
from store.files.packed import TORN, ChangedError, Member, checked_parts, is_ours
from store.intake.records import OPEN_STATES
from store.settings import Settings
from store.sql.database import Database
from store.sql.migration import checked_revision, known_revisions
from store.sql.soundness import is_sound

NOT_OURS: Final = frozenset({"lost+found"})
"""What a disk of its own holds though it is empty."""
CUT_OFF: Final = "This file is no backup, or it was cut off on its way; use another copy of it."
DAMAGED: Final = "The backup's database is damaged; use another backup."


@dataclass(frozen=True)
class _Place:
    """Where the parts of a backup go while they are checked."""

    folder: Path
    """Becomes the data folder, or its files do."""
    artifacts: Artifacts
    database: Path

    def own(self, name: str) -> Path:
        """Return where a member is written first."""
        return self.folder / ".parts" / hashlib.sha256(name.encode()).hexdigest()


def restore(
    settings: Settings, path: Path, tell: Tell = lambda _a, _b: None, with_secrets: bool = False
) -> Manifest:
    """Make a data folder, and where there is one a database, of a backup.

    Imports that were under way are cancelled, their files are not in a backup; runs that were
    under way go on from their last epoch once a worker is there. Everybody signs in again, and open
    invites have ended.

    Args:
        settings: Where everything goes; folder, artifacts and database must be empty.
        path: The backup.
        tell: Told (bytes read, bytes in all) as it goes on.
        with_secrets: Take over the key that signs cookies and who has a password, too: whoever
            made the backup then says who may come in.

    Raises:
        DataDirNotEmptyError: something is there already.
        SchemaNewerError: a newer Lodemap wrote the database.
        BackupError: the file is no backup, was changed or cut off, or is of the other database.
        OSError: the file cannot be read.
        DiskFullError: it does not fit. In every case nothing was left behind.
    """
    with _torn(), zipfile.ZipFile(path) as packed, disk_errors("The data folder"):
        manifest = read_manifest(packed)
        _check_schema(manifest)
        _check_kind(manifest, settings)
        _check_empty(settings)
        folder = _make_staging(settings.data_dir, manifest.num_bytes)
        try:
            _lay_out(settings, packed, manifest, _place(settings, folder), tell)
            for own in () if with_secrets else SECRETS.values():
                (folder / own).unlink(missing_ok=True)
            _settle(folder, settings.data_dir)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return manifest


def read_manifest(packed: zipfile.ZipFile) -> Manifest:
    """Return what a backup says of itself, checked against its directory.

    Raises:
        BackupError: they differ, or hold what no backup holds.
    """
    infos = _directory(packed)
    manifest = Manifest.from_bytes(packed.read(MANIFEST))
    if stray := sorted((set(infos) - {MANIFEST}) ^ set(manifest.members)):
        raise BackupError(f"The backup was changed: {stray[0][:80]!r} is only in one of its lists.")
    for name, member in manifest.members.items():
        if not is_member_name(name, manifest.kind):
            raise BackupError(f"The backup holds {name[:80]!r}, which no backup has.")
        if infos[name].file_size != member.size:
            raise _changed(name)
    if DATABASES[manifest.kind] not in manifest.members:
        raise BackupError("The backup holds no database; use another backup.")
    return manifest


def _directory(packed: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name, a manifest among them; all can be read as we write."""
    infos = {info.filename: info for info in packed.infolist()}
    if len(infos) != len(packed.infolist()):
        raise BackupError("The backup holds two files of one name; use another backup.")
    if MANIFEST not in infos or infos[MANIFEST].file_size > MOST_MANIFEST_BYTES:
        raise BackupError("This zip is no backup; give one that app.py backup wrote.")
    for name, info in infos.items():
        if not is_ours(info):
            raise _changed(name)
    return infos


def _changed(name: str) -> BackupError:
    return BackupError(f"The backup was changed: {name[:80]!r} is not what was written.")


def _check_schema(manifest: Manifest) -> None:
    known = known_revisions()
    if manifest.schema not in known:
        raise SchemaNewerError(
            f"The backup has schema {manifest.schema} of Lodemap {manifest.lodemap_version}, this "
            f"Lodemap knows up to {known[-1]}; restore it with that Lodemap or a newer one."
        )


def _check_kind(manifest: Manifest, settings: Settings) -> None:
    if (manifest.kind == "sqlite") != settings.is_sqlite:
        needed = "no --database-url" if manifest.kind == "sqlite" else "the --database-url of one"
        raise BackupError(f"The backup is of {manifest.kind}; restore it with {needed}.")


def _check_empty(settings: Settings) -> None:
    folder = settings.data_dir
    if folder.exists() and {each.name for each in folder.iterdir()} - NOT_OURS:
        raise DataDirNotEmptyError(
            f"The data folder {folder} is not empty; restore into another --data-dir."
        )
    if not Artifacts(settings.artifacts_url, folder / "fetched").is_empty():
        raise DataDirNotEmptyError(
            "The place of the artifacts is not empty; restore with another --artifacts-url."
        )
    with closing(Database(settings.database_url)) as database:
        if settings.is_sqlite:
            is_there = Path(str(database.engine.url.database)).exists()
        else:
            is_there = is_taken(database)
        if is_there:
            raise DataDirNotEmptyError(
                f"The database {database.shown_url} is not empty; restore into another one."
            )


def _make_staging(data_dir: Path, num_bytes: int) -> Path:
    """Make the folder to lay everything out in, on the disk of the data folder."""
    name = f".restoring-{uuid.uuid4().hex}"
    folder = data_dir / name if data_dir.exists() else data_dir.with_name(data_dir.name + name)
    folder.mkdir(mode=0o700, parents=True)
    with ExitStack() as on_failure:
        on_failure.callback(folder.rmdir)
        check_room(folder, num_bytes, "The backup")
        on_failure.pop_all()
    return folder


def _place(settings: Settings, folder: Path) -> _Place:
    own = str(settings.data_dir / "artifacts")
    url = str(folder / "artifacts") if settings.artifacts_url == own else settings.artifacts_url
    return _Place(folder, Artifacts(url, folder / "fetched"), folder / ".parts" / "database")


def _lay_out(
    settings: Settings, packed: zipfile.ZipFile, manifest: Manifest, place: _Place, tell: Tell
) -> None:
    done = 0
    place.database.parent.mkdir()
    with ExitStack() as on_failure:
        for name, member in manifest.members.items():
            own = place.database if name == DATABASES[manifest.kind] else place.own(name)
            _extract(packed, name, member, own)
            if name.startswith(ARTIFACTS):
                on_failure.callback(place.artifacts.remove, name.removeprefix(ARTIFACTS))
                place.artifacts.add_file(name.removeprefix(ARTIFACTS), own)
                own.unlink()
            elif name in SECRETS:
                own.chmod(0o600)
                own.rename(place.folder / SECRETS[name])
            tell(done := done + member.size, manifest.num_bytes)
        _put_database(settings, manifest, place)
        on_failure.pop_all()
    shutil.rmtree(place.database.parent)


def _extract(packed: zipfile.ZipFile, name: str, member: Member, path: Path) -> None:
    try:
        with path.open("xb") as file:
            file.writelines(checked_parts(packed, name, member))
    except ChangedError:
        raise _changed(name) from None


def _put_database(settings: Settings, manifest: Manifest, place: _Place) -> None:
    """Check the database and give it its place; one on SQLite is checked before it has one."""
    if manifest.kind == "postgresql":
        with (
            closing(Database(settings.database_url)) as database,
            loaded(database, place.database),
        ):
            _check(database, manifest, place.artifacts)
        return
    with closing(Database(f"sqlite:///{place.database}")) as database:
        with database.read() as connection:
            if not is_sound(connection):
                raise BackupError(DAMAGED)
        _check(database, manifest, place.artifacts)
        with database.engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    asked = Path(settings.database_url.removeprefix("sqlite:///"))
    if asked.is_relative_to(settings.data_dir):
        asked = place.folder / asked.relative_to(settings.data_dir)
    asked.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(place.database, asked)


def _check(database: Database, manifest: Manifest, artifacts: Artifacts) -> None:
    with database.write() as connection:
        checked_revision(connection, known_revisions(), "in the backup")
        held = {name.removeprefix(ARTIFACTS) for name in manifest.members}
        lacking = set(named_files(connection, artifacts)) - held - set(manifest.missing)
        if lacking:
            raise BackupError(
                f"The backup lacks {min(lacking)}, which its database names; use another backup."
            )
        _calm(connection)


def _calm(connection: Connection) -> None:
    """Let go of what lived in processes and folders that are not there any more."""
    connection.execute(text("DELETE FROM worker"))
    if inspect(connection).has_table("sign_in"):  # what was ended since must not live again
        connection.execute(text("DELETE FROM sign_in"))
        connection.execute(
            text("UPDATE invite SET revoked_at = created_at WHERE revoked_at IS NULL")
        )
    if inspect(connection).has_table("intake"):
        states = ", ".join(f"'{state}'" for state in OPEN_STATES)
        query = f"UPDATE intake SET state = 'cancelled' WHERE state IN ({states})"
        connection.execute(text(query))


def _settle(folder: Path, data_dir: Path) -> None:
    """Give everything its place; where the data folder was there, the database is the last."""
    if folder.parent != data_dir:
        folder.rename(data_dir)
        return
    for each in sorted(folder.iterdir(), key=lambda path: path.suffix == ".db"):
        each.rename(data_dir / each.name)


@contextmanager
def _torn() -> Iterator[None]:
    try:
        yield
    except TORN as error:
        raise BackupError(CUT_OFF) from error
    except (DatabaseError, DatabaseDamagedError) as error:  # SQLite found no database in the file
        raise BackupError(DAMAGED) from error
    except FileNotFoundError as error:
        raise BackupError(f"There is no file {error.filename}.") from None
