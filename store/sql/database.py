"""One engine, two dialects: how a transaction begins, what the clock says.

The pragmas are those of reference measurements: without BEGIN IMMEDIATE 188 of 240 concurrent
writes failed at once in spite of busy_timeout; with it, none.
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    literal_column,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from store.errors import SettingsError, StoreUnavailableError
from store.sql.meanings import NOT_KNOWN, NOT_READ, NOT_SAVED, sqlite_code, translated

PEOPLE: Final = "lodemap-people"
"""By this name whoever writes people and invites takes turns."""
BUSY_TIMEOUT: Final = "busy_timeout=5000"
PRAGMAS: Final = (
    BUSY_TIMEOUT,
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "mmap_size=0",
    "wal_autocheckpoint=0",  # two checkpointers at once trigger SQLite's WAL-reset bug (< 3.51.3)
)
POSTGRES_OPTIONS: Final = (
    "-c synchronous_commit=on -c statement_timeout=10s -c idle_in_transaction_session_timeout=30s"
)
POSTGRES_NETWORK: Final = {
    "connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}  # fmt: skip
"""A server that is cut off without a word is noticed in 10 s; TCP by itself takes a quarter of an
hour. Seconds, the last one milliseconds."""
ANSWER_S: Final = 12.0
"""Longest wait for an answer of PostgreSQL: one that hangs still acknowledges what TCP brings, so
that nothing above would notice. Longer than `statement_timeout`, by which one that works ends."""
WAIT_S: Final = 20.0
"""Longest wait for the right to write to SQLite before a gesture is refused as not saved."""
BUSY: Final = "The database is busy; nothing was saved. Try again."
ACTIVE: Final = TransactionStatus.ACTIVE
WAKE_S: Final = 0.1
"""How often psycopg looks whether it was interrupted while it waits."""
Answer = TypeVar("Answer")
CLOCKS: Final = {
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
    "postgresql": "extract(epoch from clock_timestamp())::float8",
}


def clock_of(dialect: str) -> ColumnElement[float]:
    """Return the expression for seconds since 1970 by the own clock of a kind of database."""
    return literal_column(CLOCKS[dialect], Double)


class BoundedConnection(psycopg.Connection[Any]):
    """A connection to PostgreSQL that waits for no answer longer than `ANSWER_S`."""

    answer_s: float | None = ANSWER_S
    """None where it waits for as long as it takes."""

    def wait(
        self, gen: PQGen[Answer], interval: float = WAKE_S, timeout: float | None = None
    ) -> Answer:
        """Let psycopg do one thing with the server, which every call of its interface comes to.

        Raises:
            OperationalError: nothing came for too long; the connection is closed.
        """
        try:
            return super().wait(gen, interval, self.answer_s if timeout is None else timeout)
        except psycopg.OperationalError:
            if timeout is None and not self.closed and self.info.transaction_status == ACTIVE:
                self.pgconn.finish()  # what it would say later is the answer to something else
            raise


class Database:
    """Transactions against SQLite or PostgreSQL.

    Safe to share between threads; a forked child must open its own.
    """

    def __init__(self, url: str) -> None:
        try:
            parsed = make_url(url)
        except ArgumentError:
            raise SettingsError("database_url is not a database URL.") from None
        self.shown_url = parsed.render_as_string(hide_password=True)
        """The URL without its password, fit for messages."""
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._is_closed = False
        event.listen(self.engine, "checkin", self._let_go)
        self._turn = threading.Lock()
        self.clock = clock_of(self.engine.dialect.name)
        """SQL expression: seconds since 1970 by the database's own clock."""

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection inside a transaction that only reads."""
        with translated(NOT_READ), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection inside a transaction that holds SQLite's write lock from its start.

        Raises:
            DiskFullError: no room; nothing of the transaction was saved.
            StoreUnavailableError: the database does not answer; nothing was saved, or nobody knows
                where the answer to the commit itself was lost. The sentence says which.
        """
        with (
            self._turn_taken(),
            translated(NOT_SAVED) as failing,
            self.engine.connect().execution_options(is_writer=True) as connection,
            connection.begin(),
        ):
            yield connection
            failing.comes_to = NOT_KNOWN  # what follows is the commit

    @contextmanager
    def _turn_taken(self) -> Iterator[None]:
        """Let one thread of this process at a time compete for SQLite's write lock.

        SQLite's own waiting is polling with growing pauses, which starves the patient.
        """
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=WAIT_S):
            raise StoreUnavailableError(BUSY)
        try:
            yield
        finally:
            self._turn.release()

    def take_turn(self, connection: Connection, name: str) -> None:
        """Wait until no other transaction has its turn at `name`; it is this one's until it ends.

        Writers of one project take turns by its id, so that `seq` is drawn in commit order: without
        it a reader polling `seq > last` missed 89 of 800 rows on PostgreSQL. SQLite's write lock
        does the same for the whole file.
        """
        if not self.is_sqlite:
            connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name}
            )

    def close(self) -> None:
        """Close every pooled connection; what a thread still uses is closed once it is done."""
        self._is_closed = True
        self.engine.dispose()

    def _let_go(self, _connection: object, record: ConnectionPoolEntry) -> None:
        if self._is_closed:  # its pool is nobody's any more
            record.close()


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, pool_size=8, max_overflow=40, pool_timeout=10)

    @event.listens_for(engine, "connect")
    def _set_pragmas(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.isolation_level = None  # transactions begin in _begin, nowhere else
        for pragma in PRAGMAS:
            dbapi_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("is_writer", False):
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _begin_writing(connection: Connection) -> None:
    """Take SQLite's write lock; each attempt waits for busy_timeout."""
    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if sqlite_code(error.orig) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        else:
            return


def _postgres_engine(url: str) -> Engine:
    engine = create_engine(
        url,
        pool_size=5,
        max_overflow=20,
        pool_timeout=10,
        pool_pre_ping=True,
        connect_args={"options": POSTGRES_OPTIONS, **POSTGRES_NETWORK},
    )

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: object, _record: object, words: Any, named: Any) -> BoundedConnection:
        connection = BoundedConnection.connect(*words, **named)
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            connection.close()
            raise SettingsError(
                f"The database of database_url keeps text as {encoding}; Lodemap needs one of "
                "UTF8. Make it by: createdb --encoding UTF8 --template template0 NAME"
            )
        return connection

    @event.listens_for(engine, "handle_error")
    def _leave(context: ExceptionContext) -> None:
        if isinstance(context.original_exception, psycopg.errors.ReadOnlySqlTransaction):
            context.is_disconnect = True  # a standby by now: the next may lead to the primary

    return engine
