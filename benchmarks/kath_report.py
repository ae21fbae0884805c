"""The figures of Kath et al. as keys and remarks."""

import dataclasses
import math
from collections.abc import Sequence
from typing import Final

from benchmarks.intervals import estimate
from benchmarks.kath import LONG, STOPS, VARIANTS, KathRun
from benchmarks.kath_claims import CLAIMS, STEADY, STEADY_SENTENCE, Claim, falls, judge
from benchmarks.records import Report
from benchmarks.separation import Separation
from benchmarks.sheet import LEFT_OUT, Sheet

MEASURES: Final = tuple(field.name for field in dataclasses.fields(Separation))


def answers_of(claim: Claim, runs: Sequence[KathRun], num_classes: int) -> list[bool] | None:
    """Return each seed's answer, None where a variant was left out."""
    if any(name not in run.separations for run in runs for name in claim.needs):
        return None
    return [claim.holds(run.separations, num_classes) for run in runs]


def put_claims(sheet: Sheet, runs: Sequence[KathRun], num_classes: int) -> None:
    """Write the count of claims that held, then each as 1 or 0."""
    steady = [falls(run.displacement) for run in runs] if runs[0].displacement else None
    asked = [
        *((c.key, c.sentence, answers_of(c, runs, num_classes)) for c in CLAIMS),
        (STEADY, STEADY_SENTENCE, steady),
    ]
    judged = {key: judge(answers) for key, _, answers in asked if answers is not None}
    sheet.put("claims_held", sum(held for held, _ in judged.values()), "by most seeds")
    sheet.put("claims_total", len(judged), f"asked of {len(asked)} statements of Kath et al.")
    for key, sentence, _ in asked:
        held, seeds = judged.get(key, (None, LEFT_OUT))
        sheet.put(key, None if held is None else float(held), f"{seeds}: {sentence}")


def put_contrasts(sheet: Sheet, runs: Sequence[KathRun]) -> None:
    """Write the differences the claims rest on."""

    def each(name: str, measure: str) -> list[float]:
        return [
            getattr(run.separations[name], measure) if name in run.separations else math.nan
            for run in runs
        ]

    logistic, mlp = each("logistic", "silhouette"), each("mlp", "silhouette")
    gains = [a - b for a, b in zip(logistic, mlp, strict=True)]
    sheet.put_estimate("kath_head_silhouette_gain", estimate(gains))
    for key, above, below in (
        ("kath_head_fisher_ratio", "logistic", "mlp"),
        ("kath_weight_fisher_ratio", "logistic", "kl3_c1"),
    ):
        ratios = [a / b for a, b in zip(each(above, "fisher"), each(below, "fisher"), strict=True)]
        sheet.put_estimate(key, estimate(ratios))


def put_displacements(sheet: Sheet, runs: Sequence[KathRun]) -> None:
    """Write how far samples go in an epoch, at our falling learning rate and at a constant one."""
    for i, stop in enumerate(STOPS):
        for key, paths in (
            (f"kath_displacement_{stop}", [run.displacement for run in runs]),
            (f"kath_displacement_constant_{stop}", [run.displacement_constant for run in runs]),
        ):
            if all(paths):
                sheet.put_estimate(key, estimate([path[i] for path in paths]))
            else:
                sheet.put(key, None, LEFT_OUT)


def subtitles_of(run: KathRun) -> dict[str, str]:
    """Return what the figure says under each panel's title."""
    said = {
        name: f"collapsed: spread {found.spread:.2g}, sigma {found.sigma:.2f}"
        if math.isnan(found.silhouette)
        else f"silhouette {found.silhouette:.2f}   spread {found.spread:.1f}"
        for name, found in run.separations.items()
    }
    ways = zip(STOPS, run.displacement, strict=True)
    return said | {
        f"{LONG}_{stop}": f"moving {100 * way:.1f} % of its radius an epoch" for stop, way in ways
    }


def kath_report(runs: Sequence[KathRun], num_classes: int) -> Report:
    """Return every figure of the part."""
    sheet = Sheet()
    put_claims(sheet, runs, num_classes)
    put_contrasts(sheet, runs)
    put_displacements(sheet, runs)
    restarts = sum(run.num_restarts for run in runs)
    sheet.put("kath_restarts", restarts, f"fresh starts by the guard in {len(runs)} pretrainings")
    for name in ("none", *VARIANTS):
        for measure in MEASURES:
            key = f"kath_{name}_{measure}"
            if name == "none" and measure == "accuracy":
                continue
            if name in runs[0].separations:
                values = [getattr(run.separations[name], measure) for run in runs]
                sheet.put_estimate(key, estimate(values))
            else:
                sheet.put(key, None, LEFT_OUT)
    return sheet.report("papers")
