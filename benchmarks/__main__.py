"""`python -m benchmarks NAME [--quick] [--json FILE]`, NAME as in NAMES.

Each benchmark is a module beside this one with `run(is_quick) -> Report`. Only the one asked for
is imported: `loop` must not pay for the torch that `train` needs. Two also take a data set and the
one part wanted: `papers [--data FILE.npz] [--part kath|wei]`, and `gestures [--data FILE.npz]
[--part CONTENDER|SET] [--fresh]`; `load` and `large` only `[--part PART]`.
"""

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any, Final

from benchmarks.gestures.plan import CONTENDERS, SETS
from benchmarks.records import MissingPartError, Report

NAMES: Final = (
    "loop",
    "motion",
    "manipulate",
    "train",
    "cuda",
    "data",
    "large",
    "papers",
    "gestures",
    "insight",
    "load",
)
PARTS: Final = {
    "papers": ("kath", "wei"),
    "gestures": (*CONTENDERS, *(each.name for each in SETS)),
    "large": ("grey", "colour", "vectors"),
    "load": ("crowd", "journal", "recovery", "sheets", "soak", "curves", "flood"),
}
"""What --part may name, by benchmark."""
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


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    found = argparse.ArgumentParser(prog="python -m benchmarks", description="Take the figures.")
    found.add_argument("name", choices=NAMES)
    found.add_argument("--quick", action="store_true", help="within 90 s; may leave figures out")
    found.add_argument("--json", type=Path, metavar="FILE", help="bench-out/NAME.json by default")
    found.add_argument(
        "--data", type=Path, metavar="FILE.npz", help="papers, gestures: another data set"
    )
    found.add_argument(
        "--part", metavar="PART",
        help="; ".join(f"{name}: {', '.join(parts)}" for name, parts in PARTS.items()),
    )  # fmt: skip
    found.add_argument(
        "--fresh", action="store_true", help="gestures: discard what earlier runs have kept"
    )
    return found


def own_options(reader: argparse.ArgumentParser, options: argparse.Namespace) -> dict[str, Any]:
    """Return the options only some benchmarks have; leave with a sentence where they do not fit."""
    parts = PARTS.get(options.name)
    if parts is None and options.part:
        reader.error(f"--part belongs to {', '.join(PARTS)}.")
    if options.data and options.name not in ("papers", "gestures"):
        reader.error("--data belongs to papers and gestures.")
    if options.part and options.part not in (parts or ()):
        reader.error(f"--part of {options.name} is one of {', '.join(parts or ())}.")
    if options.data and options.part in {each.name for each in SETS}:
        reader.error("--data is the one set; --part may name a contender.")
    if options.name != "gestures" and options.fresh:
        reader.error("--fresh belongs to gestures.")
    own = {"part": options.part} if parts else {}
    if options.name in ("papers", "gestures"):
        own["data"] = options.data
    return {**own, "is_fresh": options.fresh} if options.name == "gestures" else own


def main(arguments: list[str] | None = None) -> int:
    """Run one benchmark; return 0, or 2 when a part it needs is missing."""
    reader = parser()
    options = reader.parse_args(arguments)
    own = own_options(reader, options)
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
