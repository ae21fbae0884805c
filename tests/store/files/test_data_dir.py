"""The data directory: its owner's only, one app at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.errors import DataDirBusyError, DataDirNotWritableError, DataDirUnsafeError
from store.files.data_dir import DataDirLock, prepare
from store.opening import open_store
from store.settings import Settings

ROOT = Path(__file__).parents[3]
HOLD = (
    "import sys, pathlib; from store.files.data_dir import DataDirLock;"
    "lock = DataDirLock(pathlib.Path(sys.argv[1])); sys.stdout.write('held\\n');"
    "sys.stdout.flush(); sys.stdin.read()"
)


def test_prepare__makes_it_for_its_owner_only(tmp_path: Path) -> None:
    prepare(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    prepare(tmp_path / "a" / "b")


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_prepare__refuses_what_others_may_write(tmp_path: Path, mode: int) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(mode)
    with pytest.raises(DataDirUnsafeError, match="chmod 700"):
        prepare(tmp_path / "data")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_prepare__refuses_a_strangers_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    os.chown(tmp_path / "data", 65534, 65534)
    with pytest.raises(DataDirUnsafeError, match="another user"):
        prepare(tmp_path / "data")


@pytest.mark.parametrize("place", ["/proc/lodemap/data", "/dev/null/data", "/dev/null"])
def test_prepare__not_writable(place: str) -> None:
    with pytest.raises(DataDirNotWritableError, match="choose another --data-dir"):
        prepare(Path(place))


def test_second_app__is_refused_and_told_the_pid(tmp_path: Path) -> None:
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert first.stdout is not None
    assert first.stdout.readline() == "held\n"
    with pytest.raises(DataDirBusyError, match=f"pid {first.pid}") as caught:
        DataDirLock(tmp_path)
    assert caught.value.exit_code == 2
    first.kill()
    first.communicate()
    with DataDirLock(tmp_path):
        pass


def test_open_store__one_app_and_any_number_of_workers(tmp_path: Path) -> None:
    settings = Settings.from_env({}, {"data_dir": tmp_path / "data"})
    with open_store(settings, as_app=True) as app:
        with open_store(settings) as worker:
            assert worker.projects.list() == []
        with pytest.raises(DataDirBusyError):
            open_store(settings, as_app=True)
        assert app.projects.list() == []
    open_store(settings, as_app=True).close()
