"""docs/reliability.md has a line for each fault, and the tests it names are there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import report
from tests.faults.report import (
    DOCUMENT,
    OF_ITSELF,
    SHORT,
    Fault,
    named,
    read_faults,
    read_outcomes,
    unproved,
)
from tests.source import ROOT


def faults() -> list[Fault]:
    return read_faults(DOCUMENT.read_text(encoding="utf-8"))


def test_document__has_a_line_for_each_fault() -> None:
    assert [fault.number for fault in faults()] == list(range(1, 47))


def test_document__names_tests_that_exist() -> None:
    absent = []
    for fault in faults():
        assert fault.tests, f"F{fault.number} names no test"
        for test in fault.tests:
            name, _, function = test.partition("::")
            path = ROOT / "tests" / name
            is_there = path.exists() and re.search(rf"^def {function}\(", path.read_text(), re.M)
            absent += [] if is_there else [f"F{fault.number}: {test}"]
    assert absent == []


def marked() -> Iterator[str]:
    """Yield the tests that are `faults`: their file or they say so, or something they name."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        parts = {
            part.name if isinstance(part, ast.FunctionDef) else ast.unparse(part.targets[0]): part
            for part in (ast.parse(text).body if "mark.faults" in text else ())
            if isinstance(part, ast.FunctionDef | ast.Assign)
        }
        said = {name for name, part in parts.items() if "mark.faults" in ast.unparse(part)}
        for name in parts:
            words = set(re.findall(r"\w+", ast.unparse(parts[name])))
            if name.startswith("test_") and said & (words | {"pytestmark"}):
                yield f"{path.relative_to(ROOT / 'tests')}::{name}"


def test_document__names_each_test_that_only_faults_all_runs() -> None:
    named = {test for fault in faults() for test in fault.tests}
    found = {test for test in marked() if test.partition("::")[0] not in OF_ITSELF}
    assert len(found) > 30
    assert found - named == set()


JUNIT = """<testsuites><testsuite>
<testcase file="tests/faults/a.py" name="test_x[embedded]" time="1"><skipped/></testcase>
<testcase file="tests/faults/a.py" name="test_x[team]" time="1"/>
<testcase file="tests/faults/a.py" name="test_y" time="1"><skipped/></testcase>
<testcase file="tests/faults/b.py" name="test_y" time="1"/>
<testcase file="tests/faults/a.py" name="test_z" time="1"><failure/></testcase>
</testsuite></testsuites>"""


def test_report__a_fault_whose_tests_were_skipped_is_not_proved(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text(JUNIT)
    outcomes = read_outcomes(tmp_path / "junit.xml")
    of = [("x",), ("y",), ("z",), ("y", "x"), ("absent",)]
    five = [
        Fault(number, "", tuple(f"faults/a.py::test_{name}" for name in names))
        for number, names in enumerate(of, 1)
    ]
    assert unproved(five, outcomes, must_run_all=False) == [2, 3, 5]
    assert unproved(five, outcomes, must_run_all=True) == [1, 2, 3, 4, 5]


def test_report__its_short_part_is_of_faults_there_are() -> None:
    assert set(SHORT) <= {fault.number for fault in faults()}


def test_ci__runs_the_short_part_by_its_report_and_nowhere_else() -> None:
    """pytest leaves out every test that begins as it was told: none but those must."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "    .venv/bin/python -m tests.faults.report short again || status=1\n" in script
    assert len(re.findall(r"^beside (?:processes|rest) .* \$APART$", script, re.M)) == 2
    for test in named([fault for fault in faults() if fault.number in SHORT]):
        name, _, function = test.partition("::")
        found = re.findall(rf"^def ({function}\w*)\(", (ROOT / "tests" / name).read_text(), re.M)
        assert not function or found == [function], test


LUCK = """from pathlib import Path

def test_good():
    assert True

def test_second():
    before = Path(__file__).with_name("before")
    is_first = not before.exists()
    before.touch()
    assert not is_first
"""


def test_report__tries_again_what_failed_and_says_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test that fails the first time, beside one that passes: the second run has it alone."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_luck.py").write_text(LUCK)
    monkeypatch.setattr(report, "ROOT", tmp_path)
    monkeypatch.setattr(report, "OUT", tmp_path)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    status, outcomes = report.try_all(["test_luck.py"], (), again=True)
    said = {name: [words.split(",")[0] for words in of] for name, of in outcomes.items()}
    assert status == 0
    assert said == {
        "test_luck.py::test_good": ["passed"], "test_luck.py::test_second": ["failure", "passed"],
    }  # fmt: skip
