"""A database of an earlier schema, as the code of its day left it, on SQLite or on PostgreSQL."""

import json
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, LargeBinary, MetaData, Table, create_engine

from store.settings import Settings
from store.sql import migration
from store.sql.database import Database
from tests.store.sql.test_migration import copy_of_migrations

HERE = Path(__file__).parent
FIXTURES = {path.stem: path for path in sorted(HERE.glob("*.zip"))}
LAST = max(FIXTURES, default="")


@dataclass
class Old:
    """An unpacked database of an earlier schema, not opened yet."""

    schema: str
    settings: Settings
    told: dict[str, Any]
    """What the code of its day said of the project."""
    after_undo: list[int]

    @property
    def path(self) -> Path:
        """The file of SQLite."""
        return self.settings.data_dir / "lodemap.db"

    @property
    def project_id(self) -> str:
        return str(self.told["project_id"])


def unpack(schema: str, data_dir: Path, environ: Mapping[str, str] | None = None) -> Old:
    """Put a fixture where an app finds it; its rows stay in SQLite."""
    data_dir.mkdir(mode=0o700)
    with zipfile.ZipFile(FIXTURES[schema]) as packed:
        names = [name for name in packed.namelist() if name.startswith("artifacts/")]
        packed.extractall(data_dir, names)
        with closing(sqlite3.connect(data_dir / "lodemap.db")) as connection:
            connection.executescript(packed.read("lodemap.sql").decode())
        told, after = (json.loads(packed.read(name)) for name in ("told.json", "after.json"))
    return Old(schema, Settings.from_env(environ or {}, {"data_dir": data_dir}), told, after)


def unpack_into_postgresql(schema: str, folder: Path, url: str) -> Old:
    """Put a fixture's rows into an empty PostgreSQL that only its own migrations have seen."""
    old = unpack(schema, folder / "data", {"LODEMAP_DATABASE_URL": url})
    with pytest.MonkeyPatch.context() as older:
        older.setattr(migration, "FOLDER", copy_of_migrations(folder / "older", schema))
        database = Database(url)
        migration.upgrade(database)
        database.close()
    num_rows = carry_over(old.path, url)
    assert num_rows["event"] >= old.told["seq"]
    assert num_rows["run"] >= len(old.told["runs"])
    old.path.unlink()
    return old


def carry_over(path: Path, url: str) -> dict[str, int]:
    """Copy every row of SQLite into tables of the same names; return how many each had."""
    engine, tables = create_engine(url), MetaData()
    tables.reflect(engine)
    num_rows = {}
    with closing(sqlite3.connect(path)) as source, engine.begin() as target:
        source.row_factory = sqlite3.Row
        names = {str(row[0]) for row in source.execute(NAMES)} - {"alembic_version"}
        assert names == set(tables.tables) - {"alembic_version"}, "as this schema has them"
        for table in tables.sorted_tables:
            if table.name in names:
                rows = source.execute(f'SELECT * FROM "{table.name}"').fetchall()
                num_rows[table.name] = len(rows)
                if rows:
                    target.execute(table.insert(), [row_of(table, row) for row in rows])
    engine.dispose()
    return num_rows


NAMES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def row_of(table: Table, row: sqlite3.Row) -> dict[str, Any]:
    """Return a row with the kinds of values that PostgreSQL tells apart and SQLite does not."""
    assert set(row.keys()) == set(table.columns.keys()), table.name
    return {name: value_of(table.columns[name].type, row[name]) for name in row.keys()}  # noqa: SIM118


def value_of(kind: object, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Boolean):
        return bool(value)
    return bytes(value) if isinstance(kind, LargeBinary) else value
