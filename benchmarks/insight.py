"""What people see together: see docs/benchmarks.md."""

from benchmarks.following import measure_following
from benchmarks.records import Report


def run(is_quick: bool) -> Report:
    """Take the figures.

    Raises:
        MissingPartError: when Chromium is not installed.
    """
    figures: dict[str, float | None] = {}
    notes: dict[str, str] = {}
    for measure in (measure_following,):
        found, said = measure(is_quick)
        figures |= found
        notes |= said
    return Report("insight", figures, notes)
