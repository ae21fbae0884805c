"""What a killed backup leaves beside its file goes with the next; one that lives keeps its own."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.backups import backup
from store.backups.backup import back_up
from store.opening import Store
from tests.source import ROOT

HOLD = """
import sys
from pathlib import Path
from store.settings import Settings
from store.backups import backup

def wait(*_):
    print("copied", flush=True)
    sys.stdin.read()

backup._add_files = wait
backup.back_up(Settings.from_env({}, {"data_dir": sys.argv[1]}), Path(sys.argv[2]))
"""


def left_beside(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if each.name != "data")


def test_backup__broken_off_while_it_tidies_is_tidied_by_the_next(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    def torn(_path: Path) -> Iterator[bytes]:
        yield b"half"
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(backup, "blocks", torn)
        patch.setattr(shutil, "rmtree", break_off)
        with pytest.raises(KeyboardInterrupt):
            back_up(store.settings, tmp_path / "kept.zip")
    assert len(left_beside(tmp_path)) == 1
    back_up(store.settings, tmp_path / "kept.zip")
    assert left_beside(tmp_path) == ["kept.zip"]


def test_backup__that_is_killed_is_tidied_by_the_next_and_not_before(
    store: Store, tmp_path: Path
) -> None:
    data, path = str(store.settings.data_dir), str(tmp_path / "first.zip")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, data, path], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as first:  # fmt: skip
        assert first.stdout is not None
        assert first.stdout.readline() == "copied\n"
        back_up(store.settings, tmp_path / "second.zip")
        (folder,) = tmp_path.glob(".lodemap-backup-*")
        first.send_signal(signal.SIGKILL)
    assert folder.exists()
    back_up(store.settings, tmp_path / "third.zip")
    assert left_beside(tmp_path) == ["second.zip", "third.zip"]
