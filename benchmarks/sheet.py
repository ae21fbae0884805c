"""Figures and remarks while they are being filled in."""

import math
from typing import Final

from benchmarks.intervals import Estimate
from benchmarks.records import Report

LEFT_OUT: Final = "left out by --quick"


class Sheet:
    """What becomes a report."""

    def __init__(self) -> None:
        self.figures: dict[str, float | None] = {}
        self.notes: dict[str, str] = {}

    def put(self, key: str, value: float | None, note: str) -> None:
        """Write a figure; NaN was withheld."""
        self.figures[key] = None if value is None or math.isnan(value) else float(value)
        self.notes[key] = note

    def put_estimate(self, key: str, found: Estimate) -> None:
        """Write a mean over seeds with its interval as the remark."""
        self.put(key, found.mean, found.sentence)

    def report(self, name: str) -> Report:
        """Return what was written."""
        return Report(name, self.figures, self.notes)
