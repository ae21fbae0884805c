"""The knobs of a run: one table that bounds, explains and draws each of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ml.errors import InvalidKnobError

LARGEST_SHOWN: Final = 1e15
"""Numbers beyond it are described rather than printed."""


@dataclass(frozen=True)
class Knob:
    """One number a person may turn before a run."""

    name: str
    """Field of `RunConfig` this knob sets."""
    label: str
    """What the interface calls it."""
    sentence: str
    """What it does, in one plain sentence."""
    low: float
    """Smallest value allowed, inclusive."""
    high: float
    """Largest value allowed, inclusive."""
    default: float
    """Value when nobody turned it."""
    scale: Literal["linear", "log"] = "linear"
    """How a slider should spread the range."""
    is_integer: bool = False
    """Whether only whole numbers make sense."""
    caution_above: float | None = None
    """From here on the interface marks the range as risky (the map may collapse)."""

    def problem(self, value: object) -> str | None:
        """Return one sentence when `value` is not allowed, else None."""
        must = f"{self.label} must be a number from {self.low:g} to {self.high:g}."
        if isinstance(value, bool) or not isinstance(value, int | float):
            return must
        if value != value:  # NaN alone differs from itself
            return must
        if not self.low <= value <= self.high:
            # JSON may carry whole numbers that no float can hold, so they are not formatted
            shown = f"{value:g}" if abs(value) < LARGEST_SHOWN else "too far out"
            return f"{self.label} is {shown}; choose {self.low:g} to {self.high:g}."
        if self.is_integer and value != int(value):
            return f"{self.label} is {value:g}; choose a whole number."
        return None


KNOBS: tuple[Knob, ...] = (
    Knob("num_epochs", "Epochs", "How long each Update learns. More moves further.",
         1, 200, 15, is_integer=True),
    Knob("learning_rate", "Learning rate", "Size of each step. Too big makes the map jump.",
         1e-5, 5e-2, 5e-3, "log"),
    Knob("beta_classifier", "Class weight", "How strongly names pull their points together.",
         0.0, 1000.0, 100.0, "linear"),
    Knob("beta_kl", "Smoothness", "Evens out the map. In the amber part it collapses to one blob.",
         0.0, 300.0, 1.0, "linear", caution_above=30.0),
)  # fmt: skip


def check_knobs(values: Mapping[str, object]) -> None:
    """Check every knob in `values` at once.

    Raises:
        InvalidKnobError: with one sentence for each offending field.
    """
    problems = {
        knob.name: problem
        for knob in KNOBS
        if knob.name in values and (problem := knob.problem(values[knob.name])) is not None
    }
    if problems:
        raise InvalidKnobError(problems)
