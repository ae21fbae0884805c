"""Imports: what somebody sends, how far it is, and what it turned out to be.

    receiving -> reading -> ready -> keeping -> kept          (failed and cancelled from anywhere)

The row says what is true; the bytes lie in `imports/<intake_id>/` of the data directory of the app
that receives them, `upload` as they came and `staged/` decoded. The folder is there before its row
and as long as the import is open, so that other apps of a database know what is not theirs.

Whatever is done with an import is a *turn*, numbered by its row: once a new one has begun, what an
older one still has to say is refused in SQL, whichever thread or process it comes from.
"""

import json
import shutil
import threading
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from ml.errors import InvalidInputError
from store.errors import ConflictError, DiskFullError, NotFoundError
from store.files.disk import check_room, disk_errors
from store.intake.growing import checksum_at, write_at
from store.intake.records import (
    OPEN_STATES,
    SENT_STATES,
    SHELL_ID,
    UPLOAD,
    Intake,
    IntakeState,
    NotHereError,
    OutpacedError,
    WrongPlaceError,
    check_receiving,
)
from store.intake.sweep import ORPHAN_S, forget_before, remove_orphans
from store.names import check_uuid, clean_name
from store.sql.database import Database
from store.sql.rows import moment, to_json
from store.sql.tables import INTAKE

