"""`python -m benchmarks loop|motion|train|papers [--quick] [--json FILE]`.

Each benchmark is a module beside this one with `run(is_quick) -> Report`. Only the one asked for
is imported: `loop` must not pay for the torch that `train` needs. `papers` also takes a data set
and the one paper wanted: `papers [--data FILE.npz] [--part kath|wei]`.
"""

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Final

from benchmarks.records import MissingPartError, Report

NAMES: Final = ("loop", "motion", "train", "papers")
OUT: Final = Path("bench-out")


def shown(value: float | None) -> str:
    """Return a figure with four digits that count, or a dash."""
    return "-" if value is None else f"{value:,.4g}"


def table(report: Report) -> str:
    """Return the report as text: a line a figure."""
    width = max((len(key) for key in report.figures), default=0)
    lines = [
        f"{key:<{width}}  {shown(value):>10}  {report.notes.get(key, '')}".rstrip()
        for key, value in report.figures.items()
    ]
    extra = [f"{key}: {note}" for key, note in report.notes.items() if key not in report.figures]
    return "\n".join([f"benchmark {report.name}", *lines, *extra, ""])


def write(report: Report, path: Path) -> None:
    """Write the figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"name": report.name, "figures": dict(report.figures)}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run one benchmark; return 0, or 2 when a part it needs is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Take the figures.")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--quick", action="store_true", help="within 90 s; may leave figures out")
    parser.add_argument("--json", type=Path, metavar="FILE", help="bench-out/NAME.json by default")
    parser.add_argument("--data", type=Path, metavar="FILE.npz", help="papers: another data set")
    parser.add_argument("--part", choices=("kath", "wei"), help="papers: one of the two")
    options = parser.parse_args(arguments)
    own = {"data": options.data, "part": options.part} if options.name == "papers" else {}
    if not own and (options.data or options.part):
        parser.error("--data and --part belong to papers.")
    try:
        module = importlib.import_module(f"benchmarks.{options.name}")
        report: Report = module.run(options.quick, **own)
    except MissingPartError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(table(report))
    write(report, options.json or OUT / f"{report.name}.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
