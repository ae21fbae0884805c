"""`python app.py export PROJECT`: what a project gives away, written into a folder."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ml.errors import LodemapError
from pages.cli_takeaway import add_takeaway_flags, take_along
from pages.command_line import Parser
from store.errors import NotFoundError
from store.exports.catalogue import (
    OFFERED,
    Download,
    Wanted,
    describe_snapshot,
    file_name,
    open_table,
)
from store.exports.opinions import Sight, see
from store.exports.packing import pack_project
from store.exports.sizes import ArchiveSizes, archive_sizes
from store.opening import Store, open_store
from store.reading import find_project
from store.records import Project
from store.settings import Settings
from store.takeaway.wish import KINDS
from tasks.errors import EXIT_CANNOT_START
from tasks.network_export import NetworkExportError, network_zip

WHOLE: Final = ("network", "project")
"""What has one form only."""
EVERYTHING: Final = (*OFFERED, *WHOLE)
"""What `all` means."""


def main_export(arguments: Sequence[str]) -> int:
    """Run the command; return the exit status.

    Args:
        arguments: What follows `export` on the command line.
    """
    flags = _parse(arguments)
    overrides = {"data_dir": flags.data_dir, "database_url": flags.database_url}
    try:
        settings = Settings.from_env(os.environ, overrides)
        if not settings.data_dir.is_dir():
            raise NotFoundError(f"There is no data directory {settings.data_dir}; name it.")
        with open_store(settings) as store:
            project = find_project(store, flags.project)
            if flags.what in KINDS:
                take_along(store, project, flags)
                return 0
            wanted = EVERYTHING if flags.what == "all" else (flags.what,)
            for what in wanted:
                _export(store, project, what, flags)
    except LodemapError as error:
        sys.stderr.write(f"{error.sentence}\n")
        return EXIT_CANNOT_START
    except OSError as error:
        sys.stderr.write(f"The file cannot be written ({error.strerror}); choose another --out.\n")
        return EXIT_CANNOT_START
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog="app.py export",
        description="Write what a project holds into files. It may be open in the app meanwhile.",
        allow_abbrev=False,
    )
    forms = sorted({form for forms in OFFERED.values() for form in forms})
    add = parser.add_argument
    add("project", help="name or id of the project")
    add("--what", choices=(*EVERYTHING, *KINDS, "all"), default="all")
    add("--format", choices=forms, help="form of tables (csv; places also npy)")
    add("--run", type=int, help="number of the run whose map it is (the newest on the line)")
    add("--epoch", type=int, help="epoch of that run (its newest)")
    add("--with-data", action="store_true", help="put the data set into the project's archive")
    add(
        "--every-epoch",
        action="store_true",
        help="put the network of every epoch into the archive (the newest of each run)",
    )
    add_takeaway_flags(parser)
    add("--out", default=".", help="folder for the files (this one)")
    add("--data-dir", help="folder of database and artifacts (lodemap-data)")
    add("--database-url", help="sqlite:///... or postgresql://... (a file in the data folder)")
    return parser.parse_args(arguments)


def _export(store: Store, project: Project, what: str, flags: argparse.Namespace) -> None:
    """Write one file and say where; of `all`, what there is not yet is passed over."""
    try:
        path = save(_download(store, project, what, flags), Path(flags.out).expanduser())
    except (NotFoundError, NetworkExportError) as error:
        if flags.what != "all" or what == "project":
            raise
        sys.stderr.write(f"Without {what}: {error.sentence}\n")
        return
    sys.stdout.write(f"{path}\n")


def _download(store: Store, project: Project, what: str, flags: argparse.Namespace) -> Download:
    if what == "project":
        tell_size(archive_sizes(store, project.project_id), flags)
        chunks = pack_project(store, project.project_id, flags.with_data, flags.every_epoch)
        return Download(file_name(project.name, "lodemap"), "application/zip", chunks)
    run_id = _run_id(store, project, flags.run)
    if what == "network":
        sight: Sight = see(store, project.project_id, run_id, flags.epoch)
        chunks = network_zip(store.settings, sight)
        return Download(file_name(describe_snapshot(sight, what), "zip"), "application/zip", chunks)
    form = flags.format or OFFERED[what][0]
    if flags.what == "all" and form not in OFFERED[what]:
        form = OFFERED[what][0]
    return open_table(
        store, project.project_id, Wanted(what, form, run_id=run_id, epoch=flags.epoch)
    )


def tell_size(sizes: ArchiveSizes, flags: argparse.Namespace) -> None:
    """Say how large the archive will be, and how large the other choice."""
    data = sizes.data if flags.with_data else 0
    newest, every = (said(size + data) for size in (sizes.newest, sizes.every))
    words = f"About {newest}; {every} with --every-epoch.\n"
    if flags.every_epoch:
        words = f"About {every}; {newest} without --every-epoch.\n"
    sys.stderr.write(words)


def said(num_bytes: int) -> str:
    """Return a size in words: "4.1 MB"."""
    return f"{num_bytes / 1e6:,.1f} MB" if num_bytes >= 1e6 else f"{num_bytes / 1e3:,.0f} kB"


def _run_id(store: Store, project: Project, number: int | None) -> str | None:
    if number is None:
        return None
    runs = [run for run in store.runs.of_project(project.project_id) if run.number == number]
    if not runs:
        raise NotFoundError(f"'{project.name}' has no run {number}; the pretraining is 0.")
    return runs[-1].run_id


def save(download: Download, folder: Path) -> Path:
    """Write a download into a folder, made when needed; half a file never has its name.

    Raises:
        LodemapError: what the download raises.
        OSError: the file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / download.name
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            file.writelines(download.chunks)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path
