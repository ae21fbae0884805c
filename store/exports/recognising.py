"""Whether a file that somebody brings is the archive of a project, and what it holds."""

import zipfile
from pathlib import Path
from typing import Any

from store.exports.archive import MANIFEST, PROJECT_FILE, json_object
from store.exports.data_description import describe_data
from store.exports.unpacking import ArchiveReader


def outline_archive(path: Path) -> dict[str, Any] | None:
    """Return the outline of an archive, of the form of `ml.intake.records.Outline`.

    Its kind is `project`, and what is chosen is the project's own name. None for other files.

    Raises:
        BadArchiveError: it is an archive, but damaged, changed or newer.
    """
    if not is_archive(path):
        return None
    with path.open("rb") as file:
        archive = ArchiveReader(file)
        said = describe_data(archive).dataset
        name = json_object(archive.read(PROJECT_FILE), PROJECT_FILE).get("name")
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
    }


def is_archive(path: Path) -> bool:
    """Whether a file is a zip with the two members that every archive begins and ends with."""
    try:
        with zipfile.ZipFile(path) as opened:
            return {MANIFEST, PROJECT_FILE} <= set(opened.namelist())
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        return False
