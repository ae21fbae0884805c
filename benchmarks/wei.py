"""Wei et al., figure 4: what moving a few misclassified points does to a classifier.

A control without moves goes through the same fine-tuning, so that the noise of fine-tuning is not
taken for the effect of the moves.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.driving import epochs_of
from benchmarks.labelled import LabelledSet
from benchmarks.moves import Moves, Outcome, draw_moves, outcome
from benchmarks.wei_network import (
    RATE,
    SETTLING_RATE,
    Base,
    Branch,
    Loss,
    fine_tuner,
    picture_of,
    train_base,
)
from benchmarks.wei_product import ProductRun, lodemap_base, run_preset

MOST_SAMPLES: Final = 4500
"""Of each part of a data set."""
RATES: Final = {"lr04": RATE, "lr005": SETTLING_RATE}
COUNTS: Final = (10, 30)
LOOKS: Final = (1, 3)
"""Epochs after which the outcome is read; the rate is constant, so one run gives both."""


@dataclass(frozen=True)
class WeiPlan:
    """How much is trained."""

    num_seeds: int = 8
    base_epochs: tuple[int, int] = (11, 4)
    """At .04, from where learning begins, and at .005."""
    rates: tuple[str, ...] = tuple(RATES)
    counts: tuple[int, ...] = COUNTS
    num_speed_seeds: int = 5
    """Seeds of the question whether guidance makes learning faster; 0 leaves it out."""
    pretrain_epochs: int | None = None
    """Of the product's default preset; its own when None."""


QUICK_WEI: Final = WeiPlan(1, (5, 1), ("lr005",), (10,), 0, 2)


@dataclass(frozen=True, order=True)
class Condition:
    """One row of the table."""

    loss: Loss
    num_moves: int
    """In a control: the points whose way is watched without being moved."""
    num_epochs: int
    rate: str

    @property
    def key(self) -> str:
        """How the row's figures begin."""
        return f"wei_{self.loss}_{self.num_moves}m_{self.num_epochs}e_{self.rate}"


@dataclass(frozen=True, eq=False)
class WeiRun:
    """What one seed gave."""

    accuracy: float
    """Of the base network on all test samples, in points."""
    branch: Branch
    outcomes: dict[Condition, Outcome]
    products: dict[str, ProductRun]
    """What the product's presets did, by name."""


def rows(
    loss: Loss, count: int, rate: str, base: Base, moves: Moves
) -> Iterator[tuple[Condition, Outcome]]:
    """Fine-tune once and yield the outcome after each look.

    Held-out accuracy and drift are read from the test samples that no condition of the seed moves.
    """
    data = base.data
    is_rest = data.is_test.copy()
    is_rest[moves.ids] = False
    own = moves.first(count)
    learner = fine_tuner(base, own, loss, RATES[rate])
    for epoch in epochs_of(learner, LOOKS[-1]):
        if epoch not in LOOKS:
            continue
        now = picture_of(learner)
        for watched in COUNTS if loss == "control" else (count,):
            condition = Condition(loss, watched, epoch, rate)
            parts = (data.is_test, is_rest)
            yield condition, outcome(base.picture, now, moves.first(watched), data.label, parts)


def run_wei(data: LabelledSet, plan: WeiPlan, seed: int) -> WeiRun:
    """Train the base network of a seed and put it through every condition."""
    data = data.subset(MOST_SAMPLES, MOST_SAMPLES, seed)
    base, branch = train_base(data, seed, plan.base_epochs)
    moves = draw_moves(base.picture, data.label, data.is_test, max(COUNTS), seed)
    outcomes: dict[Condition, Outcome] = {}
    for rate in plan.rates:
        outcomes |= dict(rows("control", 0, rate, base, moves))
        for count in plan.counts:
            for loss in ("paper", "ours"):
                outcomes |= dict(rows(loss, count, rate, base, moves))
    own = lodemap_base(data, seed, plan.pretrain_epochs)
    products = {each.model.preset: run_preset(each, plan.counts) for each in (own, base)}
    return WeiRun(base.accuracy, branch, outcomes, products)
