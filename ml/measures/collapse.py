"""The collapse of a map: told before a run by its knobs; it has happened below a certain spread.

A KL term that outweighs all others presses every latent onto the prior, whatever the sample
(Lucas et al. 2019); the class weight holds against it. NumPy-free, for the page's sake.
"""

from dataclasses import dataclass
from typing import Final, Literal

LEAST_SPREAD: Final = 0.05
"""Spread below which a map is one blob, and ratios of its distances are noise over noise."""
COLLAPSING: Final = frozenset({"annotate-vae"})
"""Presets with a KL term."""
MAY: Final = (
    "The map may collapse to one blob with this class weight. "
    "Smoothness up to {limit} is safe."
)  # fmt: skip
WILL: Final = (
    "The map will collapse to one blob with this class weight. "
    "Smoothness up to {limit} is safe."
)  # fmt: skip


@dataclass(frozen=True)
class CollapseLimit:
    """What smoothness a map bears, from a class weight on up to that of the next row."""

    class_weight: float
    """beta_classifier from which this row holds."""
    may_above: float
    """Largest beta_kl at which every map that was tried stayed alive."""
    will_from: float | None
    """Smallest beta_kl at which every one collapsed; None where some always lived."""


LIMITS: Final = (
    CollapseLimit(0, 3, 100),
    CollapseLimit(10, 30, 100),
    CollapseLimit(100, 100, None),
    CollapseLimit(1000, 300, None),
)
"""By rising class weight; taken at weights 1, 10, 100 and 1000 (docs/learning.md)."""


@dataclass(frozen=True)
class Forecast:
    """What the knobs foretell."""

    level: Literal["none", "may", "will"]
    sentence: str
    """What to show: one thing to know, one to do; empty for "none"."""


def forecast(beta_kl: float, beta_classifier: float) -> Forecast:
    """Return whether a run of `annotate-vae` with these weights will leave a map."""
    row = [limit for limit in LIMITS if limit.class_weight <= max(0, beta_classifier)][-1]
    if row.will_from is not None and beta_kl >= row.will_from:
        return Forecast("will", WILL.format(limit=f"{row.may_above:g}"))
    if beta_kl > row.may_above:
        return Forecast("may", MAY.format(limit=f"{row.may_above:g}"))
    return Forecast("none", "")
