"""What a checkup finds of folder, database and files; each problem has its remedy."""

import os
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from store.checkup import (
    Finding,
    check_database,
    check_folder,
    check_room_left,
    check_schema,
    check_sqlite,
    check_store,
)
from store.files.local_disk import REMOTE, kind_of
from store.files.owners import claim
from store.opening import Store
from store.settings import Settings
from store.sql.identity import identity_of
from tests.contract.workplace import put_samples
from tests.small_disk import read_only_disk


def levels(findings: list[Finding]) -> dict[str, str]:
    return {finding.name: finding.level for finding in findings}


def test_check_store__of_a_good_one(any_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 51, 3))
    found = list(check_store(any_store.settings))
    assert set(levels(found).values()) == {"ok"}, found
    names = ["data folder", "disk", "SQLite", "database", "schema", "clock", "artifacts"]
    assert [f.name for f in found] == [
        n for n in names if n != "SQLite" or any_store.database.is_sqlite
    ]
    assert not any(any_store.settings.data_dir.rglob("doctor*"))


def test_check_store__before_the_first_start_makes_nothing(tmp_path: Path) -> None:
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    (found,) = check_store(settings)
    assert (found.level, found.remedy) == ("warn", "The first start makes it.")
    assert list(tmp_path.iterdir()) == []
    settings.data_dir.mkdir(mode=0o700)
    found_levels = levels(list(check_store(settings)))
    assert (found_levels["database"], found_levels["artifacts"]) == ("warn", "ok")
    assert list(settings.data_dir.iterdir()) == [], "a restore wants an empty folder"
    elsewhere = replace(settings, artifacts_url=str(tmp_path / "srv" / "artifacts"))
    assert levels(list(check_store(elsewhere)))["artifacts"] == "ok"
    assert list(tmp_path.iterdir()) == [settings.data_dir]


def test_check_store__never_migrates(store: Store) -> None:
    with store.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    (schema,) = [f for f in check_store(store.settings) if f.name == "schema"]
    assert schema.level == "warn"
    assert "app.py backup" in schema.remedy
    with store.database.read() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0001"


@pytest.mark.parametrize(
    ("schema", "level", "words"),
    [(None, "warn", "none yet"), ("0001", "warn", "newest is 0002"), ("0002", "ok", "0002"),
     ("0009", "fail", "0009.*up to 0002")],
)  # fmt: skip
def test_check_schema__says_both(schema: str | None, level: str, words: str) -> None:
    found = check_schema(schema, ["0001", "0002"])
    assert found.level == level
    assert words.split(".*")[0] in found.words


@pytest.mark.parametrize(("mode", "level"), [(0o700, "ok"), (0o755, "warn"), (0o770, "fail")])
def test_check_folder__by_mode(tmp_path: Path, mode: int, level: str) -> None:
    tmp_path.chmod(mode)
    found = check_folder(tmp_path)
    assert found.level == level
    assert ("chmod 700" in found.remedy) == (level != "ok")


