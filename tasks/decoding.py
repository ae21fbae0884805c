"""A child process that decodes one upload, and what it says."""

import json
import shutil
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ml.intake.records import Options
from store.files.disk import disk_errors
from tasks.child_start import start_child, without_secrets


class Decoding:
    """Runs `tasks/intake_child.py`; whoever starts it ends it by `kill`."""

    def __init__(self, upload: Path, name: str, options: Options, staged: Path) -> None:
        """Start; the folder `staged` is emptied first.

        Args:
            upload: file or folder that was brought.
            name: what its owner calls it.
            options: how to read it.
            staged: where the samples go; the folder around it is there.

        Raises:
            DiskFullError: no room.
            FileNotFoundError: the folder around it is gone.
        """
        shutil.rmtree(staged, ignore_errors=True)
        with disk_errors("The import"):
            staged.mkdir(mode=0o700)
        task = {"upload": str(upload), "name": name, "options": options.to_json(),
                "staged": str(staged)}  # fmt: skip
        self._child = start_child("tasks.intake_child", task, without_secrets())

    @property
    def pid(self) -> int:
        """Process id of the child."""
        return self._child.pid

    def said(self) -> Iterator[dict[str, Any]]:
        """Yield what it says until it ends: `outline`, `done`, and last `summary` or `error`."""
        last: dict[str, Any] = {}
        assert self._child.stdout is not None
        with self._child.stdout as lines:
            for line in lines:
                with suppress(ValueError):  # it was killed in the middle of a line
                    yield (last := json.loads(line))
        status = self._child.wait()
        if "summary" not in last and "error" not in last:
            yield {"error": why_ended(status)}

    def kill(self) -> None:
        """End it now; its files are written no more when this returns."""
        self._child.kill()
        self._child.wait()
        assert self._child.stdin is not None
        with suppress(BrokenPipeError):  # what it never read is in the buffer
            self._child.stdin.close()


def why_ended(status: int) -> dict[str, str]:
    """Return why a child ended without a word; nobody asks of one that `kill` ended."""
    if status == -signal.SIGALRM:
        words = "One part of it took more than two minutes to read; leave it out and try again."
        return {"code": "too_slow", "message": words}
    if status == -signal.SIGKILL:  # by the kernel, whose limit for all of the app came first
        words = "Reading it takes more memory than the server has left; import it in parts."
        return {"code": "too_large", "message": words}
    words = "The file made its decoder crash; it is damaged, or not what its name says."
    return {"code": "decoder_crashed", "message": words}
