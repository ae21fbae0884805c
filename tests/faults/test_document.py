"""docs/reliability.md has a line for each fault, and the tests it names are there."""

import re

from tests.faults.report import DOCUMENT, Fault, read_faults
from tests.source import ROOT


def faults() -> list[Fault]:
    return read_faults(DOCUMENT.read_text(encoding="utf-8"))


def test_document__has_a_line_for_each_fault() -> None:
    assert [fault.number for fault in faults()] == list(range(1, 44))


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
