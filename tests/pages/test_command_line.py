"""How the commands speak: in lines, whatever is in the names they say."""

import tomllib

import pytest

from ml.errors import InvalidInputError
from pages.command_line import answer, complain, show
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


def test_contract__that_commands_know_no_route_names_every_one() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (kept,) = (each for each in contracts["contracts"] if each["name"] == "Commands know no route")
    commands = {f"pages.{path.stem}" for path in (ROOT / "pages").glob("cli_*.py")}
    assert set(kept["source_modules"]) == {"pages.command_line", *commands}
