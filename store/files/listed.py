"""What lies in a folder of artifacts, wherever it is, and since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from store.files.places import Place

WRITTEN: Final = ("LastModified", "mtime", "created")
"""What `fsspec` calls the times of a file: S3 that of the last change, a disk those of its bytes
and of its name, which may have been given to old bytes just now."""


@dataclass(frozen=True)
class Listed:
    """One file or folder."""

    name: str
    """As an artifact."""
    is_folder: bool
    written_s: float | None
    """Seconds since 1970, by the clock of where it is kept, that it got its bytes or its name; None
    where nobody says it."""


def list_folder(place: Place, name: str) -> list[Listed]:
    """Return what lies in a folder, in any order; nothing where it is not there.

    Raises:
        ArtifactsUnavailableError, ArtifactsRefusedError: as `Place.speaking` and `Place.opening`.
    """
    root = f"{place.root}/"
    try:
        with place.opening(), place.speaking():
            found = place.fs.ls(f"{root}{name}", detail=True)
    except FileNotFoundError:  # or it went meanwhile
        return []
    return [
        Listed(info["name"][len(root) :], info["type"] == "directory", _written_s(info))
        for info in found
        if info["name"].startswith(root)
    ]


def _written_s(info: Mapping[str, Any]) -> float | None:
    """Return the latest of the times that are said."""
    said = [info[key] for key in WRITTEN if info.get(key) is not None]
    return max(
        (each.timestamp() if isinstance(each, datetime) else float(each) for each in said),
        default=None,
    )
