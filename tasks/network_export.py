"""A network as a zip, made by a child process: whoever asks never loads PyTorch."""

import logging
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ml.errors import LodemapError
from store.files.disk import disk_errors
from store.settings import Settings
from store.snapshots.seen import SeenSnapshot
from tasks.child_start import start_child, to_environ
from tasks.errors import EXIT_CANNOT_START
from tasks.short_line import ShortLine
from tasks.takeaway_files import remove_stale
from tasks.threads import POLITE

logger = logging.getLogger(__name__)

LIMIT_S: Final = 60.0
"""Time a child has; it takes 5 to 15 s, most of it to load PyTorch and to write ONNX."""
PREFIX: Final = "export-"
"""Of the folder of one export, which goes with it."""
STALE_S: Final = 86_400.0
"""A folder that is so old was left by an app that was killed."""
BLOCK: Final = 2**20
MOST_WAITING: Final = 4
"""A fifth would mostly wait in vain: `LIMIT_S` is over by then."""
_LINE: Final = ShortLine(1, MOST_WAITING)
"""One child at a time: each takes half a gigabyte."""


class NetworkExportError(LodemapError):
    """The network cannot be exported now; the sentence says why."""

    code = "network_export"
    status = 503


def network_zip(
    settings: Settings, seen: SeenSnapshot, limit_s: float = LIMIT_S
) -> Iterator[bytes]:
    """Yield the bytes of a snapshot's network as a zip.

    Args:
        settings: Where the store is.
        seen: Which snapshot.
        limit_s: Seconds to wait for a turn, and seconds the child has.

    Raises:
        NetworkExportError: its files are gone or damaged, it does not fit on the disk, or it took
            too long.
        DiskFullError: nothing fits on the disk.
    """
    with (
        disk_errors("The network"),
        tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=PREFIX) as folder,
    ):
        path = Path(folder) / "network.zip"
        with _turn(limit_s):
            _run_child(settings, seen, path, limit_s)
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block


def remove_left_exports(data_dir: Path) -> None:
    """Remove the folders of exports that ended with a killed app."""
    for left in data_dir.glob(f"{PREFIX}*"):
        remove_stale(left, STALE_S)


@contextmanager
def _turn(limit_s: float) -> Iterator[None]:
    if not _LINE.take(limit_s):
        raise NetworkExportError("Other networks are being exported; try again in a minute.")
    try:
        yield
    finally:
        _LINE.end()


def _run_child(settings: Settings, seen: SeenSnapshot, path: Path, limit_s: float) -> None:
    task = {"project_id": seen.project.project_id, "run_id": seen.run.run_id,
            "epoch": seen.epoch, "path": str(path)}  # fmt: skip
    environ = {**POLITE, **os.environ, **to_environ(settings)}
    with path.with_suffix(".log").open("w+b") as errors:
        try:
            child = start_child("tasks.network_child", task, environ, errors)
        except OSError as error:
            raise NetworkExportError(
                f"The process that exports networks cannot be started: {error.strerror}."
            ) from error
        status, sentence = _ended(child, limit_s)
        if status == 0:
            return
        if status == EXIT_CANNOT_START and sentence:
            raise NetworkExportError(sentence)
        errors.seek(0)
        logger.error("The network was not exported:\n%s", errors.read().decode(errors="replace"))
    raise NetworkExportError("The network could not be exported; the server's log says why.")


def _ended(child: subprocess.Popen[bytes], limit_s: float) -> tuple[int, str]:
    """Return a child's exit status, and the sentence that it said, once it has ended."""
    assert child.stdout is not None
    with child:
        try:
            status = child.wait(limit_s)
        except subprocess.TimeoutExpired:
            raise NetworkExportError(
                f"The network was not exported within {limit_s:g} s; try again when the machine "
                "is less busy."
            ) from None
        finally:
            child.kill()  # nothing where it has ended
        return status, child.stdout.read().decode(errors="replace").strip()
