"""A worker that was sent elsewhere than its app makes no database there."""

from pathlib import Path

import pytest

from store.errors import DatabaseNotMadeError
from store.opening import open_for_worker, open_store
from store.settings import Settings
from tests.services import fresh_database


@pytest.mark.parametrize(
    ("database_url", "setting"),
    [(None, "LODEMAP_DATA_DIR"), ("sqlite:///{tmp_path}/other/a.db", "LODEMAP_DATABASE_URL")],
)
def test_worker__makes_no_file_of_sqlite(
    tmp_path: Path, database_url: str | None, setting: str
) -> None:
    given: dict[str, object] = {"data_dir": tmp_path / "data"}
    if database_url is not None:
        given["database_url"] = database_url.format(tmp_path=tmp_path)
    settings = Settings.from_env({}, given)
    with pytest.raises(DatabaseNotMadeError, match=f"{settings.sqlite_path}, .* {setting}"):
        open_for_worker(settings)
    assert list(tmp_path.iterdir()) == []


def test_worker__makes_no_tables_in_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with fresh_database(postgres_url) as url:
        settings = Settings.from_env({}, {"data_dir": tmp_path / "data", "database_url": url})
        for _ in range(2):
            with pytest.raises(DatabaseNotMadeError, match=r"no tables .* LODEMAP_DATABASE_URL"):
                open_for_worker(settings)
        assert not settings.data_dir.exists()
        open_store(settings, as_app=True).close()
        open_for_worker(settings).close()


def test_worker__sees_no_database_in_one_that_the_app_begins_to_make(tmp_path: Path) -> None:
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    settings.data_dir.mkdir()
    assert settings.sqlite_path is not None
    settings.sqlite_path.touch()
    with pytest.raises(DatabaseNotMadeError, match="no tables"):
        open_for_worker(settings)
