"""A PostgreSQL with tables in another schema than public, and behind several hosts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from store.backups.backup import back_up
from store.backups.form import BackupError
from store.backups.restoring import restore
from store.errors import SettingsError
from store.opening import open_store
from store.settings import Settings
from tests.services import free_port, fresh_database
from tests.store.scene import make_scene


def settings_of(url: str, folder: Path) -> Settings:
    return Settings.from_env({"LODEMAP_DATABASE_URL": url}, {"data_dir": folder})


@contextmanager
def looking_into(schema: str, url: str) -> Iterator[str]:
    """Yield the URL of a new database whose users look into one schema, which is not there yet."""
    with fresh_database(url) as made:
        with psycopg.connect(made) as connection:
            name = make_url(made).database
            connection.execute(f"ALTER DATABASE {name} SET search_path = {schema}")
        yield made


def make_schema(url: str, schema: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")


def test_restore__of_another_schema_needs_a_user_who_looks_into_it(
    postgres_url: str, tmp_path: Path
) -> None:
    with (
        looking_into("team", postgres_url) as first,
        fresh_database(postgres_url) as plain,
        looking_into("team", postgres_url) as second,
    ):
        with pytest.raises(SettingsError, match="has no schema that the search_path of its user"):
            open_store(settings_of(first, tmp_path / "one"))
        make_schema(first, "team")
        with open_store(settings_of(first, tmp_path / "one")) as store:
            make_scene(store)
        back_up(store.settings, kept := tmp_path / "kept.zip")
        for _ in range(2):  # the second time, too, nothing is there
            with pytest.raises(BackupError, match="tables are in the schema team, into"):
                restore(settings_of(plain, tmp_path / "plain"), kept)
        restore(settings_of(second, tmp_path / "two"), kept)
        with open_store(settings_of(second, tmp_path / "two")) as restored:
            assert len(restored.projects.list()) == 1


def test_open_store__as_a_user_who_may_make_no_table_says_so(
    postgres_url: str, tmp_path: Path
) -> None:
    with fresh_database(postgres_url) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE maker_of_nothing LOGIN")
        closed = url.replace("//lodemap@", "//maker_of_nothing@")
        with pytest.raises(SettingsError, match="may make no tables in its schema public"):
            open_store(settings_of(closed, tmp_path / "data"))
        connection.execute("DROP ROLE maker_of_nothing")


def test_backup__where_the_first_of_two_hosts_is_away(
    postgres_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """pg_dump and pg_restore read the address as the engine does."""

    def behind(url: str) -> str:
        given = make_url(url)
        hosts = f"host=127.0.0.1:{free_port()}&host=127.0.0.1:{given.port}"
        options = "options=-c%20no.such%3Dthing&connect_timeout=1"
        return f"postgresql://lodemap@/{given.database}?{hosts}&{options}"

    with fresh_database(postgres_url) as first, fresh_database(postgres_url) as second:
        source = settings_of(behind(first), tmp_path / "one")
        with open_store(source, as_app=True) as store:
            make_scene(store)
        assert "says connect_timeout and options, which are passed over" in caplog.text
        back_up(source, tmp_path / "kept.zip")
        target = settings_of(behind(second), tmp_path / "two")
        restore(target, tmp_path / "kept.zip")
        with open_store(target) as restored:
            assert len(restored.projects.list()) == 1
