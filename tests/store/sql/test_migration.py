"""Migrations: what they make is what the tables say; a newer schema is refused."""

import contextlib
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from store.errors import MigrationFailedError, SchemaNewerError, StoreUnavailableError
from store.opening import Store, open_store
from store.people.tries import SqlCounts
from store.settings import Settings
from store.sql import database, migration
from store.sql.tables import METADATA
from tests.services import fresh_database
from tests.store.scene import Scene

NEWEST = migration.known_revisions()[-1]


def test_upgrade__makes_the_tables(any_store: Store) -> None:
    with any_store.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_upgrade__refuses_a_newer_schema_and_names_both(settings: Settings) -> None:
    store = open_store(settings)
    with store.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(SchemaNewerError, match=rf"schema 9999.*up to {NEWEST}") as caught:
            open_store(settings)
        assert caught.value.exit_code == 2
    finally:
        with store.database.write() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{NEWEST}'"))
        store.close()


def test_upgrade__of_an_older_schema_keeps_its_frames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frame written before there were fields is read as one without."""
    older = tmp_path / "migrations"
    for path in migration.FOLDER.rglob("*.[pm][ya]*"):
        if not path.name.startswith(tuple(f"{n:04d}" for n in range(2, 99))):
            (older / path.relative_to(migration.FOLDER)).parent.mkdir(parents=True, exist_ok=True)
            (older / path.relative_to(migration.FOLDER)).write_bytes(path.read_bytes())
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    with monkeypatch.context() as patched:
        patched.setattr(migration, "FOLDER", older)
        open_store(settings).close()
    insert = "INSERT INTO frame VALUES ('r', 1, 1, 0.5, 1, 'runs/r/1.frame', '{}')"
    connection = sqlite3.connect(tmp_path / "data" / "lodemap.db")
    connection.execute(insert)
    connection.commit()
    connection.close()
    with open_store(settings) as store:
        (frame,) = store.frames.after("r", 0)
    assert (frame.artifact, frame.field) == ("runs/r/1.frame", None)


def test_upgrade__keeps_a_copy_of_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    open_store(settings).close()
    newer = upgrading(tmp_path / "migrations", "op.execute('CREATE TABLE more (x INTEGER)')")
    monkeypatch.setattr(migration, "FOLDER", newer)
    open_store(settings).close()
    assert tables(tmp_path / "data" / "lodemap.db") - tables(
        tmp_path / "data" / f"lodemap.db.before-{NEWEST}"
    ) == {"more"}


def test_upgrade__a_failing_one_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test_upgrade__keeps_a_copy_of_what_was(tmp_path, monkeypatch)
    path = tmp_path / "migrations" / "versions" / "8888_broken.py"
    path.write_text(
        "from alembic import op\nrevision = '8888'\ndown_revision = '7777'\n"
        "def upgrade():\n    op.execute('CREATE TABLE half (x INTEGER)')\n    1 / 0\n"
    )
    with pytest.raises(MigrationFailedError, match=r"from schema 7777 to 8888 \(ZeroDivision"):
        open_store(Settings.from_env({}, {"data_dir": tmp_path / "data"}))
    assert "half" not in tables(tmp_path / "data" / "lodemap.db")
    path.unlink()
    open_store(Settings.from_env({}, {"data_dir": tmp_path / "data"})).close()


def copy_of_migrations(folder: Path, last: str = NEWEST) -> Path:
    """Copy the migrations up to one of them."""
    for path in migration.FOLDER.rglob("*.[pm][ya]*"):
        if path.parent.name != "versions" or path.name[:4] <= last:
            copy = folder / path.relative_to(migration.FOLDER)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return folder


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_upgrade__of_a_journal_without_targets_keeps_it(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    with contextlib.ExitStack() as stack:
        environ: dict[str, str] = {}
        if kind == "postgresql":
            cluster: str = request.getfixturevalue("postgres_url")
            environ["LODEMAP_DATABASE_URL"] = stack.enter_context(fresh_database(cluster))
        settings = Settings.from_env(environ, {"data_dir": tmp_path / "data"})
        with monkeypatch.context() as older:
            older.setattr(migration, "FOLDER", copy_of_migrations(tmp_path / "older", "0001"))
            with open_store(settings) as store, store.database.write() as connection:
                for line in OLD_ROWS:
                    connection.exec_driver_sql(line.replace("BYTES", EMPTY[kind]))
        with open_store(settings) as store:
            scene = Scene(store, store.projects.get(PROJECT_ID))
            assert [info.name for info in scene.state().classes] == ["cat"]
            assert store.journal.event(PROJECT_ID, 1).targets == b""


def test_upgrade__takes_over_the_counts_that_apps_made_themselves(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to schema 0008 the first app that counted made the table."""
    columns = "key_sha256 TEXT PRIMARY KEY, num INTEGER, until FLOAT"
    with fresh_database(postgres_url) as url:
        settings = Settings.from_env({}, {"data_dir": tmp_path / "data", "database_url": url})
        with monkeypatch.context() as older:
            older.setattr(migration, "FOLDER", copy_of_migrations(tmp_path / "older", "0008"))
            with open_store(settings) as store, store.database.write() as connection:
                connection.execute(text(f"CREATE UNLOGGED TABLE lodemap_try ({columns})"))
        with open_store(settings) as store:
            assert SqlCounts(store.database).add("a") == 1
            with store.database.read() as connection:
                kind = "SELECT relpersistence FROM pg_class WHERE relname = 'lodemap_try'"
                assert connection.scalar(text(kind)) == "u", "what holds a minute is not logged"


