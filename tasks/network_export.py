"""A network as a zip, made by a child process: whoever asks never loads PyTorch."""

import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ml.errors import LodemapError
from store.exports.opinions import Sight
from store.settings import Settings
from tasks.child_start import ROOT, to_environ
from tasks.errors import EXIT_CANNOT_START
from tasks.threads import POLITE

logger = logging.getLogger(__name__)

LIMIT_S: Final = 60.0
"""Time a child has; it takes 5 to 15 s, most of it to load PyTorch and to write ONNX."""
BLOCK: Final = 2**20
_TURN: Final = threading.Lock()
"""One child at a time: each takes half a gigabyte."""


class NetworkExportError(LodemapError):
    """The network cannot be exported now; the sentence says why."""

    code = "network_export"
    status = 503


def network_zip(settings: Settings, sight: Sight, limit_s: float = LIMIT_S) -> Iterator[bytes]:
    """Yield the bytes of a snapshot's network as a zip.

    Args:
        settings: Where the store is.
        sight: Which snapshot.
        limit_s: Seconds to wait for a turn, and seconds the child has.

    Raises:
        NetworkExportError: its files are gone or damaged, or it took too long.
    """
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix="export-") as folder:
        path = Path(folder) / "network.zip"
        with _turn(limit_s):
            _run_child(settings, sight, path, limit_s)
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block


@contextmanager
def _turn(limit_s: float) -> Iterator[None]:
    if not _TURN.acquire(timeout=limit_s):
        raise NetworkExportError("Another network is being exported; try again in a minute.")
    try:
        yield
    finally:
        _TURN.release()


def _run_child(settings: Settings, sight: Sight, path: Path, limit_s: float) -> None:
    what = [sight.project.project_id, sight.run.run_id, str(sight.epoch), str(path)]
    try:
        child = subprocess.run(
            [sys.executable, "-m", "tasks.network_child", *what],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**POLITE, **os.environ, **to_environ(settings)},
            cwd=ROOT,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NetworkExportError(
            f"The network was not exported within {limit_s:g} s; try again when the machine is "
            "less busy."
        ) from None
    except OSError as error:
        raise NetworkExportError(
            f"The process that exports networks cannot be started: {error.strerror}."
        ) from error
    if child.returncode == 0:
        return
    sentence = child.stdout.decode(errors="replace").strip()
    if child.returncode == EXIT_CANNOT_START and sentence:
        raise NetworkExportError(sentence)
    logger.error("The network was not exported:\n%s", child.stderr.decode(errors="replace"))
    raise NetworkExportError("The network could not be exported; the server's log says why.")
