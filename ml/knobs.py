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

    is_shown: bool = True
    """Whether the interface offers it; one that it does not is bounded all the same."""

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


def epochs(high: float, default: float) -> Knob:
    """Return the knob of how long a run learns."""
    sentence = "How long each Update learns. More moves further."
    return Knob("num_epochs", "Epochs", sentence, 1, high, default, is_integer=True)


def learning_rate(low: float, high: float, default: float) -> Knob:
    """Return the knob of how far a step goes."""
    sentence = "Size of each step. Too big makes the map jump."
    return Knob("learning_rate", "Learning rate", sentence, low, high, default, "log")


KNOBS: Final[Mapping[str, tuple[Knob, ...]]] = {
    "lodemap": (
        epochs(200, 6),
        learning_rate(1e-5, 1e-2, 7e-4),
        Knob("w_magnets", "Pull", "How strongly named points gather at their class's place.",
             0.0, 20.0, 1.0),
        Knob("w_anchor", "Hold", "How firmly all other points stay where they are.",
             0.0, 20.0, 2.0),
        Knob("w_layout", "Unfold",
             "How strongly neighbours draw together and others part, from the second epoch on.",
             0.0, 1.0, 0.05),
        Knob("w_contrast", "Refine",
             "How much names change what the network sees, from five classes and the second epoch "
             "on.", 0.0, 5.0, 1.0),
        Knob("w_dis", "Move weight", "How much moved points count.", 0.0, 20.0, 1.0),
    ),
    "annotate-vae": (
        epochs(200, 15),
        learning_rate(1e-5, 5e-2, 5e-3),
        Knob("beta_classifier", "Class weight",
             "How strongly names pull their points together.", 0.0, 1000.0, 100.0),
        Knob("beta_kl", "Smoothness",
             "Evens out the map. In the amber part it collapses to one blob.",
             0.0, 300.0, 1.0, caution_above=30.0),
        Knob("num_hidden_layers", "Head layers",
             "With 0 classes must part by straight lines; more leaves the map as it is.",
             0, 2, 0, is_integer=True),
        Knob("w_dis", "Move weight", "How much moved points count.", 0.0, 300.0, 10.0),
    ),
    "refine-projection": (
        epochs(100, 3),
        learning_rate(1e-4, 0.2, 4e-2),
        Knob("w_cls", "Class weight", "How much names count.", 0.0, 1.0, 0.89),
        Knob("w_dis", "Move weight", "How much moved points count.", 0.0, 1.0, 0.11),
    ),
}  # fmt: skip
"""What may be turned before a run, by preset; the first preset is the default."""


def bounds_of(preset: str, name: str) -> Knob | None:
    """Return the knob that bounds a setting: the preset's own, else another preset's."""
    tables = [KNOBS.get(preset, ()), *KNOBS.values()]
    return next((knob for table in tables for knob in table if knob.name == name), None)


def defaults_of(preset: str) -> dict[str, float | int]:
    """Return what the knobs of a preset stand at when nobody turned them."""
    return {k.name: int(k.default) if k.is_integer else k.default for k in KNOBS.get(preset, ())}


def check_knobs(preset: str, values: Mapping[str, object]) -> None:
    """Check every knob in `values` at once.

    Raises:
        InvalidKnobError: with one sentence for each offending field.
    """
    problems = {
        name: problem
        for name, value in values.items()
        if (knob := bounds_of(preset, name)) and (problem := knob.problem(value)) is not None
    }
    if problems:
        raise InvalidKnobError(problems)
