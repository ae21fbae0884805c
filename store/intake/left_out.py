"""What could not be kept of an import: counted exactly, listed in files, the first in memory.

rejected.csv    samples that are left out, those that came twice too
warnings.csv    samples that are kept, but not with all that was said of them
"""

import csv
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from ml.intake.records import Rejection
from store.intake.growing import close_safely
from store.spreadsheets import harmless

REJECTED: Final = "rejected.csv"
WARNINGS: Final = "warnings.csv"
NUM_SHOWN: Final = 20
"""Rejections that are kept in memory; the file has more."""
MOST_LISTED: Final = 100_000
"""Rows of a file; the last one tells how many there would be more."""


class Listing:
    """One such file, and the first of its rows."""

    def __init__(self, path: Path) -> None:
        """Begin the file."""
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._rows = csv.writer(self._file)
        self._rows.writerow(["sample_id", "code", "message"])
        self.first: list[Rejection] = []
        self.count = 0

    def add(self, rejection: Rejection) -> None:
        """Count a sample, and list it where there is room."""
        self.count += 1
        if len(self.first) < NUM_SHOWN:
            self.first.append(rejection)
        if self.count <= MOST_LISTED:
            cells = (rejection.sample_id, rejection.code, rejection.message)
            self._rows.writerow([harmless(cell) for cell in cells])

    def close(self) -> None:
        """Write what is not listed, and wait for the disk."""
        if self._file.closed:
            return
        if self.count > MOST_LISTED:
            more = self.count - MOST_LISTED
            self._rows.writerow(["", "more", f"{more:,} more are not listed."])
        close_safely(self._file)


class LeftOut:
    """Takes what a reader says of samples it could not give as they were brought."""

    def __init__(self, folder: Path, files: ExitStack) -> None:
        """Begin both files; `files` closes them."""
        self._rejected, self._warnings = Listing(folder / REJECTED), Listing(folder / WARNINGS)
        for listing in (self._rejected, self._warnings):
            files.callback(listing.close)
        self.num_duplicates = 0

    def add(self, rejection: Rejection) -> None:
        """Note a sample that is left out, or kept with less than was said of it."""
        (self._warnings if rejection.is_kept else self._rejected).add(rejection)

    def add_duplicate(self, sample_id: str, place: int) -> None:
        """Note a sample that equals one that is kept."""
        self.num_duplicates += 1
        words = f"It equals sample {place:,} of those that are kept."
        self._rejected.add(Rejection(sample_id, "duplicate", words))

    @property
    def num_rejected(self) -> int:
        """Samples that could not be read."""
        return self._rejected.count - self.num_duplicates

    @property
    def num_warnings(self) -> int:
        """Samples that are kept with less than was said of them."""
        return self._warnings.count

    @property
    def first(self) -> tuple[Rejection, ...]:
        """The first that were left out."""
        return tuple(self._rejected.first)

    @property
    def first_warnings(self) -> tuple[Rejection, ...]:
        """The first that were kept with less."""
        return tuple(self._warnings.first)
