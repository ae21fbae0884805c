"""How a command says where to open what it made."""

import subprocess
import sys
from pathlib import Path

from pages.commands.terminal import as_typed
from pages.commands.whereabouts import ADDRESS_FILE, address_of, how_to_open, note_address
from store.settings import Settings


def test_address__is_that_of_a_process_that_lives_and_holds_no_token(tmp_path: Path) -> None:
    assert address_of(tmp_path) is None
    note_address(tmp_path, "http://127.0.0.1:8050/?token=secret")
    assert address_of(tmp_path) == "http://127.0.0.1:8050/"
    written = tmp_path / ADDRESS_FILE
    assert "secret" not in written.read_text()
    assert written.stat().st_mode & 0o077 == 0
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    written.write_text(f"{ended.pid} http://127.0.0.1:8050/")
    assert address_of(tmp_path) is None
    written.write_text("nothing of ours")
    assert address_of(tmp_path) is None


def test_how_to_open__is_an_address_or_a_command_to_paste(tmp_path: Path) -> None:
    folder = tmp_path / "my data"
    folder.mkdir()
    settings = Settings.from_env({}, {"data_dir": folder})
    said = how_to_open(settings, {"data_dir": str(folder), "database_url": None, "axes": 2}, "p1")
    program = as_typed()
    assert said == f"Open it: {program} --data-dir '{folder}' --open"
    assert how_to_open(settings, {}, "p1") == f"Open it: {program} --open"
    note_address(folder, "http://127.0.0.1:8051/")
    assert how_to_open(settings, {}, "p1") == "Open it: http://127.0.0.1:8051/?project=p1"