SIZE_LIMIT: Final = 64 * 2**30
"""Bytes of one import."""
MOST_OPEN: Final = 8
"""Imports one person may have that are neither kept nor cancelled; a shell, any number."""


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
        is_sent: bool = True,
    ) -> Intake:
        """Begin an import of `size` bytes.

        Args:
            name: of the file or folder.
            size: bytes of it.
            author: display name of whoever brings it.
            author_id: their session.
            source: the public data set that is fetched; None where somebody sends a file.
            is_sent: whether its bytes come to the import's folder; else they lie where they are.

        Raises:
            InvalidInputError: the name or size breaks a rule.
            ConflictError: this person has too many that are open.
            DiskFullError: it would not fit.
        """
        name = clean_name(name, "name of the file")
        if size == 0:
            raise InvalidInputError(f"{name} is empty; copy or download it again.")
        if isinstance(size, bool) or not isinstance(size, int) or not 0 < size <= SIZE_LIMIT:
            most = SIZE_LIMIT // 2**30
            raise InvalidInputError(f"The file must have 1 byte to {most} GB; import it in parts.")
        folder = self._make_folder(str(uuid.uuid4()), size if is_sent else 0, source is None)
        now = self._database.clock
        row = {
            "intake_id": folder.name, "author": author, "author_id": author_id, "name": name,
            "size": size, "state": "receiving",
            "values_json": to_json({} if source is None else {"source": source}),
            "created_at": now, "changed_at": now,
        }  # fmt: skip
        try:
            self._insert(row)
        except (ConflictError, DiskFullError):  # else the row may be there; what is not is swept
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return self.get(folder.name, author_id)

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
        """Return the open imports whose files this app holds, without a shell's, oldest first."""
        mine = (INTAKE.c.state.in_(OPEN_STATES), INTAKE.c.author_id != SHELL_ID)
        query = select(INTAKE).where(*mine).order_by(INTAKE.c.created_at)
        with self._database.read() as connection:
            intakes = [self._to_intake(row) for row in connection.execute(query)]
        return [intake for intake in intakes if intake.is_here]

    def append(self, intake_id: str, author_id: str, at: int, data: bytes) -> Intake:
        """Add bytes that follow those received; told twice, the second time changes nothing.

        Raises:
            NotFoundError: no such import.
            WrongPlaceError: bytes before these are missing; `received` says which come next.
            ConflictError: it does not wait for bytes.
            InvalidInputError: more than was announced.
        """
        with disk_errors("The imports"), self._appending:
            received = (intake := self.get(intake_id, author_id)).received
            if at + len(data) <= received and intake.state in SENT_STATES:
                return intake
            check_receiving(intake)
            if at != received:
                raise WrongPlaceError(f"{received:,} bytes are here; go on from there.")
            if received + len(data) > intake.size:
                raise InvalidInputError(
                    f"The file was announced with {intake.size:,} bytes, but there are more; "
                    "choose it again."
                )
            try:
                write_at(intake.upload, at, data)
            except FileNotFoundError:  # discarded in this very moment
                raise NotHereError from None
        return self._touch(intake)

    def checksum(self, intake: Intake, at: int, length: int) -> tuple[int, int]:
        """Return the CRC-32 of at most `length` received bytes from `at` on, and how many they are.

        Raises:
            ConflictError: it does not wait for bytes, or another app has them.
        """
        check_receiving(intake)
        try:
            return checksum_at(intake.upload, at, length)
        except FileNotFoundError:  # discarded in this very moment
            raise NotHereError from None

    def check_here(self, intake: Intake) -> None:
        """Check that this app has the files of an import.

        Raises:
            NotHereError: it has not.
        """
        if not intake.is_here:
            raise NotHereError

    def move(
        self,
        intake_id: str,
        since: tuple[IntakeState, ...],
        to: IntakeState,
        turn: int | None = None,
        **values: Any,
    ) -> Intake:
        """Bring an import from one of the states `since` to another, with what is known by then.

        Args:
            intake_id: of the import.
            since: states it may be in.
            to: state it comes to.
            turn: of whoever asks; None asks whatever is being done with it.
            values: fields of `Intake` that change.

        Raises:
            NotFoundError: no such import.
            OutpacedError: a later turn has begun.
            ConflictError: it is in another state.
        """
        return self._move(intake_id, since, to, turn, values)

    def take_turn(
        self,
        intake_id: str,
        since: tuple[IntakeState, ...],
        to: IntakeState,
        turn: int | None = None,
        **values: Any,
    ) -> Intake:
        """Do as `move` does, and begin a new turn: from now on the one before is refused."""
        return self._move(intake_id, since, to, turn, values, 1)

    def discard_files(self, intake: Intake) -> None:
        """Remove what an import left on the disk; its row stays."""
        shutil.rmtree(intake.folder, ignore_errors=True)

    def forget_before(self, seconds: float) -> None:
        """Remove imports that nobody touched for so long, files and all.

        What is being read or kept stays, but for a shell's: no app goes on with those, and they
        go after `SHELL_S` at most.
        """
        forget_before(self._database, self._root, seconds)

    def remove_orphans(self, older_s: float = ORPHAN_S) -> None:
        """Remove folders that have been of no open import for so long."""
        with disk_errors("The imports"):
            remove_orphans(self._database, self._root, older_s)

    def _make_folder(self, intake_id: str, size: int, is_file: bool) -> Path:
        folder = self._root / intake_id
        with disk_errors("The imports"):
            self._root.mkdir(parents=True, mode=0o700, exist_ok=True)
            check_room(self._root, size, "The import")
            folder.mkdir(mode=0o700)
            (Path.touch if is_file else Path.mkdir)(folder / UPLOAD)
        return folder

    def _insert(self, row: Mapping[str, Any]) -> None:
        author_id = row["author_id"]
        with self._database.write() as connection:
            self._database.take_turn(connection, author_id)
            if author_id != SHELL_ID and len(self._open_of(connection, author_id)) >= MOST_OPEN:
                raise ConflictError(
                    f"You have {MOST_OPEN} imports that are not finished; keep or discard one."
                )
            connection.execute(insert(INTAKE).values(row))

    def _touch(self, intake: Intake) -> Intake:
        """Note that somebody is at work on an import; return it as it is now."""
        mine = INTAKE.c.intake_id == intake.intake_id
        with self._database.write() as connection:
            connection.execute(update(INTAKE).where(mine).values(changed_at=self._database.clock))
        return self.get(intake.intake_id, intake.author_id)

    def _move(
        self,
        intake_id: str,
        since: tuple[IntakeState, ...],
        to: IntakeState,
        turn: int | None,
        values: Mapping[str, Any],
        turns_on: int = 0,
    ) -> Intake:
        check_uuid(intake_id, "import")
        mine = INTAKE.c.intake_id == intake_id
        with self._database.write() as connection:
            self._database.take_turn(connection, intake_id)
            row = connection.execute(select(INTAKE).where(mine)).one_or_none()
            if row is None:
                raise NotFoundError("There is no such import; it may have been discarded.")
            known = {"turn": 0, **json.loads(row.values_json)}
            if turn not in (None, known["turn"]):
                raise OutpacedError
            if row.state not in since:
                raise ConflictError(f"This import is {row.state}; that cannot be done to it now.")
            known |= {**values, "turn": known["turn"] + turns_on}
            changed = {"state": to, "values_json": to_json(known),
                       "changed_at": self._database.clock}  # fmt: skip
            moved = update(INTAKE).where(mine).values(changed).returning(INTAKE)
            return self._to_intake(connection.execute(moved).one())

    def _open_of(self, connection: Connection, author_id: str) -> list[Intake]:
        mine = (INTAKE.c.author_id == author_id, INTAKE.c.state.in_(OPEN_STATES))
        query = select(INTAKE).where(*mine).order_by(INTAKE.c.created_at.desc())
        return [self._to_intake(row) for row in connection.execute(query)]

    def _to_intake(self, row: Row[Any]) -> Intake:
        values: dict[str, Any] = json.loads(row.values_json)
        return Intake(
            row.intake_id, row.author, row.author_id, row.name, row.size, row.state,
            moment(row.created_at), self._root / row.intake_id, **values,
        )  # fmt: skip
