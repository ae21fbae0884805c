"""docs/settings.md names every setting there is, as the code has it."""

import re
from dataclasses import Field, fields
from typing import Any

import pytest

import app
from store.settings import PREFIX, Settings
from tests.source import ROOT

TEXT = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
LINES = re.findall(r"^\| `.*$", TEXT, re.MULTILINE)
ROWS = {
    cells[0].strip("` "): [cell.strip() for cell in cells]
    for cells in (line.strip("|").split("|") for line in LINES)
}


def test_settings__are_all_described_and_no_other() -> None:
    assert set(ROWS) == {field.name for field in fields(Settings)}


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_settings__flag_variable_and_default_are_those_of_the_code(field: Field[Any]) -> None:
    _, flag, variable, default, _ = ROWS[field.name]
    assert f"`{PREFIX}{field.name.upper()}`" in variable
    name = flag.split("`")[1]
    value = {"port": "1", "auth": "token", "device": "cpu"}.get(field.name, "x")
    is_switch = field.name == "insecure_redis"
    flags, _ = app.parse_arguments([name] if is_switch else [name, value])
    assert flags[field.name] in ((value, [value]) if not is_switch else ("yes",))
    if isinstance(field.default, str | int):
        assert default == ("`no`" if is_switch else f"`{field.default}`")
