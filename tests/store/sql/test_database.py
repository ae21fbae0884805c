"""The engine: its pragmas, its clock, and what its errors mean."""

import sqlite3
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import insert, select, text

from store.errors import DataDirNotWritableError, SettingsError, StoreUnavailableError
from store.opening import Store, open_store
from store.settings import Settings
from store.sql import migration
from store.sql.checkpointer import Checkpointer
from store.sql.database import Database
from store.sql.tables import WORKER
from tests.services import fresh_database
from tests.store.scene import make_scene

BUSY_S = 5
"""So long one who writes waits for another."""


def test_sqlite__pragmas_hold_on_every_connection(store: Store) -> None:
    wanted = {
        "journal_mode": "wal", "synchronous": 2, "busy_timeout": 5000, "foreign_keys": 1,
        "mmap_size": 0, "wal_autocheckpoint": 0,
    }  # fmt: skip
    with store.database.read() as one, store.database.read() as two:
        for connection in (one, two):
            found = {name: connection.scalar(text(f"PRAGMA {name}")) for name in wanted}
            assert found == wanted


def test_postgresql__waits_for_the_disk_and_not_for_ever(any_store: Store) -> None:
    if any_store.database.is_sqlite:
        return
    with any_store.database.read() as connection:
        shown = [
            connection.scalar(text(f"SHOW {name}"))
            for name in (
                "synchronous_commit", "statement_timeout", "idle_in_transaction_session_timeout",
            )
        ]  # fmt: skip
    assert shown == ["on", "10s", "30s"]


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_postgresql__of_another_encoding_is_refused_in_a_sentence(
    postgres_url: str, encoding: str
) -> None:
    with fresh_database(postgres_url, f"ENCODING '{encoding}' TEMPLATE template0") as url:
        database = Database(url)
        with pytest.raises(SettingsError, match=f"as {encoding}; Lodemap needs one of UTF8"):
            migration.upgrade(database)
        database.close()


def test_clock__tells_the_time_and_goes_on(any_store: Store) -> None:
    with any_store.database.read() as connection:
        first = connection.scalar(select(any_store.database.clock)) or 0.0
        time.sleep(0.01)
        second = connection.scalar(select(any_store.database.clock)) or 0.0
    assert abs(first - time.time()) < 5
    assert 0.005 < second - first < 5


def test_close__closes_what_another_thread_still_uses_once_it_is_done(settings: Settings) -> None:
    with open_store(settings) as store, store.database.read() as connection:
        driven: Any = connection.connection.dbapi_connection
        store.close()
        assert connection.scalar(text("SELECT 1")) == 1
    with pytest.raises((sqlite3.ProgrammingError, psycopg.OperationalError), match="closed"):
        driven.cursor().execute("SELECT 1")


def write_and_fail(store: Store) -> None:
    with store.database.write() as connection:
        values = {"worker_id": "w", "state": "ready", "device": "cpu", "mode": "team", "beat_at": 0}
        connection.execute(insert(WORKER).values(values))
        raise ZeroDivisionError


def test_write__an_error_saves_nothing(any_store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_fail(any_store)
    assert any_store.workers.list() == []
    with any_store.database.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM worker")) == 0


def test_read_only_database__says_not_saved(store: Store) -> None:
    scene = make_scene(store)
    with store.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(DataDirNotWritableError, match="not saved"):
        scene.name([1], 0)


def test_postgresql__that_only_reads_says_so_and_is_left(any_store: Store) -> None:
    """As one does that is a standby by now."""
    database = any_store.database
    if database.is_sqlite:
        return
    database.engine.dispose()  # the one that follows is the only one
    with database.engine.connect() as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = on")
        connection.commit()
    with pytest.raises(StoreUnavailableError, match="only be read now; nothing was saved"):
        write_and_fail(any_store)
    with pytest.raises(ZeroDivisionError):
        write_and_fail(any_store)


@pytest.mark.parametrize("url", ["postgresql://u:secret@127.0.0.1:1/d"])
def test_unreachable__one_sentence_without_the_password(tmp_path: Path, url: str) -> None:
    settings = Settings.from_env({"LODEMAP_DATABASE_URL": url}, {"data_dir": tmp_path / "data"})
    with pytest.raises(StoreUnavailableError) as caught:
        open_store(settings)
    assert "secret" not in caught.value.sentence
    assert "secret" not in Database(settings.database_url).shown_url


def test_url__not_a_url() -> None:
    with pytest.raises(SettingsError):
        Database("what?")


def test_checkpointer__empties_the_log(store: Store) -> None:
    scene = make_scene(store)
    scene.name([1], 0)
    log = Path(f"{store.database.engine.url.database}-wal")
    assert log.stat().st_size > 0
    Checkpointer(store.database).close()
    assert log.stat().st_size == 0
    assert scene.annotation()[1] == 0


def test_checkpointer__holds_no_writer_up_while_somebody_reads(store: Store) -> None:
    """As a backup does, for as long as it copies."""
    scene = make_scene(store)
    scene.name([1], 0)
    log = Path(f"{store.database.engine.url.database}-wal")
    checkpointer = Checkpointer(store.database)
    with store.database.read() as connection:
        connection.execute(text("SELECT count(*) FROM event"))
        scene.name([2], 0)
        began_s = time.monotonic()
        checkpointer.checkpoint()
        assert time.monotonic() - began_s < BUSY_S
        assert log.stat().st_size > 0
    checkpointer.close()
    assert log.stat().st_size == 0
    with store.database.read() as connection:
        assert connection.scalar(text("PRAGMA busy_timeout")) == 1000 * BUSY_S
