"""What a benchmark hands back, and how it says that it cannot run."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class MissingPartError(Exception):
    """A program or data set the benchmark needs is not here; the message is one sentence."""


@dataclass(frozen=True)
class Report:
    """The figures of one benchmark."""

    name: str
    """The command of docs/benchmarks.md that takes them."""
    figures: Mapping[str, float | None]
    """By key of docs/benchmarks.md; None for a figure that was not taken."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """A remark per key: the unit, the spread, or why a figure was not taken."""
