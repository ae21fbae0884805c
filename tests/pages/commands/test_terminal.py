"""How the commands speak: in lines, whatever is in the names they say."""

import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest

import app
from ml.errors import InvalidInputError
from pages.commands.terminal import answer, as_typed, complain, show
from tests.source import ROOT

WILD = "\x1b[2Jcat\r\x9b1mdog\n\ud800\u202e猫"
TAMED = "�[2Jcat��1mdog���猫"


def test_lines__hold_nothing_that_steers_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    show([WILD, "one  "])
    answer([WILD])
    assert capsys.readouterr() == (f"{TAMED}\n", f"{TAMED}\none\n")


def test_a_complaint__may_have_several_lines_and_joined_letters(
    capsys: pytest.CaptureFixture[str],
) -> None:
    complain(InvalidInputError("\x1b[1mone\nمی\u200cخواهم"))
    assert capsys.readouterr().err == "�[1mone\nمی\u200cخواهم\n"


def test_a_command__can_be_typed_where_it_was_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for here in (ROOT, tmp_path):
        monkeypatch.chdir(here)
        told = shlex.split(as_typed("doctor", "--help"))
        assert told[1:] == ["app.py" if here == ROOT else str(ROOT / "app.py"), "doctor", "--help"]
        said = subprocess.run(told, capture_output=True, text=True, check=True, timeout=120).stdout
        assert "app.py doctor" in said


def test_commands__are_all_in_the_room_that_knows_no_route() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (kept,) = (each for each in contracts["contracts"] if each["name"] == "Commands know no route")
    assert kept["source_modules"] == ["pages.commands"]
    homes = {command.__module__.rpartition(".")[0] for command, _ in app.COMMANDS.values()}
    assert homes == {"pages.commands"}
