"""Of a damaged SQLite file no backup is made that nobody could restore; it is said instead."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pages.commands.backup import main_backup
from pages.commands.export import main_export
from store.backups.backup import back_up
from store.checkup import check_store
from store.errors import DatabaseDamagedError
from store.opening import Store, open_store
from store.settings import Settings
from tests.store.scene import make_scene

Damage = Callable[[Path], None]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 + 100])


def fill(name: str) -> Damage:
    """Return what writes over the first page of a table."""

    def damage(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
            ((page,),) = connection.execute(query, [name])
            ((size,),) = connection.execute("PRAGMA page_size")
        with path.open("r+b") as file:
            file.seek((page - 1) * size)
            file.write(b"\xa5" * size)

    return damage


@pytest.fixture(params=[cut, fill("alembic_version"), fill("frame"), fill("bookmark")])
def settings(request: pytest.FixtureRequest, store: Store) -> Settings:
    """Of a database that is damaged in one of several places."""
    make_scene(store)
    store.close()
    path = store.settings.data_dir / "lodemap.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    request.param(path)
    return store.settings


def test_backup__of_a_damaged_database_says_so_and_leaves_nothing(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder := tmp_path / "backups").mkdir()
    with pytest.raises(DatabaseDamagedError):
        back_up(settings, folder / "kept.zip")
    where = ["--data-dir", str(settings.data_dir)]
    assert main_backup([str(folder / "kept.zip"), *where]) == 2
    assert capsys.readouterr().err.startswith("The database file is damaged; restore a backup")
    assert list(folder.iterdir()) == []


def test_doctor__of_a_damaged_database_fails(settings: Settings) -> None:
    (found,) = [each for each in check_store(settings) if each.name == "database"]
    assert found.level == "fail"
    assert "is damaged; restore a backup" in found.words


@pytest.mark.parametrize("settings", [cut, fill("alembic_version")], indirect=True)
def test_start__on_a_damaged_database_is_refused(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DatabaseDamagedError):
        open_store(settings, as_app=True)
    (folder := tmp_path / "out").mkdir()
    where = ["--data-dir", str(settings.data_dir), "--out", str(folder)]
    assert main_export(["maps", *where]) == 2
    assert capsys.readouterr().err.startswith("The database file is damaged; restore a backup")
    assert list(folder.iterdir()) == []
