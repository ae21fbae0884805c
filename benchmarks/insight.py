"""Where to look next, and what people see together: how fast, how right, what it saves.

Each part is a function that writes its keys on the sheet; a new one is a line in PARTS.
"""

from collections.abc import Callable
from typing import Final

from benchmarks import following
from benchmarks.leads import doubted, saving, speed
from benchmarks.records import Report
from benchmarks.sheet import Sheet

PARTS: Final[tuple[Callable[[Sheet, bool], None], ...]] = (
    speed.take,
    doubted.take,
    saving.take,
    following.take,
)


def run(is_quick: bool) -> Report:
    """Take the figures.

    Args:
        is_quick: Smaller sets, one seed and few epochs; what was left out is None.

    Raises:
        MissingPartError: when a data set or Chromium is missing.
    """
    sheet = Sheet()
    for take in PARTS:
        take(sheet, is_quick)
    if is_quick:
        sheet.notes["quick"] = "few samples and epochs, one seed: not the figures of the docs"
    return sheet.report("insight")
