"""`backup` and `restore` on the command line: one sentence and an exit status."""

import errno
import io
import os
import zipfile
from pathlib import Path

import pytest

import app
from pages.commands.backup import Progress, main_backup, main_restore
from store.opening import Store, open_store
from store.settings import Settings
from tests.store.archives.story import learn
from tests.store.invariants import check
from tests.store.scene import make_scene


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("LODEMAP_")]:
        monkeypatch.delenv(name)


def test_commands__are_on_the_command_line() -> None:
    assert app.COMMANDS["backup"][0] is main_backup
    assert app.COMMANDS["restore"][0] is main_restore


def test_backup_and_restore__say_what_they_did(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = make_scene(store)
    learn(scene, scene.submit("pretrain"))
    path, again = str(tmp_path / "kept.zip"), str(tmp_path / "again")
    assert main_backup([path, "--data-dir", str(store.settings.data_dir)]) == 0
    assert capsys.readouterr().out.startswith("Saved 0.")
    assert main_restore([path, "--data-dir", again]) == 0
    said = capsys.readouterr()
    assert "sqlite with schema" in said.out
    assert said.err == ""
    with open_store(Settings.from_env({}, {"data_dir": again})) as restored:
        check(restored)


def test_backup__without_what_rows_name_is_kept_and_is_no_success(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As where the folder of artifacts is not mounted."""
    scene = make_scene(store)
    run = learn(scene, scene.submit("pretrain"))
    lost = store.runs.snapshot(run.run_id, 1).checkpoint
    store.artifacts.remove(lost)
    path = tmp_path / "kept.zip"
    assert main_backup([str(path), "--data-dir", str(store.settings.data_dir)]) == 1
    assert path.exists()
    assert f"{lost} is missing" in capsys.readouterr().err


def test_backup__replaces_a_file_only_when_asked(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "kept.zip"
    path.write_bytes(b"yesterday")
    flags = [str(path), "--data-dir", str(store.settings.data_dir)]
    assert main_backup(flags) == 2
    assert "is there already" in capsys.readouterr().err
    assert path.read_bytes() == b"yesterday"
    assert main_backup([*flags, "--replace"]) == 0
    assert path.read_bytes().startswith(b"PK")


@pytest.mark.parametrize("name", ["absent.zip", "folder", "no/such/folder.zip"])
def test_restore__of_what_is_no_file_is_one_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder").mkdir()
    flags = [str(tmp_path / name), "--data-dir", str(tmp_path / "again")]
    assert main_restore(flags) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "again").exists()


def test_restore__of_a_pipe_does_not_wait_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    assert main_restore([str(pipe), "--data-dir", str(tmp_path / "data")]) == 2
    assert capsys.readouterr().err == f"{pipe} is a folder, a pipe or a device; name a file.\n"


def test_restore__of_a_file_that_may_not_be_read_names_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def closed(_path: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(zipfile, "ZipFile", closed)
    path = tmp_path / "kept.zip"
    assert main_restore([str(path), "--data-dir", str(tmp_path / "again")]) == 2
    assert capsys.readouterr().err == f"{path} cannot be used (Permission denied).\n"


def test_backup__into_a_folder_that_is_not_there(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = [str(tmp_path / "no" / "kept.zip"), "--data-dir", str(store.settings.data_dir)]
    assert main_backup(flags) == 2
    assert "No such file" in capsys.readouterr().err


def test_progress__is_one_line_on_a_terminal_and_nothing_in_a_pipe() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for out, expected in ((Terminal(), "\r\x1b[K  25%  1.0 MB of 4.0 MB"), (io.StringIO(), "")):
        tell = Progress(out)
        tell(10**6, 4 * 10**6)
        tell(2 * 10**6, 4 * 10**6)  # too soon to be read
        assert out.getvalue() == expected
