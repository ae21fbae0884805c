"""The labels files bring along, gathered as they come."""

import re
from pathlib import Path
from typing import Final

import numpy as np

from ml.intake.errors import IntakeError
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

    def sort(self, file: Path) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Bring the names into the order people expect, in a .npy file of their numbers too.

        Returns:
            The names, and how often each is in the file.
        """
        order = sorted(range(len(self._names)), key=lambda i: natural(self._names[i]))
        rank = np.full(len(order) + 1, -1, np.int16)  # the last entry is found by label -1
        rank[order] = np.arange(len(order))
        label = np.load(file, mmap_mode="r+", allow_pickle=False)
        label[:] = rank[label]
        label.flush()
        counts = np.bincount(label[label >= 0], minlength=len(order))
        return tuple(self._names[i] for i in order), tuple(int(n) for n in counts)


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a sort key by which "2" comes before "10"."""
    parts = re.split(r"(\d{1,18})", name.casefold())
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts if p]
