"""Migrations: what they make is what the tables say; a newer schema is refused."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from store import migration
from store.errors import SchemaNewerError
from store.opening import Store, open_store
from store.settings import Settings
from store.tables import METADATA


def test_upgrade__makes_the_tables(any_store: Store) -> None:
    with any_store.database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_upgrade__refuses_a_newer_schema_and_names_both(settings: Settings) -> None:
    store = open_store(settings)
    with store.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(SchemaNewerError, match=r"schema 9999.*up to 0001") as caught:
            open_store(settings)
        assert caught.value.exit_code == 2
    finally:
        with store.database.write() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        store.close()


def test_upgrade__keeps_a_copy_of_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    open_store(settings).close()
    newer = tmp_path / "migrations"
    newer.mkdir()
    for path in migration.FOLDER.rglob("*.[pm][ya]*"):
        (newer / path.relative_to(migration.FOLDER)).parent.mkdir(exist_ok=True)
        (newer / path.relative_to(migration.FOLDER)).write_bytes(path.read_bytes())
    (newer / "versions" / "0002_more.py").write_text(
        "from alembic import op\nrevision = '0002'\ndown_revision = '0001'\n"
        "def upgrade():\n    op.execute('CREATE TABLE more (x INTEGER)')\n"
    )
    monkeypatch.setattr(migration, "FOLDER", newer)
    open_store(settings).close()
    assert tables(tmp_path / "data" / "lodemap.db") - tables(
        tmp_path / "data" / "lodemap.db.before-0001"
    ) == {"more"}


def test_upgrade__a_failing_one_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test_upgrade__keeps_a_copy_of_what_was(tmp_path, monkeypatch)
    path = tmp_path / "migrations" / "versions" / "0003_broken.py"
    path.write_text(
        "from alembic import op\nrevision = '0003'\ndown_revision = '0002'\n"
        "def upgrade():\n    op.execute('CREATE TABLE half (x INTEGER)')\n    1 / 0\n"
    )
    with pytest.raises(ZeroDivisionError):
        open_store(Settings.from_env({}, {"data_dir": tmp_path / "data"}))
    assert "half" not in tables(tmp_path / "data" / "lodemap.db")
    path.unlink()
    open_store(Settings.from_env({}, {"data_dir": tmp_path / "data"})).close()


def tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows}
    finally:
        connection.close()
