"""Each claim on figures made up to hold, and broken one at a time."""

import dataclasses
import math

import pytest

from benchmarks.kath_claims import CLAIMS, falls, judge, rises
from benchmarks.separation import Separation

PLAIN = Separation(0.0, 2.0, 0.6, 0.5, 1.6, 0.1, 2, 0.6)


def made(**changes: float) -> Separation:
    return dataclasses.replace(PLAIN, **changes)


HOLDING = {
    "none": PLAIN,
    "logistic": made(silhouette=0.4, fisher=7.5, relative_within=0.34, spread=3.8),
    "mlp": made(silhouette=0.3, fisher=5.5),
    "kl3_c1": made(spread=1.4),
    "kl3_c10": made(fisher=2.7, relative_within=0.53),
    "kl1_c1": made(spread=1.7),
    "kl1_c100": made(spread=5.5),
    "kl30_c100": made(spread=1.7),
    "kl30_c1": made(active_units=0),
    "kl300_c1": made(spread=0.001, sigma=1.0, active_units=0, accuracy=0.1, fisher=math.nan),
}
BREAKING = {
    "claim_0_clusters": ("none", "knn15", 0.2),
    "claim_1_silhouette": ("mlp", "silhouette", 0.37),
    "claim_1_fisher": ("mlp", "fisher", 7.0),
    "claim_2_fisher": ("kl3_c10", "fisher", 8.0),
    "claim_2_tighter": ("kl3_c10", "relative_within", 0.3),
    "claim_3_spread": ("kl3_c1", "spread", 1.8),
    "claim_3_spread_strong": ("kl30_c100", "spread", 4.0),
    "claim_4_collapse": ("kl300_c1", "accuracy", 0.2),
    "claim_4_units": ("kl30_c1", "active_units", 1.0),
}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.key)
def test_claim__holds_and_breaks(claim: object) -> None:
    found = next(each for each in CLAIMS if each is claim)
    assert found.holds(HOLDING, 10)
    name, measure, value = BREAKING[found.key]
    assert name in found.needs
    broken = dataclasses.replace(HOLDING[name], **{measure: value})
    assert not found.holds({**HOLDING, name: broken}, 10)


def test_claims__are_not_held_by_withheld_figures() -> None:
    nothing = made(silhouette=math.nan, fisher=math.nan, relative_within=math.nan)
    maps = dict.fromkeys(HOLDING, nothing)
    held = [claim.key for claim in CLAIMS if claim.holds(maps, 10)]
    assert held == ["claim_0_clusters"]


def test_rises_and_falls__are_strict() -> None:
    assert rises([1, 2, 3])
    assert not rises([1, 1, 2])
    assert falls([3, 2, 1])
    assert not falls([3, math.nan, 1])


def test_judge__asks_for_more_than_half() -> None:
    assert judge([True, True, False]) == (True, "2 of 3 seeds")
    assert judge([True, False]) == (False, "1 of 2 seeds")
