"""The store's contract runs on both databases: SQLite and a real PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from store.opening import Store, open_store
from store.settings import Settings
from store.sql.tables import METADATA
from tests.services import fresh_database
from tests.store.scene import Scene, make_scene


@pytest.fixture(scope="session")
def postgres_database(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database."""
    with fresh_database(postgres_url) as url:
        overrides = {"data_dir": tmp_path_factory.mktemp("postgres") / "data"}
        open_store(Settings.from_env({"LODEMAP_DATABASE_URL": url}, overrides)).close()
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of an empty store, once on each database."""
    overrides: dict[str, object] = {"data_dir": tmp_path / "data"}
    if request.param == "sqlite":
        (tmp_path / "data").mkdir(mode=0o700)
        shutil.copy(request.getfixturevalue("migrated"), tmp_path / "data")
        return Settings.from_env({}, overrides)
    url: str = request.getfixturevalue("postgres_database")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {', '.join(METADATA.tables)} CASCADE")
    return Settings.from_env({"LODEMAP_DATABASE_URL": url}, overrides)


@pytest.fixture
def any_store(settings: Settings) -> Iterator[Store]:
    """An empty store, once on each database."""
    with open_store(settings) as opened:
        yield opened


@pytest.fixture
def scene(any_store: Store) -> Scene:
    """A project of 40 samples with the classes cat and dog, once on each database."""
    return make_scene(any_store)
