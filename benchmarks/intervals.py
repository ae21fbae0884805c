"""How sure a mean over a few seeds is: Student's interval, and which sign it allows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

T_975: Final = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
"""97.5 % points of Student's t with 1 to 30 degrees of freedom."""
MANY: Final = 1.96


@dataclass(frozen=True)
class Estimate:
    """A mean over seeds and half the width of its 95 % interval."""

    mean: float
    half: float
    """NaN for a single seed, which says nothing about others."""
    count: int
    """Seeds."""

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + self.half

    @property
    def sentence(self) -> str:
        """The interval and what it was taken from, for the table."""
        if math.isnan(self.mean):
            return "withheld"
        seeds = "1 seed" if self.count == 1 else f"{self.count} seeds"
        if math.isnan(self.half):
            return f"{seeds}, no interval"
        return f"{self.low:.3g} to {self.high:.3g} (95 %), {seeds}"


def estimate(values: Sequence[float]) -> Estimate:
    """Return the mean of values that one seed each gave, with Student's 95 % interval.

    Values that are NaN were withheld and do not count.
    """
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return Estimate(math.nan, math.nan, 0)
    mean = sum(known) / len(known)
    if len(known) == 1:
        return Estimate(mean, math.nan, 1)
    variance = sum((value - mean) ** 2 for value in known) / (len(known) - 1)
    quantile = T_975[len(known) - 2] if len(known) - 1 <= len(T_975) else MANY
    return Estimate(mean, quantile * math.sqrt(variance / len(known)), len(known))


def paired(values: Sequence[float], controls: Sequence[float]) -> Estimate:
    """Return the estimate of `values - controls`, the two of one seed belonging together."""
    return estimate([value - control for value, control in zip(values, controls, strict=True)])
