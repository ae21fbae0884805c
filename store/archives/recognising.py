"""Whether a file that somebody brings is the archive of a project, and what it holds."""

import zipfile
from pathlib import Path
from typing import Any, Final

from store.archives.archive import MANIFEST, PROJECT_FILE, json_object
from store.archives.data_description import describe_data
from store.archives.project_checks import damaged_networks
from store.archives.unpacking import ArchiveReader

COUNTS: Final = {
    "sample": "samples", "class": "classes", "named": "named", "run": "runs", "event": "gestures",
    "checkpoint": "networks", "comment": "comments", "bookmark": "bookmarks",
}  # fmt: skip
"""Counts of a manifest, and what a page calls them."""
LONGEST: Final = 40
"""Characters of a version or a time that are shown."""


def outline_archive(path: Path) -> dict[str, Any] | None:
    """Return the outline of an archive, of the form of `ml.intake.records.Outline`.

    Its kind is `project`, and what is chosen is the project's own name; `archive` says what its
    manifest tells. None for other files.

    Raises:
        BadArchiveError: it is an archive, but damaged, changed or newer.
    """
    if not is_archive(path):
        return None
    with path.open("rb") as file:
        archive = ArchiveReader(file)
        said = describe_data(archive).dataset
        name = json_object(archive.read(PROJECT_FILE), PROJECT_FILE).get("name")
        contents = contents_of(archive)
    return {
        "kind": "project",
        "format": "Lodemap project",
        "sample_shape": list(said.sample_shape),
        "num_samples": said.num_samples,
        "treatment": [],
        "columns": [],
        "chosen": {"name": name if isinstance(name, str) else ""},
        "has_split": False,
        "sound_rate": None,
        "archive": {"num_labels": len(said.class_names), "kind": said.kind, **contents},
    }


def contents_of(archive: ArchiveReader) -> dict[str, Any]:
    """Return what an archive tells of itself; a count is None where it was not told yet.

    Raises:
        BadArchiveError: its rows of snapshots cannot be read.
    """
    manifest = archive.manifest
    damaged = damaged_networks(archive)
    counts = {f"num_{what}": _count(manifest.counts.get(name)) for name, what in COUNTS.items()}
    if counts["num_networks"] is not None:
        counts["num_networks"] = max(0, counts["num_networks"] - len(damaged))
    return {
        **counts,
        "num_gone": len(manifest.gone) + len(damaged),
        "has_data": archive.has_data,
        "version": manifest.lodemap_version[:LONGEST],
        "created_at": manifest.created_at[:LONGEST],
    }


def _count(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 2**53 else None


def is_archive(path: Path) -> bool:
    """Whether a file is a zip with the two members that every archive begins and ends with."""
    try:
        with zipfile.ZipFile(path) as opened:
            return {MANIFEST, PROJECT_FILE} <= set(opened.namelist())
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        return False
