"""Runs every test that docs/reliability.md names for a fault, and writes what came of it.

    python -m tests.faults.report

The report is `bench-out/faults.md`: each fault with its tests, their outcome and their figures.
"""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from tests.source import ROOT

DOCUMENT = ROOT / "docs" / "reliability.md"
OUT = ROOT / "bench-out"


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


def run(tests: list[str], junit: Path) -> int:
    """Run tests by node id; return the exit status."""
    command = [
        sys.executable, "-m", "pytest", "-q", "-o", "junit_family=xunit1", f"--junitxml={junit}",
        *(f"tests/{test}" for test in tests),
    ]  # fmt: skip
    return subprocess.run(command, cwd=ROOT).returncode


def read_outcomes(junit: Path) -> dict[str, list[str]]:
    """Return what came of each test, by its name without parameters."""
    outcomes: dict[str, list[str]] = {}
    for case in ElementTree.parse(junit).iter("testcase"):
        name = case.get("name", "").split("[")[0]
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
            name = test.partition("::")[2]
            said = "; ".join(outcomes.get(name, ["not run"]))
            lines.append(f"| F{fault.number} | {fault.happens} | `{name}` | {said} |")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> int:
    """Run, report, and return pytest's exit status."""
    faults = read_faults(DOCUMENT.read_text(encoding="utf-8"))
    tests = sorted({test for fault in faults for test in fault.tests})
    OUT.mkdir(exist_ok=True)
    status = run(tests, OUT / "faults.xml")
    write_report(faults, read_outcomes(OUT / "faults.xml"), OUT / "faults.md")
    sys.stdout.write(f"{OUT / 'faults.md'}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
