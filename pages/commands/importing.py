"""`python app.py import PATH`: what the Data page does, from a shell."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from ml.errors import InvalidInputError, LodemapError
from ml.records import PRESETS
from ml.wording import many
from pages.commands.names import CONFLICTS, check_names, merge_names
from pages.commands.reading import (
    LINE,
    add_reading_flags,
    held_out_note,
    num_held_out,
    preview,
    read,
    save_list,
)
from pages.commands.terminal import Parser, answer, as_typed, check_on_disk, complain, show, url_for
from pages.commands.whereabouts import how_to_open
from store.archives.recognising import is_archive
from store.intake.records import OPEN_STATES, SHELL_ID, Intake
from store.opening import Store, open_store
from store.records import Project
from store.settings import Settings
from tasks.errors import EXIT_CANNOT_START
from tasks.fetching import fetch
from tasks.keeping import Choices, keep, note_kept
from tasks.public_sets import DIGITS, SETS, PublicSet, digits_file, find_set

AUTHOR: Final = ("Command line", SHELL_ID)
NOTHING_KEPT: Final = "Nothing was kept."


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what the command line asks for; exits with 2 and one line where it is wrong."""
    parser = Parser(
        prog="app.py import",
        allow_abbrev=False,
        description="Make a project of pictures, sounds or vectors; see docs/data.md for formats.",
    )
    add = parser.add_argument
    add("path", type=Path, nargs="?", help="file or folder")
    add("--look", action="store_true", help="say what is in it and keep nothing")
    add("--rejected", type=Path, metavar="FILE", help="where to list what was left out (CSV)")
    add("--name", help="of the project (the file's name)")
    add("--held-out", metavar="PART",
        help="0 to 0.5, or given: as the files say (given where they say, else 0.2)")  # fmt: skip
    add("--keep-duplicates", action="store_true",
        help="keep samples with equal values; else the first of them alone")  # fmt: skip
    add("--without-classes", action="store_true", help="labels do not become classes")
    add("--axes", type=int, choices=(2, 3), default=2, help="of the map")
    add("--preset", choices=PRESETS, default=PRESETS[0])
    add_reading_flags(parser)
    add_other_sources(parser)
    places = parser.add_argument_group("where").add_argument
    places("--data-dir", help="folder of database, artifacts and cache (lodemap-data)")
    places("--database-url", type=url_for("database_url"))
    places("--artifacts-url", type=url_for("artifacts_url"))
    return parser.parse_args(arguments)


def add_other_sources(parser: argparse.ArgumentParser) -> None:
    """Add the flags of what comes by name, and of names for a project that is there."""
    add = parser.add_argument_group("instead of a file or folder").add_argument
    names = [each.key for each in (DIGITS, *SETS)]
    add("--set", choices=names, help="a public data set, fetched by its name")
    add("--word", dest="words", action="append", metavar="WORD",
        help="of quickdraw: a thing that was drawn; may be repeated")  # fmt: skip
    add("--per-class", type=int, default=1000, metavar="N", help="of quickdraw (1000)")
    add = parser.add_argument_group("names for a project that is there").add_argument
    add("--into", metavar="PROJECT", help="merge a table of sample ids and class names into it")
    add("--conflicts", choices=CONFLICTS, default="keep", help="whose name stands (keep)")


def main_import(arguments: Sequence[str]) -> int:
    """Run the command; return the exit status.

    Args:
        arguments: What follows `import` on the command line.
    """
    asked = parse(arguments)
    places = {name: getattr(asked, name) for name in ("data_dir", "database_url", "artifacts_url")}
    try:
        settings = Settings.from_env(os.environ, places)
        with open_store(settings) as store:
            said = _carry_out(store, asked)
    except LodemapError as error:
        complain(error)
        return EXIT_CANNOT_START
    except OSError as error:
        show([f"{error.filename or asked.path or asked.set} cannot be read ({error.strerror})."])
        return EXIT_CANNOT_START
    answer(said)
    return 0


def _carry_out(store: Store, asked: argparse.Namespace) -> list[str]:
    if asked.into is not None:
        check_names(asked)
        return [merge_names(store, asked, AUTHOR)]
    return bring_in(store, asked)


