"""`python app.py export PROJECT`: what a project gives away, written into a folder."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from ml.errors import InvalidInputError, LodemapError
from ml.maps.codec import pack_ids
from pages.commands.takeaway import add_takeaway_flags, take_along
from pages.commands.terminal import (
    EXIT_INCOMPLETE,
    Parser,
    add_places,
    complain,
    places_of,
    show,
)
from store.archives.intact import Gone
from store.archives.packing import pack_project
from store.archives.sizes import ArchiveSizes, archive_sizes
from store.errors import NotFoundError
from store.exports.catalogue import (
    OFFERED,
    Download,
    Wanted,
    file_name,
    open_table,
    snapshot_file,
)
from store.files.drafts import draft_of
from store.opening import Store, open_store
from store.reading import find_project
from store.records import Project
from store.settings import Settings
from store.snapshots.seen import SeenSnapshot, see
from store.takeaway.figure import FORMS, draw_figure
from store.takeaway.wish import KINDS
from tasks.errors import EXIT_CANNOT_START
from tasks.network_export import NetworkExportError, network_zip

FIGURE: Final = "figure"
WHOLE: Final = ("network", "project")
"""What has one form only."""
EVERYTHING: Final = (*OFFERED, FIGURE, *WHOLE)
"""What `all` means."""


def main_export(arguments: Sequence[str]) -> int:
    """Run the command; return the exit status.

    Args:
        arguments: What follows `export` on the command line.
    """
    flags = _parse(arguments)
    try:
        settings = Settings.from_env(os.environ, places_of(flags))
        _check_there(settings.data_dir)
        with open_store(settings) as store:
            project = find_project(store, flags.project)
            if flags.what in KINDS:
                take_along(store, project, flags)
                return 0
            wanted = EVERYTHING if flags.what == "all" else (flags.what,)
            return max([_export(store, project, what, flags) for what in wanted])
    except LodemapError as error:
        complain(error)
        return EXIT_CANNOT_START
    except OSError as error:
        sys.stderr.write(f"The file cannot be written ({error.strerror}); choose another --out.\n")
        return EXIT_CANNOT_START


def _check_there(folder: Path) -> None:
    try:
        is_there = folder.is_dir()
    except OSError as error:
        raise InvalidInputError(
            f"The data directory {folder} cannot be read ({error.strerror}); name another."
        ) from None
    if not is_there:
        raise NotFoundError(f"There is no data directory {folder}; name it.")


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog="app.py export",
        description="Write what a project holds into files. It may be open in the app meanwhile.",
        allow_abbrev=False,
    )
    forms = sorted({form for forms in OFFERED.values() for form in forms} | set(FORMS))
    add = parser.add_argument
    add("project", help="name or id of the project")
    add("--what", choices=(*EVERYTHING, *KINDS, "all"), default="all")
    add("--format", choices=forms, help="of tables (csv; places also npy), or of the figure")
    add("--run", type=int, help="number of the run whose map it is (the newest on the line)")
    add("--epoch", type=int, help="epoch of that run, or of the newest on the line (its newest)")
    add("--samples", metavar="FILE", help="tables of these samples alone: one sample id a line")
    add("--with-data", action="store_true", help="put the data set into the project's archive")
    add(
        "--every-epoch",
        action="store_true",
        help="put the network of every epoch into the archive (the newest of each run)",
    )
    add_takeaway_flags(parser)
    add("--out", default=".", help="folder for the files (this one)")
    add_places(parser)
    return parser.parse_args(arguments)


def _export(store: Store, project: Project, what: str, flags: argparse.Namespace) -> int:
    """Write one file and say where; of `all`, what there is not yet is passed over.

    Returns:
        The exit status, 1 where it lacks files that are gone.
    """
    try:
        download = _download(store, project, what, flags)
        path = save(download, Path(flags.out).expanduser())
    except (NotFoundError, NetworkExportError) as error:
        if flags.what != "all" or what == "project":
            raise
        show([f"Without {what}: {error.sentence}"])
        return 0
    sys.stdout.write(f"{path}\n")
    show(download.gone)
    return EXIT_INCOMPLETE if download.gone else 0


def _download(store: Store, project: Project, what: str, flags: argparse.Namespace) -> Download:
    if what == "project":
        return _archive(store, project, flags)
    run_id = _run_id(store, project, flags.run)
    if what == "network":
        seen: SeenSnapshot = see(store, project.project_id, run_id, flags.epoch)
        chunks = network_zip(store.settings, seen)
        return Download(snapshot_file(seen, what, "zip"), "application/zip", chunks)
    offered = FORMS if what == FIGURE else OFFERED[what]
    form = flags.format or offered[0]
    if flags.what == "all" and form not in offered:
        form = offered[0]
    if what == FIGURE:
        return _figure(store, see(store, project.project_id, run_id, flags.epoch), form, flags)
    packed = None if flags.samples is None else packed_ids(store, project, Path(flags.samples))
    return open_table(store, project.project_id, Wanted(what, form, packed, run_id, flags.epoch))


def _archive(store: Store, project: Project, flags: argparse.Namespace) -> Download:
    tell_size(archive_sizes(store, project.project_id), flags)
    gone = list[str]()
    which = (flags.with_data, flags.every_epoch)

    def tell_gone(each: Gone) -> None:
        gone.append(each.sentence)

    chunks = pack_project(store, project.project_id, *which, tell_gone=tell_gone)
    return Download(file_name(project.name, "lodemap"), "application/zip", chunks, gone)


def _figure(store: Store, seen: SeenSnapshot, form: str, flags: argparse.Namespace) -> Download:
    if form not in FORMS:
        raise NotFoundError(f"There is no figure.{form}; choose one of {', '.join(FORMS)}.")
    data = draw_figure(store, seen, form, flags.theme)
    return Download(snapshot_file(seen, FIGURE, form), "", iter([data]))


def packed_ids(store: Store, project: Project, path: Path) -> bytes:
    """Return the samples that a file names, one id a line, as a packed selection.

    Raises:
        InvalidInputError: no sample has one of the ids, or the file cannot be read.
    """
    known = {name: at for at, name in enumerate(store.datasets.sample_ids(project.dataset_id))}
    try:
        text = path.read_text("utf-8-sig", "replace")
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read ({error.strerror}).") from None
    names = [line for line in text.splitlines() if line.strip()]
    if unknown := [name for name in names if name not in known]:
        raise InvalidInputError(
            f"'{project.name}' has no sample '{unknown[0][:80]}' ({len(unknown):,} of "
            f"{len(names):,} lines of {path.name} are unknown)."
        )
    return pack_ids(np.unique([known[name] for name in names]).astype(np.int64), len(known))


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
    with draft_of(path) as draft, draft.open("wb") as file:
        file.writelines(download.chunks)
    return path
