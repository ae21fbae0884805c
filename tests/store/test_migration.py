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

NEWEST = sorted(path.name[:4] for path in migration.FOLDER.glob("versions/0*.py"))[-1]
NEXT, AFTER = (f"{int(NEWEST) + more:04d}" for more in (1, 2))


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
    newer = tmp_path / "migrations"
    newer.mkdir()
    for path in migration.FOLDER.rglob("*.[pm][ya]*"):
        (newer / path.relative_to(migration.FOLDER)).parent.mkdir(exist_ok=True)
        (newer / path.relative_to(migration.FOLDER)).write_bytes(path.read_bytes())
    (newer / "versions" / f"{NEXT}_more.py").write_text(
        f"from alembic import op\nrevision = '{NEXT}'\ndown_revision = '{NEWEST}'\n"
        "def upgrade():\n    op.execute('CREATE TABLE more (x INTEGER)')\n"
    )
    monkeypatch.setattr(migration, "FOLDER", newer)
    open_store(settings).close()
    assert tables(tmp_path / "data" / "lodemap.db") - tables(
        tmp_path / "data" / f"lodemap.db.before-{NEWEST}"
    ) == {"more"}


def test_upgrade__a_failing_one_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    test_upgrade__keeps_a_copy_of_what_was(tmp_path, monkeypatch)
    path = tmp_path / "migrations" / "versions" / f"{AFTER}_broken.py"
    path.write_text(
        f"from alembic import op\nrevision = '{AFTER}'\ndown_revision = '{NEXT}'\n"
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
