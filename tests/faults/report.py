"""Runs the tests that docs/reliability.md names for faults, and writes what came of it.

    python -m tests.faults.report [short] [again]
    python -m tests.faults.report names

`short` runs those of `SHORT` without what is slow; `names` writes what that runs, a line each. What
the harness proves of itself is run beside either. `again` gives what failed one more try, alone.
The report is `bench-out/faults.md`, and is printed: each fault with its tests, their outcomes and
their figures. A fault of which no test passed is a failure, as where all are skipped; where every
part must be present, one of which any test was skipped is, too.
"""

import os
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
MUST_RUN_ALL = os.environ.get("LODEMAP_REQUIRE_ALL") == "1"
CACHE = ".pytest_cache/faults"
NONE_THERE: Final = 5
"""As pytest ends that found no test to run."""
SHORT: Final = (1, 2, 4, 5, 9, 12, 13, 16, 20, 24, 27)
"""The faults that a change most easily breaks again."""
Outcomes = dict[str, list[str]]
"""By node id below `tests/`, what came of each time it was run: the outcome first."""
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
        "-o", f"cache_dir={CACHE}", "--timeout=400", *more, *(f"tests/{test}" for test in tests),
    ]  # fmt: skip
    return subprocess.run(command, cwd=ROOT).returncode


def read_outcomes(junit: Path) -> Outcomes:
    """Return what came of each test, by its node id below `tests/` without parameters."""
    outcomes: Outcomes = {}
    for case in ElementTree.parse(junit).iter("testcase"):
        file = case.get("file", "").removeprefix("tests/")
        name = f"{file}::{case.get('name', '').split('[')[0]}"
        bad = next((child.tag for child in case if child.tag in ("failure", "error")), None)
        skipped = "skipped" if case.find("skipped") is not None else "passed"
        values = [f"{each.get('name')} {each.get('value')}" for each in case.iter("property")]
        words = ", ".join([bad or skipped, f"{float(case.get('time', 0)):.1f} s", *values])
        outcomes.setdefault(name, []).append(words)
    return outcomes


def write_report(faults: list[Fault], outcomes: Outcomes, path: Path) -> None:
    """Write one line a test."""
    lines = ["| # | Fault | Test | Outcome, time, measured |", "|---|---|---|---|"]
    for fault in faults:
        for test in fault.tests:
            said = "; ".join(outcomes.get(test, ["not run"]))
            name = test.partition("::")[2]
            lines.append(f"| F{fault.number} | {fault.happens} | `{name}` | {said} |")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def unproved(
    faults: list[Fault], outcomes: Outcomes, must_run_all: bool = MUST_RUN_ALL
) -> list[int]:
    """Return the faults of which no test passed or, where all must run, one was skipped."""

    def is_proved(fault: Fault) -> bool:
        said = [words.split(",")[0] for test in fault.tests for words in outcomes.get(test, [])]
        return "passed" in said and not (must_run_all and "skipped" in said)

    return [fault.number for fault in faults if not is_proved(fault)]


def named(faults: list[Fault]) -> list[str]:
    """Return what is run for faults, below `tests/`: files, and tests by node id."""
    return [*OF_ITSELF, *sorted({test for fault in faults for test in fault.tests})]


def try_all(tests: Sequence[str], more: Sequence[str], again: bool) -> tuple[int, Outcomes]:
    """Run tests, where asked to what failed once more; return the exit status and the outcomes.

    A run that broke off (any status but 1) did not come to all of them, and is not run again. Where
    none failed but what they left behind, all are.
    """
    status = run(tests, OUT / "faults.xml", "--cache-clear", *more)
    outcomes = read_outcomes(OUT / "faults.xml")
    if again and status == 1:
        only = ("--last-failed", "--last-failed-no-failures", "none")
        status = run(tests, OUT / "faults-again.xml", *only, *more)
        if status == NONE_THERE:
            status = run(tests, OUT / "faults-again.xml", "--cache-clear", *more)
        for name, said in read_outcomes(OUT / "faults-again.xml").items():
            outcomes.setdefault(name, []).extend(f"{words} (alone)" for words in said)
    return status, outcomes


def main(arguments: Sequence[str]) -> int:
    """Run, report, and return pytest's exit status, or 1 where a fault is not proved."""
    faults = read_faults(DOCUMENT.read_text(encoding="utf-8"))
    short = [fault for fault in faults if fault.number in SHORT]
    if "names" in arguments:
        sys.stdout.writelines(f"{test}\n" for test in named(short))
        return 0
    is_short = "short" in arguments
    faults = short if is_short else faults
    OUT.mkdir(exist_ok=True)
    more = ("-m", "not slow") if is_short else ()
    status, outcomes = try_all(named(faults), more, "again" in arguments)
    write_report(faults, outcomes, OUT / "faults.md")
    report = (OUT / "faults.md").read_text(encoding="utf-8")
    sys.stdout.write(f"{report}\n{OUT / 'faults.md'}\n")
    missing = unproved(faults, outcomes)
    if missing:
        sys.stdout.write(f"Not proved: {', '.join(f'F{number}' for number in missing)}.\n")
    return status or int(bool(missing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
