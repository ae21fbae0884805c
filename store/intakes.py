"""Imports: what somebody sends, how far it is, and what it turned out to be.

    receiving -> reading -> ready -> keeping -> kept          (failed and cancelled from anywhere)

The row says what is true; the bytes lie in `imports/<intake_id>/` of the data directory of the app
that receives them, `upload` as they came and `staged/` decoded.
"""

import json
import shutil
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, delete, insert, select, update

from ml.errors import InvalidInputError
from store.database import Database
from store.disk import disk_errors
from store.errors import ConflictError, NotFoundError
from store.names import check_uuid, clean_name
from store.rows import moment, to_json
from store.tables import INTAKE

IntakeState = Literal["receiving", "reading", "ready", "keeping", "kept", "failed", "cancelled"]
OPEN_STATES: Final = ("receiving", "reading", "ready", "keeping", "failed")
"""Those that hold files."""
SENT_STATES: Final = ("receiving", "reading", "ready", "keeping", "kept")
"""Those in which a piece that was sent already may come again: its answer was lost."""
SIZE_LIMIT: Final = 64 * 2**30
"""Bytes of one import."""
MOST_OPEN: Final = 8
"""Imports one person may have that are neither kept nor cancelled."""
UPLOAD: Final = "upload"
STAGED: Final = "staged"


