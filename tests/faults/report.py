"""Runs the tests that docs/reliability.md names for faults, and writes what came of it.

    python -m tests.faults.report [short]

`short` runs those of `SHORT` without what is slow. What the harness proves of itself is run beside
either. The report is `bench-out/faults.md`: each fault with its tests, their outcome and their
figures. A fault of which no test passed, as where all are skipped, is a failure.
"""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.source import ROOT

DOCUMENT = ROOT / "docs" / "reliability.md"
OUT = ROOT / "bench-out"
SHORT: Final = (1, 2, 4, 5, 9, 12, 13, 16, 20, 24, 27)
"""The faults that a change most easily breaks again."""
OF_ITSELF: Final = (
    "faults/test_document.py", "faults/test_invariants.py", "faults/test_every_write.py",
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """A line of the document."""

    number: int
    happens: str
    tests: tuple[str, ...]
    """Node ids below `tests/`."""


def read_faults(text: str) -> list[Fault]:
    """Return the faults of the document's table, in its order."""
    rows = re.findall(r"^\| F(\d+) \| (.*?) \|.*\| (.*?) \|$", text, re.MULTILINE)
    return [
        Fault(int(number), happens, tuple(re.findall(r"`([\w/.]+::\w+)`", tests)))
        for number, happens, tests in rows
    ]


def run(tests: Sequence[str], junit: Path, *more: str) -> int:
    """Run tests by node id; return the exit status."""
    command = [
        sys.executable, "-m", "pytest", "-q", "-o", "junit_family=xunit1", f"--junitxml={junit}",
        *more, *(f"tests/{test}" for test in tests),
    ]  # fmt: skip
    return subprocess.run(command, cwd=ROOT).returncode


def read_outcomes(junit: Path) -> dict[str, list[str]]:
    """Return what came of each test, by its node id below `tests/` without parameters."""
    outcomes: dict[str, list[str]] = {}
    for case in ElementTree.parse(junit).iter("testcase"):
        file = case.get("file", "").removeprefix("tests/")
        name = f"{file}::{case.get('name', '').split('[')[0]}"
        bad = next((child.tag for child in case if child.tag in ("failure", "error")), None)
        skipped = "skipped" if case.find("skipped") is not None else "passed"
        values = [f"{each.get('name')} {each.get('value')}" for each in case.iter("property")]
        words = ", ".join([bad or skipped, f"{float(case.get('time', 0)):.1f} s", *values])
        outcomes.setdefault(name, []).append(words)
    return outcomes


def write_report(faults: list[Fault], outcomes: dict[str, list[str]], path: Path) -> None:
    """Write one line a test."""
    lines = ["| # | Fault | Test | Outcome, time, measured |", "|---|---|---|---|"]
    for fault in faults:
        for test in fault.tests:
            said = "; ".join(outcomes.get(test, ["not run"]))
            name = test.partition("::")[2]
            lines.append(f"| F{fault.number} | {fault.happens} | `{name}` | {said} |")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def unproved(faults: list[Fault], outcomes: dict[str, list[str]]) -> list[int]:
    """Return the faults of which no test passed."""
    return [
        fault.number
        for fault in faults
        if not any(
            words.startswith("passed") for test in fault.tests for words in outcomes.get(test, [])
        )
    ]


def main(arguments: Sequence[str]) -> int:
    """Run, report, and return pytest's exit status, or 1 where a fault is not proved."""
    is_short = list(arguments) == ["short"]
    faults = [
        fault
        for fault in read_faults(DOCUMENT.read_text(encoding="utf-8"))
        if not is_short or fault.number in SHORT
    ]
    tests = sorted({test for fault in faults for test in fault.tests})
    OUT.mkdir(exist_ok=True)
    more = ("-m", "not slow") if is_short else ()
    status = run([*OF_ITSELF, *tests], OUT / "faults.xml", *more)
    outcomes = read_outcomes(OUT / "faults.xml")
    write_report(faults, outcomes, OUT / "faults.md")
    sys.stdout.write(f"{OUT / 'faults.md'}\n")
    missing = unproved(faults, outcomes)
    if missing:
        sys.stdout.write(f"No test passed of {', '.join(f'F{number}' for number in missing)}.\n")
    return status or int(bool(missing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
