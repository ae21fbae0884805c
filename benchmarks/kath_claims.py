"""The statements of Kath et al., section 4, as questions that a seed's figures answer.

Thresholds were set from earlier runs, before the figures in docs/papers.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from benchmarks.separation import Separation
from ml.measures.collapse import LEAST_SPREAD

Maps = Mapping[str, Separation]
CLUSTERING_OVER_CHANCE: Final = 3.0
SILHOUETTE_GAIN: Final = 0.04
FISHER_GAIN: Final = 1.15
FISHER_FACTOR: Final = 2.0
COLLAPSED_SIGMA: Final = 0.98
COLLAPSED_OVER_CHANCE: Final = 1.5


@dataclass(frozen=True)
class Claim:
    """One statement of the paper."""

    key: str
    sentence: str
    needs: tuple[str, ...]
    """Variants it speaks of."""
    holds: Callable[[Maps, int], bool]
    """Whether one seed's maps of so many classes agree; comparisons with NaN do not."""


def clusters_without_labels(maps: Maps, num_classes: int) -> bool:
    """The pretrained map tells classes at least three times as well as chance."""
    return maps["none"].knn15 >= CLUSTERING_OVER_CHANCE / num_classes


def logistic_has_higher_silhouette(maps: Maps, _: int) -> bool:
    """By .04 or more."""
    return maps["logistic"].silhouette - maps["mlp"].silhouette >= SILHOUETTE_GAIN


def logistic_has_higher_fisher(maps: Maps, _: int) -> bool:
    """By 15 % or more."""
    return maps["logistic"].fisher >= FISHER_GAIN * maps["mlp"].fisher


def weight_raises_fisher(maps: Maps, _: int) -> bool:
    """Strictly with each step of beta_classifier, and at least twofold over both."""
    values = [maps[name].fisher for name in ("kl3_c1", "kl3_c10", "logistic")]
    return rises(values) and values[-1] >= FISHER_FACTOR * values[0]


def weight_tightens(maps: Maps, _: int) -> bool:
    """The size of a class against the map falls with each step of beta_classifier."""
    return rises([maps[name].relative_within for name in ("logistic", "kl3_c10", "kl3_c1")])


def kl_narrows_neutral(maps: Maps, _: int) -> bool:
    """From beta_kl 1 to 3 at beta_classifier 1."""
    return maps["kl3_c1"].spread < maps["kl1_c1"].spread


def kl_narrows_strong(maps: Maps, _: int) -> bool:
    """From beta_kl 1 to 3 to 30 at beta_classifier 100."""
    return rises([maps[name].spread for name in ("kl30_c100", "logistic", "kl1_c100")])


def kl_collapses(maps: Maps, num_classes: int) -> bool:
    """At beta_kl 300 all means are 0, all variances 1, and nothing can be told."""
    end = maps["kl300_c1"]
    return (
        end.spread < LEAST_SPREAD
        and end.sigma > COLLAPSED_SIGMA
        and end.active_units == 0
        and end.accuracy < COLLAPSED_OVER_CHANCE / num_classes
    )


def kl_switches_units_off(maps: Maps, _: int) -> bool:
    """At beta_kl 30 no axis carries more than 0.05 nats."""
    return maps["kl30_c1"].active_units == 0


CLAIMS: Final = (
    Claim("claim_0_clusters", "Without labels the map clusters visibly.", ("none",),
          clusters_without_labels),
    Claim("claim_1_silhouette", "A logistic head separates more sharply (silhouette).",
          ("logistic", "mlp"), logistic_has_higher_silhouette),
    Claim("claim_1_fisher", "A logistic head separates more sharply (Fisher's ratio).",
          ("logistic", "mlp"), logistic_has_higher_fisher),
    Claim("claim_2_fisher", "beta_classifier parts the classes.",
          ("kl3_c1", "kl3_c10", "logistic"), weight_raises_fisher),
    Claim("claim_2_tighter", "beta_classifier makes clusters tighter.",
          ("kl3_c1", "kl3_c10", "logistic"), weight_tightens),
    Claim("claim_3_spread", "beta_kl reduces the spread.",
          ("kl3_c1", "kl1_c1"), kl_narrows_neutral),
    Claim("claim_3_spread_strong", "beta_kl reduces the spread under a strong head.",
          ("kl30_c100", "logistic", "kl1_c100"), kl_narrows_strong),
    Claim("claim_4_collapse", "A higher beta_kl collapses the map.",
          ("kl300_c1",), kl_collapses),
    Claim("claim_4_units", "At beta_kl 30 no axis is in use any more.",
          ("kl30_c1",), kl_switches_units_off),
)  # fmt: skip
STEADY: Final = "claim_5_steady"
STEADY_SENTENCE: Final = "The map changes steadily and comes to rest."


def rises(values: Sequence[float]) -> bool:
    """Return whether each value is above the one before; NaN is above nothing."""
    return all(after > before for before, after in pairwise(values))


def falls(values: Sequence[float]) -> bool:
    """Return whether each value is below the one before."""
    return all(after < before for before, after in pairwise(values))


def judge(answers: Sequence[bool]) -> tuple[bool, str]:
    """Return whether most seeds agree, and how many of them."""
    return 2 * sum(answers) > len(answers), f"{sum(answers)} of {len(answers)} seeds"
