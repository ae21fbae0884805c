"""A child process that decodes one upload, and what it says.

Its standard input stays open as long as this process wants it to live: when it closes, however
this process ends, the child ends too.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ml.intake.records import Options
from store.files.disk import disk_errors
from store.settings import PREFIX

ROOT: Final = Path(__file__).resolve().parent.parent


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
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tasks.intake_child"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=without_secrets(),
        )  # fmt: skip
        task = {"upload": str(upload), "name": name, "options": options.to_json(),
                "staged": str(staged)}  # fmt: skip
        assert self._child.stdin is not None
        self._life = self._child.stdin
        with suppress(BrokenPipeError):
            self._life.write(json.dumps(task).encode() + b"\n")
            self._life.flush()

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
        with suppress(BrokenPipeError):  # what it never read is in the buffer
            self._life.close()


def without_secrets() -> dict[str, str]:
    """Return this process's environment without what only it should know, such as a database."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def why_ended(status: int) -> dict[str, str]:
    """Return why a child ended without a word."""
    if status == -signal.SIGALRM:
        words = "One part of it took more than two minutes to read; leave it out and try again."
        return {"code": "too_slow", "message": words}
    words = "The file made its decoder crash; it is damaged, or not what its name says."
    return {"code": "decoder_crashed", "message": words}