@dataclass(frozen=True)
class Intake:
    """One import."""

    intake_id: str
    author: str
    author_id: str
    name: str
    """Of the file or folder, as its owner calls it; never part of a path."""
    size: int
    """Bytes to come."""
    state: IntakeState
    created_at: datetime
    folder: Path
    """Where its files are."""
    source: Mapping[str, Any] | None = None
    """The public data set that is fetched; None where somebody sends a file."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """`ml.intake.records.Options` as JSON."""
    outline: Mapping[str, Any] | None = None
    """`ml.intake.records.Outline` as JSON; None until the files were recognised."""
    choices: Mapping[str, Any] | None = None
    """What was asked for when it was to be kept."""
    error: Mapping[str, str] | None = None
    """`code` and `message` of a failed one."""
    dataset_id: str | None = None
    project_id: str | None = None

    @property
    def upload(self) -> Path:
        """The bytes as they came."""
        return self.folder / UPLOAD

    @property
    def staged(self) -> Path:
        """Folder of the decoded samples."""
        return self.folder / STAGED

    @property
    def received(self) -> int:
        """Bytes that are here."""
        try:
            if not self.upload.is_dir():
                return self.upload.stat().st_size
            return min(self.size, sum(path.stat().st_size for path in self.upload.iterdir()))
        except FileNotFoundError:
            return self.size if self.state in ("ready", "keeping", "kept") else 0


class ElsewhereError(ConflictError):
    """Bytes that do not follow those that are here."""

    code = "other_place"


class Intakes:
    """Every import of the store.

    Args:
        database: where the rows are.
        root: folder of this app's imports.
    """

    def __init__(self, database: Database, root: Path) -> None:
        self._database = database
        self._root = root
        self._appending = threading.Lock()

    def create(
        self,
        name: str,
        size: int,
        author: str,
        author_id: str,
        source: Mapping[str, Any] | None = None,
    ) -> Intake:
        """Begin an import of `size` bytes, of a public data set when `source` names one.

        Raises:
            InvalidInputError: the name or size breaks a rule.
            ConflictError: this person has too many that are open.
        """
        name = clean_name(name, "name of the file")
        if isinstance(size, bool) or not isinstance(size, int) or not 0 < size <= SIZE_LIMIT:
            raise InvalidInputError(
                f"The file must have 1 byte to {SIZE_LIMIT // 2**30} GB; import it in parts."
            )
        intake_id = str(uuid.uuid4())
        now = self._database.clock
        row = {
            "intake_id": intake_id, "author": author, "author_id": author_id, "name": name,
            "size": size, "state": "receiving",
            "values_json": to_json({} if source is None else {"source": source}),
            "created_at": now, "changed_at": now,
        }  # fmt: skip
        with self._database.write() as connection:
            self._database.lock_project(connection, author_id)
            if len(self._open_of(connection, author_id)) >= MOST_OPEN:
                raise ConflictError(
                    f"You have {MOST_OPEN} imports that are not finished; keep or discard one."
                )
            connection.execute(insert(INTAKE).values(row))
        intake = self.get(intake_id, author_id)
        intake.folder.mkdir(parents=True, mode=0o700)
        if source is None:
            intake.upload.touch()
        else:
            intake.upload.mkdir()
        return intake

    def get(self, intake_id: str, author_id: str | None = None) -> Intake:
        """Return an import; only its author's own when `author_id` is given.

        Raises:
            NotFoundError: no such import, or it is somebody else's.
        """
        check_uuid(intake_id, "import")
        with self._database.read() as connection:
            query = select(INTAKE).where(INTAKE.c.intake_id == intake_id)
            row = connection.execute(query).one_or_none()
        if row is None or author_id not in (None, row.author_id):
            raise NotFoundError("There is no such import; it may have been discarded.")
        return self._to_intake(row)

    def of_author(self, author_id: str) -> list[Intake]:
        """Return somebody's own open imports, newest first."""
        with self._database.read() as connection:
            return self._open_of(connection, author_id)

    def here(self) -> list[Intake]:
        """Return the open imports whose files this app holds, oldest first."""
        query = select(INTAKE).where(INTAKE.c.state.in_(OPEN_STATES)).order_by(INTAKE.c.created_at)
        with self._database.read() as connection:
            intakes = [self._to_intake(row) for row in connection.execute(query)]
        return [intake for intake in intakes if intake.folder.exists()]

    def append(self, intake_id: str, author_id: str, at: int, data: bytes) -> Intake:
        """Add bytes that follow those received; told twice, the second time changes nothing.

        Raises:
            NotFoundError: no such import.
            ElsewhereError: bytes before these are missing; `received` says which come next.
            ConflictError: it does not wait for bytes.
            InvalidInputError: more than was announced.
        """
        with disk_errors("The imports"), self._appending:
            intake = self.get(intake_id, author_id)
            received = intake.received
            if at + len(data) <= received and intake.state in SENT_STATES:
                return intake
            if intake.state != "receiving" or intake.source is not None:
                raise ConflictError(f"This import is {intake.state}; it takes no more bytes.")
            if at != received:
                raise ElsewhereError(f"{received:,} bytes are here; go on from there.")
            if received + len(data) > intake.size:
                raise InvalidInputError(
                    f"The file was announced with {intake.size:,} bytes, but there are more; "
                    "choose it again."
                )
            write_at(intake.upload, at, data)
        return intake

    def move(
        self, intake_id: str, since: tuple[IntakeState, ...], to: IntakeState, **values: Any
    ) -> Intake:
        """Bring an import from one of the states `since` to another, with what is known by then.

        Raises:
            NotFoundError: no such import.
            ConflictError: it is in another state.
        """
        check_uuid(intake_id, "import")
        with self._database.write() as connection:
            self._database.lock_project(connection, intake_id)
            query = select(INTAKE).where(INTAKE.c.intake_id == intake_id)
            row = connection.execute(query).one_or_none()
            if row is None:
                raise NotFoundError("There is no such import; it may have been discarded.")
            if row.state not in since:
                raise ConflictError(f"This import is {row.state}; that cannot be done to it now.")
            known = {**json.loads(row.values_json), **values}
            changed = {"state": to, "values_json": to_json(known),
                       "changed_at": self._database.clock}  # fmt: skip
            mine = INTAKE.c.intake_id == intake_id
            connection.execute(update(INTAKE).where(mine).values(changed))
        return self.get(intake_id)

    def discard_files(self, intake: Intake) -> None:
        """Remove what an import left on the disk; its row stays."""
        shutil.rmtree(intake.folder, ignore_errors=True)

    def forget_before(self, seconds: float) -> None:
        """Remove imports that nobody touched for so long, files and all."""
        old = INTAKE.c.changed_at < self._database.clock - seconds
        with self._database.write() as connection:
            rows = connection.execute(select(INTAKE.c.intake_id).where(old)).all()
            connection.execute(delete(INTAKE).where(old))
        for row in rows:
            shutil.rmtree(self._root / row.intake_id, ignore_errors=True)

    def _open_of(self, connection: Connection, author_id: str) -> list[Intake]:
        query = (
            select(INTAKE)
            .where(INTAKE.c.author_id == author_id, INTAKE.c.state.in_(OPEN_STATES))
            .order_by(INTAKE.c.created_at.desc())
        )
        return [self._to_intake(row) for row in connection.execute(query)]

    def _to_intake(self, row: Row[Any]) -> Intake:
        values: dict[str, Any] = json.loads(row.values_json)
        return Intake(
            row.intake_id, row.author, row.author_id, row.name, row.size, row.state,
            moment(row.created_at), self._root / row.intake_id, **values,
        )  # fmt: skip


def write_at(path: Path, at: int, data: bytes) -> None:
    """Write bytes into a file that ends at `at`, or none of them."""
    with path.open("r+b") as file:
        file.seek(at)
        try:
            file.write(data)
            file.flush()
        except OSError:
            file.truncate(at)
            raise
