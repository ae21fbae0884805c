"""`python app.py open FILE`: make a project of an archive that a Lodemap wrote."""

import os
from collections.abc import Sequence
from pathlib import Path

from ml.errors import LodemapError
from ml.wording import many, noun
from pages.commands.terminal import (
    Parser,
    add_places,
    answer,
    check_on_disk,
    complain,
    places_of,
    show,
)
from pages.commands.whereabouts import how_to_open
from store.archives.adoption import import_project
from store.archives.recognising import contents_of
from store.archives.unpacking import ArchiveReader
from store.opening import open_store
from store.settings import Settings
from tasks.errors import EXIT_CANNOT_START


def main_open(arguments: Sequence[str]) -> int:
    """Run the command; return the exit status.

    Args:
        arguments: What follows `open` on the command line.
    """
    parser = Parser(
        prog="app.py open",
        description="Make a project of a .lodemap archive. The app may run meanwhile.",
        allow_abbrev=False,
    )
    parser.add_argument("file", help="the archive")
    parser.add_argument("--name", help="what to call the project (its own name)")
    add_places(parser)
    flags = parser.parse_args(arguments)
    places = places_of(flags)
    try:
        settings = Settings.from_env(os.environ, places)
        path = Path(flags.file).expanduser()
        check_on_disk(path)
        with path.open("rb") as file, open_store(settings) as store:
            num_gone = contents_of(ArchiveReader(file))["num_gone"]
            project = import_project(store, file, flags.name)
    except LodemapError as error:
        complain(error)
        return EXIT_CANNOT_START
    except OSError as error:
        show([f"The file {flags.file} cannot be read ({error.strerror})."])
        return EXIT_CANNOT_START
    if num_gone:
        were, they = many(num_gone, "file was", "files were"), noun(num_gone, "it", "they")
        show([f"{were} gone or damaged when it was saved; what {they} held is not in the project."])
    opening = how_to_open(settings, places, project.project_id)
    answer([f"'{project.name}' is there: {project.project_id}", opening])
    return 0
