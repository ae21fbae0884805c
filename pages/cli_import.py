"""`python app.py import PATH`: what the Data page does, from a shell."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ml.errors import InvalidInputError, LodemapError
from ml.intake.errors import IntakeError
from ml.intake.records import Options
from ml.records import PRESETS
from pages.command_line import Parser
from store.exports.recognising import is_archive
from store.intake.records import OPEN_STATES, Intake
from store.opening import Store, open_store
from store.records import Project
from store.settings import Settings
from tasks.decoding import Decoding
from tasks.errors import EXIT_CANNOT_START
from tasks.intake import SHELL_ID
from tasks.keeping import Choices, keep

AUTHOR: Final = ("Command line", SHELL_ID)
LINE: Final = 72
"""Columns of the line that says how far it is."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what the command line asks for; exits with 2 and one line where it is wrong."""
    parser = Parser(
        prog="app.py import",
        allow_abbrev=False,
        description="Make a project of pictures, sounds or vectors; see docs/data.md for formats.",
    )
    add = parser.add_argument
    add("path", type=Path, help="file or folder")
    add("--name", help="of the project (the file's name)")
    add("--held-out", default="0.2", metavar="PART", help="0 to 0.5, or given: as the files say")
    add("--side", type=int, help="longest side of a picture in pixels")
    add("--color", choices=("auto", "grey", "rgb"), default="auto")
    add("--label-column", help="column of a table with class names; empty for none")
    add("--id-column", help="column of a table with sample ids")
    add("--keep-duplicates", action="store_true")
    add("--without-classes", action="store_true", help="labels do not become classes")
    add("--axes", type=int, choices=(2, 3), default=2, help="of the map")
    add("--preset", choices=PRESETS, default=PRESETS[0])
    add("--data-dir", help="folder of database, artifacts and cache (lodemap-data)")
    add("--database-url")
    add("--artifacts-url")
    return parser.parse_args(arguments)


def main_import(arguments: Sequence[str]) -> int:
    """Run the command; return the exit status.

    Args:
        arguments: What follows `import` on the command line.
    """
    asked = parse(arguments)
    places = {name: getattr(asked, name) for name in ("data_dir", "database_url", "artifacts_url")}
    try:
        with open_store(Settings.from_env(os.environ, places)) as store:
            project = bring_in(store, asked)
            num_samples = store.datasets.get(project.dataset_id).num_samples
    except LodemapError as error:
        sys.stderr.write(f"{error.sentence}\n")
        return EXIT_CANNOT_START
    sys.stdout.write(f"'{project.name}' is a project now: {num_samples:,} samples.\n")
    return 0


def bring_in(store: Store, asked: argparse.Namespace) -> Project:
    """Decode, keep, and return the project.

    Raises:
        LodemapError: with one sentence when it cannot be done; nothing was kept.
    """
    path: Path = asked.path.absolute()
    if not path.exists():
        raise InvalidInputError(f"There is nothing at {path}.")
    if is_archive(path):
        raise InvalidInputError(f"{path.name} is a project; open it by python app.py open.")
    options = Options.from_json(
        {name: getattr(asked, name) for name in
         ("side", "color", "label_column", "id_column", "keep_duplicates")}
    )  # fmt: skip
    choices = Choices.from_json(
        {
            "name": asked.name or path.stem,
            "held_out": "given" if asked.held_out == "given" else number(asked.held_out),
            "with_classes": not asked.without_classes,
            "latent_dim": asked.axes,
            "preset": asked.preset,
        }
    )
    size = max(1, path.stat().st_size)
    intake = store.intakes.create(path.name, size, *AUTHOR, is_sent=False)
    try:
        return kept(store, read(store, intake, path, options), choices)
    finally:
        with suppress(LodemapError):  # it was kept, or has ended otherwise
            store.intakes.move(intake.intake_id, OPEN_STATES, "cancelled")
        store.intakes.discard_files(intake)


def read(store: Store, intake: Intake, path: Path, options: Options) -> Intake:
    """Decode a file or folder where it lies, telling how far it is.

    Raises:
        IntakeError: when it cannot be read.
    """
    store.intakes.move(intake.intake_id, ("receiving",), "reading", options=options.to_json())
    decoding = Decoding(path, path.name, options, intake.staged)
    last: dict[str, Any] = {}
    try:
        for last in decoding.said():
            if "outline" in last:
                store.intakes.move(
                    intake.intake_id, ("reading",), "reading", outline=last["outline"]
                )
                show([*last["outline"]["treatment"]])
            if "done" in last:
                sys.stderr.write(f"\r{last['done']:,} samples read".ljust(LINE))
    finally:
        decoding.kill()
    if "summary" not in last:
        raise IntakeError(last["error"]["code"], last["error"]["message"])
    tell_left_out(last["summary"])
    return store.intakes.move(intake.intake_id, ("reading",), "ready")


def kept(store: Store, intake: Intake, choices: Choices) -> Project:
    """Make the project of an import that was read."""
    moved = store.intakes.move(intake.intake_id, ("ready",), "keeping", choices=choices.to_json())
    project = keep(store, moved)
    store.intakes.move(
        intake.intake_id, ("keeping",), "kept",
        project_id=project.project_id, dataset_id=project.dataset_id,
    )  # fmt: skip
    return project


def tell_left_out(summary: Mapping[str, Any]) -> None:
    """Say what was left out, the first few one by one."""
    read_in_all = f"\r{summary['num_samples']:,} samples read".ljust(LINE)
    left_out = summary["num_rejected"], summary["num_duplicates"]
    show([read_in_all, f"{left_out[0]:,} could not be read, {left_out[1]:,} came twice."])
    show([f"  {each['sample_id']}: {each['message']}" for each in summary["rejected"]])
    show([f"  {each['sample_id']}: {each['message']}" for each in summary["warnings"]])


def show(lines: Sequence[str]) -> None:
    """Write lines for the eye; what a script wants is on stdout."""
    for line in lines:
        sys.stderr.write(f"{line.rstrip()}\n")


def number(text: str) -> float:
    """Read a part.

    Raises:
        InvalidInputError: it is no number.
    """
    try:
        return float(text)
    except ValueError:
        raise InvalidInputError("--held-out must be from 0 to 0.5, or given.") from None
