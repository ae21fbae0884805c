"""The figures of Wei et al. as keys and remarks."""

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import Final, get_args

from benchmarks.intervals import estimate, paired
from benchmarks.moves import Outcome
from benchmarks.records import Report
from benchmarks.sheet import LEFT_OUT, Sheet
from benchmarks.wei import COUNTS, LOOKS, RATES, Condition, WeiRun
from benchmarks.wei_network import Loss
from benchmarks.wei_product import PRODUCT
from benchmarks.wei_speed import SIZES, SpeedRun, speed_estimates

HEADLINE: Final = Condition("ours", 30, 3, "lr005")
"""The row of the prototype: most moves and epochs, the calmer rate."""
QUICK_HEADLINE: Final = Condition("ours", 10, 3, "lr005")
MEASURES: Final = tuple(field.name for field in dataclasses.fields(Outcome))
SPEED_KEYS: Final = (
    "wei_speed_target",
    *(f"wei_epochs_to_target_{size}_{kind}" for size in SIZES for kind in ("plain", "guided")),
    *(f"wei_epochs_saved_{size}" for size in SIZES),
    *(f"wei_guidance_gain_{size}" for size in SIZES),
    *(f"wei_small_{kind}_minus_large_plain" for kind in ("plain", "guided")),
    *(f"wei_num_weights_{size}" for size in SIZES),
)


def conditions() -> Iterator[Condition]:
    """Yield every row of the table."""
    for rate in RATES:
        for num_epochs in LOOKS:
            for loss in get_args(Loss):
                for count in COUNTS:
                    yield Condition(loss, count, num_epochs, rate)


def values_of(runs: Sequence[WeiRun], condition: Condition, measure: str) -> list[float]:
    """Return one measure of a condition by seed."""
    return [getattr(run.outcomes[condition], measure) for run in runs]


def control_of(condition: Condition) -> Condition:
    """Return the same fine-tuning without moves."""
    return dataclasses.replace(condition, loss="control")


@dataclasses.dataclass(frozen=True)
class Side:
    """By seed, what moves did, and what the same training did without them."""

    moved: Sequence[Outcome]
    control: Sequence[Outcome]


def side_of(runs: Sequence[WeiRun], preset: str) -> Side:
    """Return what a preset of the product did with the most moves it was given."""
    found = [run.products[preset] for run in runs]
    most = max(found[0].moved)
    return Side([each.moved[most] for each in found], [each.control[most] for each in found])


def put_headline(sheet: Sheet, runs: Sequence[WeiRun]) -> None:
    """Write what 30 moves do (10 under --quick): in the product, and in the prototype."""
    row = HEADLINE if HEADLINE in runs[0].outcomes else QUICK_HEADLINE
    paper = [run.outcomes[dataclasses.replace(row, loss="paper")].drift for run in runs]
    for preset in PRODUCT:
        end = "" if preset == PRODUCT[0] else f"_{preset.replace('-', '_')}"
        put_side(sheet, end, side_of(runs, preset), paper)
        accuracies = [run.products[preset].accuracy for run in runs]
        stem = "wei_product_accuracy"
        sheet.put_estimate(f"{stem}{end}", estimate(accuracies))
    prototype = Side(
        [run.outcomes[row] for run in runs], [run.outcomes[control_of(row)] for run in runs]
    )
    put_side(sheet, "_steady", prototype, paper)
    sheet.notes["headline"] = (
        f"arrive to heldout_minus_control_low95 are of the preset {PRODUCT[0]}; those that end in "
        f"_steady are of {row.key}, a prototype that no preset is"
    )


def put_side(sheet: Sheet, end: str, side: Side, paper: Sequence[float]) -> None:
    """Write one side's figures; `paper` is how far others drift under the paper's loss, by seed."""

    def of(measure: str) -> list[float]:
        return [getattr(each, measure) for each in side.moved]

    still = [each.drift for each in side.control]
    ratios = [ours / theirs for ours, theirs in zip(of("drift"), paper, strict=True)]
    against = paired(of("held_out"), [each.held_out for each in side.control])
    found = {
        "arrive": estimate(of("arrive")),
        "flip": estimate(of("flip")),
        "drift": estimate(of("drift")),
        "drift_control": estimate(still),
        "drift_ratio_vs_paper": estimate(ratios),
        "heldout_minus_control": against,
    }
    for stem, each in found.items():
        sheet.put_estimate(f"{stem}{end}", each)
    low = "heldout_minus_control_low95"
    sheet.put(f"{low}{end}", against.low, against.sentence)


def put_base(sheet: Sheet, runs: Sequence[WeiRun]) -> None:
    """Write what the network is before anybody moves a point."""
    sheet.put_estimate("wei_base_accuracy", estimate([run.accuracy for run in runs]))
    for field in dataclasses.fields(runs[0].branch):
        values = [getattr(run.branch, field.name) for run in runs]
        sheet.put_estimate(f"wei_{field.name}", estimate(values))


def put_rows(sheet: Sheet, runs: Sequence[WeiRun]) -> None:
    """Write the table: every measure of every condition, and the paired differences."""
    for row in conditions():
        is_taken = row in runs[0].outcomes
        for measure in MEASURES:
            key = f"{row.key}_{measure}"
            if is_taken:
                sheet.put_estimate(key, estimate(values_of(runs, row, measure)))
            else:
                sheet.put(key, None, LEFT_OUT)
        if row.loss == "control":
            continue
        for measure in ("all_test", "held_out"):
            key = f"{row.key}_{measure}_minus_control"
            if is_taken:
                controls = values_of(runs, control_of(row), measure)
                sheet.put_estimate(key, paired(values_of(runs, row, measure), controls))
            else:
                sheet.put(key, None, LEFT_OUT)


def wei_report(runs: Sequence[WeiRun], speed: Sequence[SpeedRun]) -> Report:
    """Return every figure of the part."""
    sheet = Sheet()
    put_headline(sheet, runs)
    put_base(sheet, runs)
    put_rows(sheet, runs)
    found = speed_estimates(list(speed)) if speed else {}
    for key in SPEED_KEYS:
        if key in found:
            sheet.put_estimate(key, found[key])
        else:
            sheet.put(key, math.nan, LEFT_OUT)
    return sheet.report("papers")
