"""What is no backup, or no longer the one that was written, changes nothing."""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ml.errors import LodemapError
from store.backups.backup import back_up
from store.backups.form import BackupError
from store.backups.restoring import restore
from store.errors import DataDirNotEmptyError, SchemaNewerError
from store.opening import open_store
from store.settings import Settings
from tests.services import fresh_database
from tests.store.archives.story import learn, tell
from tests.store.invariants import check
from tests.store.scene import make_scene

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The members of a backup."""
    folder = tmp_path_factory.mktemp("whole")
    settings = Settings.from_env({}, {"data_dir": folder / "data"})
    with open_store(settings) as store:
        scene = make_scene(store)
        learn(scene, scene.submit("pretrain"))
        store.intakes.create("x.zip", 10, "Ana", "ana")
        store.workers.beat("local-1", "ready", "cpu", "embedded")
        back_up(settings, folder / "kept.zip", with_secrets=True)
    with zipfile.ZipFile(folder / "kept.zip") as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Of a place that must be as empty afterwards."""
    yield Settings.from_env({}, {"data_dir": tmp_path / "place" / "data"})
    place = tmp_path / "place"
    assert not place.exists() or list(place.rglob("*")) == []


def zipped(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return path


def signed(files: Files, **said: Any) -> Files:
    """Let the manifest say the truth about changed members."""
    manifest = json.loads(files["manifest.json"]) | said
    manifest["members"] = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
        if name != "manifest.json"
    }
    return {**files, "manifest.json": json.dumps(manifest).encode()}


def changed(files: Files) -> Files:
    name = next(name for name in files if name.endswith(".frame"))
    return {**files, name: files[name][:-1] + bytes([files[name][-1] ^ 1])}


def without(files: Files, end: str) -> Files:
    return {name: data for name, data in files.items() if not name.endswith(end)}


REFUSED: dict[str, tuple[Callable[[Files], Files], type[LodemapError], str]] = {
    "a broken hash": (changed, BackupError, "is not what was written"),
    "a member less": (lambda f: without(f, ".frame"), BackupError, "only in one of its lists"),
    "a file less": (lambda f: signed(without(f, ".frame")), BackupError, "which its database"),
    "no labels": (lambda f: signed(without(f, "label.npy")), BackupError, "lacks datasets/.*which"),
    "no database": (lambda f: signed(without(f, ".sqlite")), BackupError, "holds no database"),
    "a torn database": (
        lambda f: signed({**f, "database.sqlite": f["database.sqlite"][:9000]}),
        BackupError, "damaged",
    ),
    "a newer schema": (lambda f: signed(f, schema="9999"), SchemaNewerError, "schema 9999.*up to"),
    "a newer form": (lambda f: signed(f, format_version=9), BackupError, "form 9.*up to 1"),
    "another archive": (lambda f: signed(f, format="lodemap-project"), BackupError, "no backup"),
    "the other database": (
        lambda f: signed({**f, "database.pgdump": b"PGDMP"}, kind="postgresql"),
        BackupError, "database.sqlite.*which no backup has",
    ),
    "no manifest": (lambda f: without(f, "manifest.json"), BackupError, "no backup"),
    "a manifest of nothing": (lambda f: {**f, "manifest.json": b"[]"}, BackupError, "JSON object"),
}  # fmt: skip
UNSAFE = [
    "../evil", "artifacts/../../evil", "/etc/passwd", "artifacts//etc/passwd", "C:\\windows\\x",
    "artifacts/..", "artifacts/a/../../b", "artifacts/.hidden", "artifacts/A.frame",
    "artifacts/a\\..\\b", "artifacts/" + "a/" * 9 + "b", "secrets/../x", "lodemap.db", "app.lock",
    "artifacts/%2e%2e/x", "artifacts/nul\u0000x", "artifacts/\u202ex",
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_restore__refuses(case: str, whole: Files, settings: Settings, tmp_path: Path) -> None:
    spoil, kind, sentence = REFUSED[case]
    with pytest.raises(kind, match=sentence):
        restore(settings, zipped(tmp_path / "kept.zip", spoil(whole)))


@pytest.mark.parametrize("name", UNSAFE)
def test_restore__refuses_a_name_no_backup_has(
    name: str, whole: Files, settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(BackupError, match=r"which no backup has|only in one of its lists"):
        restore(settings, zipped(tmp_path / "kept.zip", signed({**whole, name: b"evil"})))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"x" * 5000], ids=["empty", "cut", "other"])
def test_restore__refuses_what_is_no_zip(data: bytes, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "kept.zip").write_bytes(data)
    with pytest.raises(BackupError, match="cut off on its way"):
        restore(settings, tmp_path / "kept.zip")


