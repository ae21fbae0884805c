"""Tables of names that people bring, read by a child process: `tasks/names_child.py`."""

import json
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from ml.errors import LodemapError
from ml.intake.errors import IntakeError
from store.annotations.files import MOST_BYTES, ROW, AnnotationFile
from tasks.child_start import start_child, without_secrets
from tasks.names_child import MEMORY_BYTES
from tasks.short_line import ShortLine

MOST_AT_ONCE: Final = 2
MOST_WAITING: Final = 2
"""They hold threads that imports need, too; of those there are five on a machine of one core."""
TURN_S: Final = 60.0
"""How long a turn is waited for."""
ENDED: Final = "The table made the process crash that reads it; it is damaged, or not what it says."
TOO_LARGE: Final = "Reading it takes more memory than the server has left; bring it in parts."
TOO_SLOW: Final = "Reading the table takes more than a minute; bring it in parts."
_LINE: Final = ShortLine(MOST_AT_ONCE, MOST_WAITING)


class NamesError(LodemapError):
    """A table that the child refused, or could not read."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(message)
        self.code, self.status = code, status


def read_apart(path: Path, name: str, memory_bytes: int = MEMORY_BYTES) -> AnnotationFile:
    """Read a table of names in a process of its own.

    Args:
        path: where it lies; the rows are written into the same folder.
        name: what people call it.
        memory_bytes: that the process may take.

    Raises:
        LodemapError: it is no such table, breaks a rule, takes too long or too much memory; or too
            many are read at this moment.
    """
    if not _LINE.take(TURN_S):
        raise NamesError("busy", "Other tables are being read; try again in a minute.", 503)
    rows = path.with_name(f"{path.name}.rows")
    try:
        task = {"path": str(path), "name": name, "rows": str(rows), "memory_bytes": memory_bytes}
        said = _asked(task)
        sample_id, class_name = _columns(rows)
        return AnnotationFile(name, said["sha256"], sample_id, class_name, said["num_empty"],
                              said["num_minus_one"], said["has_guards"])  # fmt: skip
    finally:
        _LINE.end()


def _asked(task: dict[str, Any]) -> dict[str, Any]:
    with start_child("tasks.names_child", task, without_secrets()) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        line = child.stdout.readline()
        with suppress(BrokenPipeError):  # of a child that ended before it was told anything
            child.stdin.close()
    said: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {}
    if "error" in said:
        raise NamesError(**said["error"])
    if "file" not in said:
        if child.returncode == -signal.SIGKILL:  # by the kernel: its limit for the app came first
            raise NamesError("too_large", TOO_LARGE, 413)
        is_slow = child.returncode == -signal.SIGALRM
        raise IntakeError("too_slow" if is_slow else "crashed", TOO_SLOW if is_slow else ENDED)
    found: dict[str, Any] = said["file"]
    return found


def _columns(rows: Path) -> list[pa.Array]:
    """Return sample ids and class names, read from what the child has written."""
    data = rows.read_bytes() if rows.stat().st_size < 2 * MOST_BYTES else b""
    try:
        table = pa.ipc.open_file(data).read_all()
        table.validate(full=True)
        return [table.cast(ROW).column(name).combine_chunks() for name in ROW.names]
    except (pa.ArrowException, ValueError) as error:
        raise IntakeError("crashed", ENDED) from error
