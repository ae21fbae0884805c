"""What the store refuses, and why.

LodemapError (ml/errors.py)
├── NotFoundError               no such run, frame or data set (404)
│   ├── NoProjectError          no such project, or it was deleted
│   └── ArtifactMissingError    a row names a file that is gone (410)
├── ConflictError               the state no longer allows it (409)
│   ├── StaleClassError         the class was merged or taken back
│   ├── KeyReusedError          one idempotency key, two different requests
│   ├── AlreadyRunningError     the project has its map, or a run that is live
│   ├── StaleHistoryError       somebody changed the project since the history was read
│   ├── RunEndedError           a run that has ended cannot be stopped
│   └── NothingToUndoError      the author has no gesture to take back, or to bring back
├── NotYoursError               somebody else wrote it; only they may change it (403)
├── LeaseLostError              the worker no longer owns the run; nothing was saved (409)
├── SelectionTooLargeError      more bytes than a selection of this data set can have (413)
├── ArtifactDamagedError        the bytes are not those that were written (422)
├── LockedError                 the project is archived (423)
├── StoreUnavailableError       the database does not answer; nothing was saved (503)
│   ├── ArtifactsUnavailableError   where the files are kept does not answer
│   │   └── ArtifactsAwayError      the disk of the files is not mounted, or no longer
│   └── StillReadingError       an older state takes longer to be read than an answer may
├── ArtifactsRefusedError       where the files are kept lets nobody in by these credentials (503)
│   └── ArtifactsElsewhereError no data set of this database is where its files should be
├── DiskFullError               no room; nothing was saved (507)
└── StartError                  the process cannot start; it says so in one line and exits with 2
    ├── SettingsError           a setting or flag breaks a rule
    ├── DatabaseNotMadeError    a worker found no database, which an app makes
    └── DataDirError            the data directory cannot be used
        ├── DataDirBusyError         another app works in it
        ├── DataDirNotWritableError  it cannot be made or written
        ├── DataDirUnsafeError       others may write to it, or own it
        ├── DataDirRemoteError       it is on a network disk, where SQLite cannot work
        ├── DatabaseDamagedError     SQLite's file is damaged (503)
        ├── SchemaNewerError         a newer Lodemap wrote it
        ├── MigrationFailedError     it could not be brought to this version's schema
        └── DataDirNotEmptyError     a backup is restored into an empty one
"""

import os
from pathlib import Path

from ml.errors import LodemapError


class NotFoundError(LodemapError):
    """Nothing has this id."""

    code = "not_found"
    status = 404


class NoProjectError(NotFoundError):
    """No project has this id, or none that whoever asks may see."""

    def __init__(self) -> None:
        super().__init__("There is no such project; it may have been deleted.")


class ArtifactMissingError(NotFoundError):
    """A row names a file that is gone."""

    code = "artifact_missing"
    status = 410


class ConflictError(LodemapError):
    """The state no longer allows what was asked."""

    code = "conflict"
    status = 409


class StaleClassError(ConflictError):
    """The class was merged or taken back since the page was drawn."""

    code = "stale_class"


class BeingMadeError(ConflictError):
    """What was asked for is on its way, by an earlier request of the same key."""


class KeyReusedError(ConflictError):
    """The same idempotency key came with another request."""

    code = "key_reused"


class AlreadyRunningError(ConflictError):
    """The project has what was asked for."""

    code = "already_running"


class StaleHistoryError(ConflictError):
    """Somebody changed the project since the asker read its history."""

    code = "stale_history"


class RunEndedError(ConflictError):
    """The run has ended."""

    code = "run_ended"


class NothingToUndoError(ConflictError):
    """The author has no gesture to take back, or to bring back."""

    code = "nothing_to_undo"


class NotYoursError(LodemapError):
    """Somebody else wrote it; only they may change it."""

    code = "not_yours"
    status = 403


class LeaseLostError(LodemapError):
    """The worker no longer owns the run; what it tried to save was not saved."""

    code = "lease_lost"
    status = 409


class SelectionTooLargeError(LodemapError):
    """More bytes than a selection of this data set can have."""

    code = "selection_too_large"
    status = 413


class ArtifactDamagedError(LodemapError):
    """The bytes read are not the bytes written."""

    code = "checksum_mismatch"
    status = 422


class LockedError(LodemapError):
    """The project is archived."""

    code = "locked"
    status = 423


class StoreUnavailableError(LodemapError):
    """The database does not answer; nothing was saved, or the sentence says that nobody knows."""

    code = "store_unavailable"
    status = 503
    exit_code = os.EX_TEMPFAIL  # whoever started the process may start it again: it may soon answer


class ArtifactsUnavailableError(StoreUnavailableError):
    """Where the files are kept does not answer; it may soon."""

    code = "artifacts_unavailable"


class ArtifactsAwayError(ArtifactsUnavailableError):
    """The folder of the files has none of this database's: its disk is not mounted, for now."""

    code = "artifacts_away"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The folder of artifacts, {folder}, has no data set of this database: its disk is not "
            "mounted there, or no longer. Nothing was saved; mount it and try again."
        )


class StillReadingError(StoreUnavailableError):
    """An older state takes longer to be read than an answer may; the next goes on from there."""

    code = "still_reading"


class ArtifactsRefusedError(LodemapError):
    """Where the files are kept lets this process not in, or is not there; somebody must mend it."""

    code = "artifacts_refused"
    status = 503


class ArtifactsElsewhereError(ArtifactsRefusedError):
    """No data set of this database is where its files should be: another place is the right one."""

    code = "artifacts_elsewhere"


class DiskFullError(LodemapError):
    """There is no room left; nothing was saved."""

    code = "disk_full"
    status = 507


class StartError(LodemapError):
    """The process cannot start; entry points print the sentence and exit with `exit_code`."""

    code = "cannot_start"
    status = 500


class SettingsError(StartError):
    """A setting or flag breaks a rule."""

    code = "bad_setting"


class DatabaseNotMadeError(StartError):
    """A worker found no database where it was sent: an app makes one, and may do so soon."""

    code = "database_not_made"
    exit_code = StoreUnavailableError.exit_code

    def __init__(self, found: str, setting: str) -> None:
        super().__init__(
            f"{found}, and a worker makes none: start the app there first, or correct {setting}, "
            "which must lead to the app's."
        )


class DataDirError(StartError):
    """The data directory cannot be used."""

    code = "data_dir"


class DataDirBusyError(DataDirError):
    """Another app works in the data directory."""

    code = "data_dir_busy"


class DataDirNotWritableError(DataDirError):
    """The data directory cannot be made or written."""

    code = "data_dir_not_writable"


class DataDirUnsafeError(DataDirError):
    """Others may write to the data directory, or own it."""

    code = "data_dir_unsafe"


class DataDirRemoteError(DataDirError):
    """The data directory is on a network disk, where SQLite cannot work."""

    code = "data_dir_remote"


class DatabaseDamagedError(DataDirError):
    """SQLite's file is damaged."""

    code = "database_damaged"
    status = 503  # a page keeps what it has to say until a backup is restored


class SchemaNewerError(DataDirError):
    """A newer Lodemap wrote the database."""

    code = "schema_newer"


class MigrationFailedError(DataDirError):
    """The database could not be brought to this version's schema; it is as it was."""

    code = "migration_failed"


class DataDirNotEmptyError(DataDirError):
    """Something is there already, and a backup replaces nothing."""

    code = "data_dir_not_empty"
