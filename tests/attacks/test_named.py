"""docs/security.md names a test for each attack, and each is there."""

import ast
import re

import pytest

from tests.source import ROOT

ROWS = re.findall(
    r"^\| (T\d+) \|.*\| ([^|]+) \|$",
    (ROOT / "docs" / "security.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def test_security__every_attack_has_a_row() -> None:
    assert [name for name, _ in ROWS] == [f"T{number}" for number in range(1, 36)]


@pytest.mark.parametrize(("name", "cell"), ROWS, ids=[name for name, _ in ROWS])
def test_security__names_tests_that_are_there(name: str, cell: str) -> None:
    named = re.findall(r"`([^`]+)::(\w+)`", cell)
    assert named, name
    for path, test in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert test in defined, f"{path}::{test}"
