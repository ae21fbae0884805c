"""The labels files bring along, gathered as they come."""

import re
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from ml.intake.errors import IntakeError
from ml.intake.naming import NO_LABEL, says_no_label
from store.names import clean_name

MOST_CLASSES: Final = 10_000


class LabelNames:
    """Gives each name a number; names that differ in case alone share it."""

    def __init__(self) -> None:
        self._index: dict[str, int] = {}
        self._names: list[str] = []

    def index(self, name: str | None) -> int:
        """Return the number of a name, -1 for none.

        Raises:
            InvalidInputError: the name cannot be that of a class.
            IntakeError: there are more names than a data set may have.
        """
        if name is None or not name.strip():
            return -1
        if name not in self._index:
            cleaned = clean_name(name, "class name")
            key = cleaned.casefold()
            if key not in self._index:
                self._index[key] = len(self._names)
                self._names.append(cleaned)
            self._index[name] = self._index[key]
            self._check_size()
        return self._index[name]

    def _check_size(self) -> None:
        if len(self._names) > MOST_CLASSES:
            raise IntakeError(
                "too_many_classes",
                f"There are more than {MOST_CLASSES:,} different labels; choose another column "
                "for the labels, or none.",
            )

    def sort(self, file: Path) -> "Sorted":
        """Bring the names into the order people expect, in a .npy file of their numbers too."""
        label = np.load(file, mmap_mode="r+", allow_pickle=False)
        is_coded = says_no_label(self._names)
        kept = [i for i, name in enumerate(self._names) if not (is_coded and name == NO_LABEL)]
        order = sorted(kept, key=lambda i: natural(self._names[i]))
        rank = np.full(len(self._names) + 1, -1, np.int16)  # the last entry is found by label -1
        rank[order] = np.arange(len(order))
        num_labelled = np.count_nonzero(label >= 0)
        label[:] = rank[label]
        label.flush()
        counts = np.bincount(label[label >= 0], minlength=len(order))
        return Sorted(
            tuple(self._names[i] for i in order),
            tuple(int(n) for n in counts),
            int(num_labelled - counts.sum()),
        )


class Sorted(NamedTuple):
    """What labels a data set has."""

    names: tuple[str, ...]
    """In the order of their numbers."""
    counts: tuple[int, ...]
    """Samples of each."""
    num_minus_one: int
    """Samples whose label was -1, which stood for none."""


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a sort key by which "2" comes before "10"."""
    parts = re.split(r"(\d{1,18})", name.casefold())
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts if p]