def bring_in(store: Store, asked: argparse.Namespace) -> list[str]:
    """Decode and keep, or only look, and return what to say of it.

    Raises:
        LodemapError: with one sentence when it cannot be done; nothing was kept.
    """
    name, size, bring = _source(asked)
    choices = choices_of(asked, Path(name).stem)
    with _intake(store, name, size) as intake:
        ready = read(store, intake, bring(intake), asked)
        if asked.rejected is not None:
            save_list(ready, asked.rejected)
        if asked.held_out is None and num_held_out(ready):
            choices = replace(choices, held_out="given")
        if asked.look:
            return [*preview(ready, choices.held_out), NOTHING_KEPT]
        to_know = held_out_note(ready, choices.held_out)
        project = kept(store, ready, choices)
    opening = how_to_open(store.settings, vars(asked), project.project_id)
    return [told(store, project, choices), *to_know, opening]


def choices_of(asked: argparse.Namespace, name: str) -> Choices:
    """Return what the flags choose; what is held out is as usual where none says it.

    Raises:
        InvalidInputError: one breaks a rule.
    """
    chosen = {
        "name": asked.name or name,
        "with_classes": not asked.without_classes,
        "latent_dim": asked.axes,
        "preset": asked.preset,
    }
    if asked.held_out is not None:
        chosen["held_out"] = "given" if asked.held_out == "given" else number(asked.held_out)
    return Choices.from_json(chosen)


def told(store: Store, project: Project, choices: Choices) -> str:
    """Return what became of an import, in one sentence."""
    is_held_out = store.datasets.samples(project.dataset_id).is_held_out
    samples = many(len(is_held_out), "sample")
    as_said = " as the files say" if choices.held_out == "given" else ""
    held_out = f"{int(is_held_out.sum()):,} held out{as_said}"
    return f"'{project.name}' is a project now: {samples}, {held_out}."


@contextmanager
def _intake(store: Store, name: str, size: int) -> Iterator[Intake]:
    """An import that leaves nothing behind, however it ends."""
    intake = store.intakes.create(name, size, *AUTHOR, is_sent=False)
    try:
        yield intake
    finally:
        with suppress(LodemapError):  # it was kept, or has ended otherwise
            store.intakes.move(intake.intake_id, OPEN_STATES, "cancelled")
        store.intakes.discard_files(intake)


def _source(asked: argparse.Namespace) -> tuple[str, int, Callable[[Intake], Path]]:
    """Return a name, a size, and what gives the file or folder to read.

    Raises:
        InvalidInputError: there is nothing there, or it is not for this command.
    """
    if (asked.path is None) == (asked.set is None):
        raise InvalidInputError("Name a file or folder, or a public data set by --set.")
    if asked.set == DIGITS.key:
        return DIGITS.name, 1, _write_digits
    if asked.set is not None:
        chosen = {"words": asked.words or [], "num_per_class": asked.per_class}
        wanted = find_set(asked.set, **(chosen if asked.set == "quickdraw" else {}))
        return wanted.name, wanted.size, partial(_fetched, wanted)
    path: Path = asked.path.absolute()
    if not path.exists():
        raise InvalidInputError(f"There is nothing at {path}.")
    check_on_disk(path)
    if is_archive(path):
        command = as_typed("open", str(asked.path))
        raise InvalidInputError(f"{path.name} is a project; open it by {command}.")
    return path.name, max(1, path.stat().st_size), lambda _intake: path


def _write_digits(intake: Intake) -> Path:
    path = intake.folder / "digits.npz"
    path.write_bytes(digits_file())
    return path


def _fetched(wanted: PublicSet, intake: Intake) -> Path:
    """Fetch a public data set into the import's folder, telling how far it is."""

    def tell(num_bytes: int) -> None:
        words = f"{num_bytes / 1e6:,.1f} of {wanted.size / 1e6:,.1f} MB fetched"
        sys.stderr.write(f"\r{words}".ljust(LINE))

    folder = intake.folder / wanted.name
    fetch(wanted, folder, tell)
    show([""])
    return folder


def kept(store: Store, intake: Intake, choices: Choices) -> Project:
    """Make the project of an import that was read."""
    moved = store.intakes.move(intake.intake_id, ("ready",), "keeping", choices=choices.to_json())
    project = keep(store, moved)
    note_kept(store, moved, project)
    return project


def number(text: str) -> float:
    """Read a part.

    Raises:
        InvalidInputError: it is no number.
    """
    try:
        return float(text)
    except ValueError:
        raise InvalidInputError("--held-out must be from 0 to 0.5, or given.") from None
