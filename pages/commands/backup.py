"""`python app.py backup FILE` and `restore FILE`: everything into one file, and out of it."""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, Self, TextIO

from ml.errors import LodemapError
from pages.commands.terminal import (
    Parser,
    add_places,
    answer,
    complain,
    places_of,
    show,
    tell_missing,
)
from store.backups.backup import Tell, back_up
from store.backups.form import BackupError, Manifest
from store.backups.restoring import restore
from store.files.disk import in_words
from store.settings import Settings
from tasks.errors import EXIT_CANNOT_START

TELL_EVERY_S: Final = 0.2
"""Between two looks at how far it is."""


def main_backup(arguments: Sequence[str]) -> int:
    """Run `backup`; return the exit status.

    Args:
        arguments: What follows `backup` on the command line.
    """
    parser = _parser("backup", "Write database and artifacts into one file; the app may run.")
    parser.add_argument("--with-secrets", action="store_true",
        help="also the key that signs cookies and people.json; keep the file as safe")  # fmt: skip
    parser.add_argument("--replace", action="store_true", help="a file that is there")
    asked = parser.parse_args(arguments)

    def work(settings: Settings, path: Path, tell: Tell) -> Manifest:
        if path.exists() and not asked.replace:
            raise BackupError(f"{path} is there already; choose another name, or add --replace.")
        return back_up(settings, path, asked.with_secrets, tell)

    return _run(asked, work, "Saved")


def main_restore(arguments: Sequence[str]) -> int:
    """Run `restore`; return the exit status.

    Args:
        arguments: What follows `restore` on the command line.
    """
    parser = _parser("restore", "Make a data folder of a backup; it must be empty or not there.")
    parser.add_argument("--with-secrets", action="store_true",
        help="also the key of cookies and people.json, where the backup has them")  # fmt: skip
    asked = parser.parse_args(arguments)
    return _run(asked, partial(restore, with_secrets=asked.with_secrets), "Restored")


def _parser(name: str, description: str) -> Parser:
    parser = Parser(prog=f"app.py {name}", description=description, allow_abbrev=False)
    parser.add_argument("file", type=Path, help="the backup, a .zip")
    add_places(parser)
    return parser


def _run(
    asked: argparse.Namespace, work: Callable[[Settings, Path, Tell], Manifest], verb: str
) -> int:
    path: Path = asked.file.expanduser().absolute()
    try:
        if path.exists() and not path.is_file():
            raise BackupError(f"{path} is a folder, a pipe or a device; name a file.")
        with Progress(sys.stderr) as tell:
            manifest = work(Settings.from_env(os.environ, places_of(asked)), path, tell)
    except LodemapError as error:
        complain(error)
        return EXIT_CANNOT_START
    except OSError as error:
        show([f"{path} cannot be used ({error.strerror})."])
        return EXIT_CANNOT_START
    status = tell_missing(manifest.missing)
    answer([f"{verb} {in_words(manifest.num_bytes)} in {len(manifest.members):,} files, "
            f"{manifest.kind} with schema {manifest.schema}, as of "
            f"{manifest.created_at}."])  # fmt: skip
    return status


class Progress:
    """One line that says how far it is, while the block lasts; a pipe or a file gets none."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._told_s = 0.0
        self._has_line = False

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the line away, however the block ends."""
        self.clear()

    def __call__(self, done: int, total: int) -> None:
        """Say it, at most a few times a second."""
        now = time.monotonic()
        if not self._out.isatty() or now - self._told_s < TELL_EVERY_S:
            return
        self._told_s, self._has_line = now, True
        share = done / total if total else 1.0
        self._out.write(f"\r\x1b[K{share:5.0%}  {in_words(done)} of {in_words(total)}")
        self._out.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self._has_line:
            self._out.write("\r\x1b[K")
            self._has_line = False