def test_check_store__of_a_file_looks_no_further(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    (found,) = check_store(Settings.from_env({}, {"data_dir": tmp_path / "data"}))
    assert (found.level, found.words) == ("fail", f"{tmp_path / 'data'} is no folder")


def test_check_store__of_a_disk_that_is_read_only_says_so_and_looks_no_further(
    tmp_path: Path,
) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    with read_only_disk(tmp_path / "data"):
        (found,) = check_store(Settings.from_env({}, {"data_dir": tmp_path / "data"}))
    assert found.level == "fail"
    assert found.words.endswith("cannot be written: its disk is mounted to be read only")
    assert found.remedy.startswith("Mount that disk to be written")


def test_check_database__says_why_postgresql_lets_nobody_in(
    tmp_path: Path, postgres_url: str
) -> None:
    url = postgres_url.rpartition("/")[0] + "/nosuch"
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data", "database_url": url})
    (found,) = check_database(settings)
    assert found.words.endswith('/nosuch: it cannot be used (database "nosuch" does not exist)')
    assert found.remedy == "Start it, or correct LODEMAP_DATABASE_URL."


def test_check_store__of_somebody_else_looks_no_further(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    (found,) = check_store(store.settings)
    assert (found.level, found.remedy) == ("fail", f"Run Lodemap as user {owner}.")


@pytest.mark.parametrize(("free", "level"), [(10**7, "fail"), (10**9, "warn"), (10**11, "ok")])
def test_check_room_left__by_what_is_free(
    tmp_path: Path, free: int, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert check_room_left(tmp_path).level == level


def test_check_key__readable_by_others(store: Store) -> None:
    key = store.settings.data_dir / "secret_key"
    key.write_bytes(b"k" * 32)
    key.chmod(0o644)
    assert levels(list(check_store(store.settings)))["secret key"] == "fail"
    key.chmod(0o600)
    assert "secret key" not in levels(list(check_store(store.settings)))


@pytest.mark.parametrize("kind", sorted(REMOTE))
def test_check_sqlite__on_each_disk_that_a_start_refuses(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 0:40 / / rw - {kind} server:/ rw\n")
    monkeypatch.setattr(kind_of, "__defaults__", (mounts,))
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    levels_found = [f.level for f in check_sqlite(settings) if kind in f.words]
    assert levels_found == ["fail"]


def test_check_artifacts__that_cannot_be_written(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = replace(store.settings, artifacts_url=str(tmp_path / "file" / "artifacts"))
    (found,) = [f for f in check_store(settings) if f.name == "artifacts"]
    assert found.level == "fail"
    unknown = replace(store.settings, artifacts_url="nonsense://user:hunter2@host")
    (found,) = [f for f in check_store(unknown) if f.name == "artifacts"]
    assert found.level == "fail"
    assert "hunter2" not in found.words


def owners_of(settings: Settings) -> list[str]:
    found = [f for f in check_store(settings) if f.name == "artifacts"]
    words = f"the folder {settings.artifacts_url}, written and read"
    assert (found[0].level, found[0].words) == ("ok", words)
    return [f"{f.level}: {f.words}" for f in found[1:]]


def test_check_artifacts__names_the_other_databases_alone(any_store: Store) -> None:
    settings, artifacts = any_store.settings, any_store.artifacts
    claim(artifacts, identity_of(any_store.database, settings.data_dir), "this one")
    assert owners_of(settings) == []
    claim(artifacts, "b" * 32, "sqlite:////srv/two/lodemap.db")
    words = f"owners/{'b' * 32}: sqlite:////srv/two/lodemap.db"
    assert owners_of(settings) == [f"warn: another database keeps its files there: {words}"]
    claim(artifacts, "c" * 32, "sqlite:////srv/three/lodemap.db")
    (both,) = owners_of(settings)
    assert both.startswith(f"warn: other databases keep their files there: {words}; owners/c")


def test_check_artifacts__of_another_database_before_the_first_start(
    store: Store, tmp_path: Path
) -> None:
    claim(store.artifacts, identity_of(store.database, store.settings.data_dir), "the first one")
    data_dir = tmp_path / "second"
    data_dir.mkdir(mode=0o700)
    settings = Settings.from_env({}, {"data_dir": data_dir})
    (found,) = owners_of(replace(settings, artifacts_url=store.settings.artifacts_url))
    assert found.endswith(": the first one")
    assert list(data_dir.iterdir()) == []


def test_check_artifacts__in_a_folder_without_any_data_set_of_the_database(
    any_store: Store, tmp_path: Path
) -> None:
    dataset_id = put_samples(any_store).dataset_id
    settings = any_store.settings
    assert owners_of(settings) == []
    unmounted = replace(settings, artifacts_url=str(tmp_path / "mnt" / "artifacts"))
    shown = any_store.database.shown_url
    words = f"No data set of {shown}, which has 1, is at {unmounted.artifacts_url}: that is not"
    (found,) = owners_of(unmounted)
    assert found.startswith(f"fail: {words} mounted here")
    any_store.datasets.drop_unused(dataset_id)
    assert owners_of(unmounted) == []


def test_check_database__that_does_not_answer_tells_no_password(tmp_path: Path) -> None:
    url = "postgresql://ana:hunter2@127.0.0.1:9/none"
    tmp_path.chmod(0o700)
    settings = Settings.from_env({"LODEMAP_DATABASE_URL": url}, {"data_dir": tmp_path})
    found = list(check_store(settings))
    assert levels(found)["database"] == "fail"
    assert "hunter2" not in repr(found)
    assert "database_url" not in levels(found)
    with_options = replace(settings, database_url=settings.database_url + "?options=-c%20x%3Dy")
    (warned,) = [f for f in check_store(with_options) if f.name == "database_url"]
    assert (warned.level, warned.words) == (
        "warn",
        "database_url says options, which is passed over",
    )
