"""Fails the k-th call by which something is written: to a file, to the disk itself, to SQLite."""

import errno
import io
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest

from store.opening import Store

How = Literal["full", "broken"]
ERRNO = {"full": errno.ENOSPC, "broken": errno.EIO}
SQLITE = {"full": sqlite3.SQLITE_FULL, "broken": sqlite3.SQLITE_IOERR}


class Breaker:
    """Counts calls and fails one of them."""

    def __init__(self, at: int, how: How) -> None:
        self.num_calls = 0
        self.broke: str | None = None
        """Which call failed."""
        self._at, self._how = at, how

    def of_file(self, call: str) -> None:
        """Pass a call on a file; the one that is to fail raises as the kernel would."""
        if self._is_due(call):
            raise OSError(ERRNO[self._how], os.strerror(ERRNO[self._how]))

    def of_sqlite(self, call: str) -> None:
        """Pass a call of SQLite; the one that is to fail raises as SQLite would."""
        if self._is_due(call):
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = SQLITE[self._how]
            raise error

    def _is_due(self, call: str) -> bool:
        self.num_calls += 1
        if self.num_calls == self._at:
            self.broke = call
        return self.num_calls == self._at


class Raw(io.FileIO):
    """A file that writes half of what it is given before it fails."""

    def __init__(self, path: Path, breaker: Breaker) -> None:
        super().__init__(path, "xb")
        self._breaker = breaker

    def write(self, data: Any, /) -> int:
        try:
            self._breaker.of_file("write")
        except OSError:
            super().write(bytes(data)[: len(data) // 2])
            raise
        return super().write(data) or 0


@contextmanager
def breaking(store: Store, at: int, how: How) -> Iterator[Breaker]:
    """Fail the `at`-th write of what the block does with a store on SQLite."""
    breaker = Breaker(at, how)
    with pytest.MonkeyPatch.context() as patched:
        break_files(patched, breaker)
        break_sqlite(patched, breaker, store.database.engine.dialect, has_answers=how == "broken")
        yield breaker


def break_files(patched: pytest.MonkeyPatch, breaker: Breaker) -> None:
    """Pass every write, fsync and rename of an artifact by the breaker."""
    real_open, real_replace, real_fsync = Path.open, Path.replace, os.fsync

    def opened(path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if mode != "xb":
            return real_open(path, mode, *args, **kwargs)
        return io.BufferedWriter(Raw(path, breaker))

    def replace(path: Path, target: Path) -> Path:
        breaker.of_file("rename")
        return real_replace(path, target)

    def fsync(descriptor: int) -> None:
        breaker.of_file("fsync")
        real_fsync(descriptor)

    patched.setattr(Path, "open", opened)
    patched.setattr(Path, "replace", replace)
    patched.setattr(os, "fsync", fsync)


def break_sqlite(
    patched: pytest.MonkeyPatch, breaker: Breaker, dialect: Any, *, has_answers: bool
) -> None:
    """Pass every statement but queries, every commit and maybe its answer by the breaker."""
    execute, commit = dialect.do_execute, dialect.do_commit

    def do_execute(cursor: Any, statement: str, *args: Any) -> None:
        if not statement.startswith("SELECT"):
            breaker.of_sqlite(statement)
        execute(cursor, statement, *args)

    def do_commit(connection: Any) -> None:
        breaker.of_sqlite("commit")
        commit(connection)
        if has_answers:
            breaker.of_sqlite("answer")

    patched.setattr(dialect, "do_execute", do_execute)
    patched.setattr(dialect, "do_commit", do_commit)
