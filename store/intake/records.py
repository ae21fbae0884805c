"""An import as a value, and what may be refused of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from store.errors import ConflictError

IntakeState = Literal["receiving", "reading", "ready", "keeping", "kept", "failed", "cancelled"]
OPEN_STATES: Final = ("receiving", "reading", "ready", "keeping", "failed")
"""Those that hold files."""
SENT_STATES: Final = ("receiving", "reading", "ready", "keeping", "kept")
"""Those in which a piece that was sent already may come again: its answer was lost."""
SHELL_ID: Final = "command-line"
"""Author of imports that a shell does itself, in a process of its own."""
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
    earlier_outline: Mapping[str, Any] | None = None
    """That of the reading before, until this one has its own."""
    choices: Mapping[str, Any] | None = None
    """What was asked for when it was to be kept."""
    error: Mapping[str, str] | None = None
    """`code` and `message` of a failed one."""
    turn: int = 0
    """Number of what is being done with it, or was last."""
    dataset_id: str | None = None
    project_id: str | None = None

    @property
    def known_outline(self) -> Mapping[str, Any] | None:
        """Its outline, of a failed one also that of a reading before: options are chosen by it."""
        return self.outline or (self.earlier_outline if self.state == "failed" else None)

    @property
    def is_here(self) -> bool:
        """Whether this app has its files."""
        return self.folder.is_dir()

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


class WrongPlaceError(ConflictError):
    """Bytes that do not follow those that are here."""

    code = "other_place"


class NotHereError(ConflictError):
    """The files of an import are with another app of the same database, or gone."""

    code = "not_here"

    def __init__(self) -> None:
        super().__init__(
            "The files of this import are not here: another app of this database has them, or "
            "they were removed; go on where you sent them, or discard it and send them again."
        )


class OutpacedError(ConflictError):
    """Somebody cancelled an import, or asked to read it otherwise, since a turn began."""

    code = "outpaced"

    def __init__(self) -> None:
        super().__init__("Something else was begun with this import meanwhile; look at it again.")


def check_receiving(intake: Intake) -> None:
    """Check that an import waits for bytes, here.

    Raises:
        ConflictError: it does not.
        NotHereError: it is another app that has its files.
    """
    if intake.state != "receiving" or intake.source is not None:
        raise ConflictError(f"This import is {intake.state}; it takes no more bytes.")
    if not intake.is_here:
        raise NotHereError