def upgrading(folder: Path, body: str) -> Path:
    """Copy the migrations, and add one."""
    newer = copy_of_migrations(folder)
    (newer / "versions" / "7777_more.py").write_text(
        f"import time\nfrom alembic import op\nrevision = '7777'\ndown_revision = '{NEWEST}'\n"
        f"def upgrade():\n    {body}\n"
    )
    return newer


def test_upgrade__takes_longer_than_a_gesture_may_and_others_wait(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_database(postgres_url) as url:
        both = [
            Settings.from_env({}, {"data_dir": tmp_path / name, "database_url": url})
            for name in ("one", "other")
        ]
        open_store(both[0]).close()
        limits = "-c statement_timeout=1s -c idle_in_transaction_session_timeout=1s"
        monkeypatch.setattr(database, "POSTGRES_OPTIONS", limits)
        monkeypatch.setattr(database.BoundedConnection, "answer_s", 1.2)
        slow = upgrading(tmp_path / "newer", "op.execute('SELECT pg_sleep(2)'); time.sleep(2)")
        monkeypatch.setattr(migration, "FOLDER", slow)
        with ThreadPoolExecutor() as pool:
            for store in pool.map(open_store, both):
                with store, store.database.read() as connection:
                    assert migration.revision_of(connection) == "7777"
                    limit = connection.scalar(text("SHOW statement_timeout"))
                    assert limit == "1s", "what comes later is held to it again"
                    bounded: Any = connection.connection.driver_connection
                    assert bounded.answer_s == 1.2


def test_upgrade__of_a_table_that_somebody_holds_says_so(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_database(postgres_url) as url:
        settings = Settings.from_env({}, {"data_dir": tmp_path / "data", "database_url": url})
        open_store(settings).close()
        newer = upgrading(tmp_path / "newer", "op.execute('ALTER TABLE run ADD more INTEGER')")
        monkeypatch.setattr(migration, "FOLDER", newer)
        monkeypatch.setattr(migration, "LOCK_WAIT", "200ms")
        with psycopg.connect(url) as backup:
            backup.execute("LOCK TABLE run IN ACCESS SHARE MODE")
            with pytest.raises(StoreUnavailableError, match="while a backup or another app holds"):
                open_store(settings)
        open_store(settings).close()


PROJECT_ID = "00000000-0000-4000-8000-000000000001"
OLD_ROWS = (
    "INSERT INTO dataset VALUES ('d', 'digits', 40, 1, 8, 8, '[]', 0)",
    f"INSERT INTO project VALUES ('{PROJECT_ID}', 'old', 'd', 'lodemap', 2, 0, 0, NULL)",
    f"INSERT INTO event VALUES ('{PROJECT_ID}', 1, 'add_class', 'Ana', 'ana', 0, BYTES,"
    """ '{"class_index":0,"name":"cat","color":0}', 'k', 'x', 0)""",
)
"""What the first version of the schema may hold."""
EMPTY = {"sqlite": "x''", "postgresql": "''"}


def tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows}
    finally:
        connection.close()