def encrypted(path: Path, files: Files) -> bytes:
    """The manifest stands last in the directory, with its flags in the ninth byte."""
    data = bytearray(zipped(path, files).read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def by_lzma(path: Path, files: Files) -> bytes:
    """Torn, too, which Python tells by an error of its own."""
    zipped(path, without(files, "manifest.json"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as packed:
        packed.writestr("manifest.json", files["manifest.json"])
        start = packed.getinfo("manifest.json").header_offset + 30 + len("manifest.json")
    data = bytearray(path.read_bytes())
    data[start + 4 : start + 9] = b"\xff" * 5
    return bytes(data)


@pytest.mark.parametrize("pack", [encrypted, by_lzma])
def test_restore__refuses_a_manifest_packed_otherwise(
    pack: Callable[[Path, Files], bytes], whole: Files, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "kept.zip"
    path.write_bytes(pack(path, whole))
    with pytest.raises(BackupError, match=r"'manifest\.json' is not what was written"):
        restore(settings, path)


def test_restore__refuses_a_file_cut_anywhere(
    whole: Files, settings: Settings, tmp_path: Path
) -> None:
    path = zipped(tmp_path / "kept.zip", whole)
    data = path.read_bytes()
    for part in range(1, 12):
        path.write_bytes(data[: len(data) * part // 12])
        with pytest.raises(BackupError):
            restore(settings, path)


def test_restore__says_which_file_is_not_there(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"There is no file .*kept\.zip"):
        restore(settings, tmp_path / "kept.zip")


def test_restore__replaces_nothing(whole: Files, tmp_path: Path) -> None:
    path = zipped(tmp_path / "kept.zip", whole)
    folder = tmp_path / "data"
    settings = Settings.from_env({}, {"data_dir": folder})
    restore(settings, path)
    before = {each: each.stat().st_mtime_ns for each in folder.rglob("*")}
    with pytest.raises(DataDirNotEmptyError, match="is not empty; restore into another"):
        restore(settings, path)
    taken = {"data_dir": tmp_path / "other", "artifacts_url": str(folder / "artifacts")}
    with pytest.raises(DataDirNotEmptyError, match="place of the artifacts"):
        restore(Settings.from_env({}, taken), path)
    taken = {"data_dir": tmp_path / "other", "database_url": settings.database_url}
    with pytest.raises(DataDirNotEmptyError, match=r"database .* is not empty"):
        restore(Settings.from_env({}, taken), path)
    assert {each: each.stat().st_mtime_ns for each in folder.rglob("*")} == before


def test_restore__into_an_empty_folder_that_is_there(whole: Files, tmp_path: Path) -> None:
    """A disk mounted for it cannot be replaced by a rename."""
    folder = tmp_path / "data"
    (folder / "lost+found").mkdir(mode=0o700, parents=True)
    folder.chmod(0o700)
    inode = folder.stat().st_ino
    settings = Settings.from_env({}, {"data_dir": folder})
    restore(settings, zipped(tmp_path / "kept.zip", whole))
    assert folder.stat().st_ino == inode
    with open_store(settings) as store:
        check(store)


def test_restore__lets_go_of_what_lived_elsewhere(whole: Files, tmp_path: Path) -> None:
    """Workers and half-sent imports of the old place are not in the new one."""
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    restore(settings, zipped(tmp_path / "kept.zip", whole))
    with open_store(settings) as store:
        assert store.workers.list() == []
        assert store.intakes.of_author("ana") == []


def test_restore__a_link_in_the_zip_is_only_bytes(whole: Files, tmp_path: Path) -> None:
    """Members are read, never unpacked: what a zip says of a file's kind is not heard."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, data in whole.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o120777 << 16
            packed.writestr(info, data)
    (tmp_path / "kept.zip").write_bytes(buffer.getvalue())
    restore(Settings.from_env({}, {"data_dir": tmp_path / "data"}), tmp_path / "kept.zip")
    assert not any(os.path.islink(each) for each in (tmp_path / "data").rglob("*"))


def test_restore__into_postgresql_that_fails_its_last_check_leaves_it_empty(
    postgres_url: str, tmp_path: Path
) -> None:
    """The database names a file that the backup lacks; another backup may follow."""
    with fresh_database(postgres_url) as first, fresh_database(postgres_url) as second:
        environ = {"LODEMAP_DATABASE_URL": first}
        source = Settings.from_env(environ, {"data_dir": tmp_path / "source"})
        with open_store(source) as store:
            tell(make_scene(store))
        back_up(source, tmp_path / "whole.zip")
        with zipfile.ZipFile(tmp_path / "whole.zip") as packed:
            files = {name: packed.read(name) for name in packed.namelist()}
        lacking = zipped(tmp_path / "lacking.zip", signed(without(files, ".frame")))
        target = Settings.from_env(
            {"LODEMAP_DATABASE_URL": second}, {"data_dir": tmp_path / "target"}
        )
        with pytest.raises(BackupError, match="which its database"):
            restore(target, lacking)
        assert not (tmp_path / "target").exists()
        restore(target, tmp_path / "whole.zip")
        with open_store(target) as store:
            assert len(store.projects.list()) == 1
