"""Fails the k-th call by which something is written: to a file, a disk, a bucket, a database."""

import errno
import io
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import psycopg
import pytest
from fsspec import AbstractFileSystem

from store.opening import Store

How = Literal["full", "broken"]
ERRNO = {"full": errno.ENOSPC, "broken": errno.EIO}
SQLITE = {"full": sqlite3.SQLITE_FULL, "broken": sqlite3.SQLITE_IOERR}
POSTGRESQL = {"full": psycopg.errors.DiskFull, "broken": psycopg.OperationalError}
BEGIN = "BEGIN IMMEDIATE"
"""What SQLite begins to write with; PostgreSQL is told so with its first statement."""


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

    def of_database(self, call: str, dialect: str) -> None:
        """Pass a call of a database; the one that is to fail raises as its driver would."""
        if not self._is_due(call):
            return
        if dialect == "postgresql":
            raise POSTGRESQL[self._how]("the server made this up")
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
    """Fail the `at`-th write of what the block does with a store."""
    breaker = Breaker(at, how)
    with pytest.MonkeyPatch.context() as patched:
        break_files(patched, breaker)
        break_sending(patched, breaker, store.artifacts._fs)
        break_database(patched, breaker, store.database.engine.dialect, has_answers=how == "broken")
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


def break_sending(
    patched: pytest.MonkeyPatch, breaker: Breaker, file_system: AbstractFileSystem
) -> None:
    """Pass every file that is sent to a bucket by the breaker, and the answer to it."""
    pipe_file = file_system.pipe_file

    def piped(path: str, value: bytes, **more: Any) -> None:
        breaker.of_file("send")
        pipe_file(path, value, **more)
        breaker.of_file("sent")

    patched.setattr(file_system, "pipe_file", piped)


def break_database(
    patched: pytest.MonkeyPatch, breaker: Breaker, dialect: Any, *, has_answers: bool
) -> None:
    """Pass every statement but queries, every commit and maybe its answer by the breaker.

    Transactions that only read have a commit too, of which nothing comes; it is none of these.
    """
    commit, name = dialect.do_commit, dialect.name
    writing: set[int] = set()

    def passing(execute: Any) -> Any:
        def passed(cursor: Any, statement: str, *args: Any) -> None:
            is_read = statement == "BEGIN" or statement.startswith("SELECT")
            if not is_read or "pg_advisory_xact_lock" in statement:
                breaker.of_database(statement, name)
                writing.add(id(cursor.connection))
            execute(cursor, statement, *args)

        return passed

    def do_commit(connection: Any) -> None:
        if id(connection.dbapi_connection) not in writing:
            commit(connection)
            return
        writing.discard(id(connection.dbapi_connection))
        breaker.of_database("commit", name)
        commit(connection)
        if has_answers:
            breaker.of_database("answer", name)

    for method in ("do_execute", "do_executemany", "do_execute_no_params"):
        patched.setattr(dialect, method, passing(getattr(dialect, method)))
    patched.setattr(dialect, "do_commit", do_commit)
