"""The figures of `gestures` as keys and remarks."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.gestures.course import Course
from benchmarks.gestures.plan import CHECKPOINTS, HEADLINE
from benchmarks.intervals import Estimate, estimate, paired
from benchmarks.sheet import LEFT_OUT, Sheet

Found = Mapping[str, Mapping[int, Course]]
"""Courses by contender and seed."""
STRONG_HEADS: Final = ("spreading", "logistic")
"""The strong control answers by the better of them, by its mean over seeds on the set."""
PIXELS: Final = {"pixels_knn": "knn", "pixels_cnn": "cnn"}
"""Contenders on pixels and their heads."""
LIVE: Final = ("annotate_vae", "lodemap", "leads", "suggested")
PROTOTYPE: Final = "suggested"
PROTOTYPE_NOTE: Final = ", prototype with galleries and refusals, not on the screen"
STRETCH: Final = 5
"""Gestures up to the headline over which displacement is averaged."""
WAYS: Final = {
    "displacement_g20": "displacement",
    "displacement_procrustes_g20": "displacement_procrustes",
}
"""Beginnings of keys, and the measures of a course they speak of."""
EFFORTS: Final = {"left_out_g20": "left_out", "rejected_g20": "rejected"}
"""Beginnings of keys, and the counts of a course they speak of."""
GOAL: Final = 0.9
NOT_RUN: Final = "not run"


@dataclass(frozen=True)
class Row:
    """A contender and the head it answers by."""

    name: str
    """In keys; empty for the product as it is delivered."""
    contender: str
    head: str

    def key(self, stem: str, name: str) -> str:
        """Return a figure's key on a set."""
        return f"{stem}_{self.name}_{name}" if self.name else f"{stem}_{name}"


def mean_at(found: Found, row: Row, gesture: int) -> float:
    """Return a row's mean accuracy over its seeds, NaN without any."""
    values = [course.at(row.head, gesture) for course in found.get(row.contender, {}).values()]
    return estimate(values).mean


def better(found: Found, rows: list[Row], gesture: int) -> Row:
    """Return the row with the higher mean; one that was not run loses."""
    return max(rows, key=lambda row: (not math.isnan(m := mean_at(found, row, gesture)), m))


def product_row(found: Found) -> Row:
    """Return what a person can do: walk *Look here next*, else lasso on the live map."""
    return Row("", "leads" if found.get("leads") else "lodemap", "answer")


def control_row(found: Found, gesture: int) -> Row:
    """Return the strong control."""
    heads = [Row("control", "control", head) for head in STRONG_HEADS]
    return better(found, heads, gesture)


def rows_of(found: Found, gesture: int) -> Iterator[Row]:
    """Yield every row with an accuracy of its own."""
    yield product_row(found)
    yield from (Row(name, name, head) for name, head in PIXELS.items())
    yield control_row(found, gesture)
    for head in (*STRONG_HEADS, "mean"):
        yield Row(f"control_{head}", "control", head)
    yield from (Row(name, name, "answer") for name in LIVE)


def remark_on(row: Row) -> str:
    """Return who it is that a key does not name, or that it is nothing people have."""
    if row.contender == PROTOTYPE:
        return PROTOTYPE_NOTE
    return f", {row.contender} by {row.head}" if row.name in ("", "control") else ""


def values_of(
    found: Found, ours: Row, theirs: Row, gesture: int
) -> tuple[list[float], list[float]]:
    """Return both rows' accuracies on the seeds they share, in their order."""
    mine, other = found.get(ours.contender, {}), found.get(theirs.contender, {})
    seeds = sorted(set(mine) & set(other))
    return (
        [mine[seed].at(ours.head, gesture) for seed in seeds],
        [other[seed].at(theirs.head, gesture) for seed in seeds],
    )


class SetSheet:
    """The figures of one set while they are being filled in."""

    def __init__(self, sheet: Sheet, name: str, found: Found, num_gestures: int) -> None:
        self.sheet, self.name, self.found, self.num_gestures = sheet, name, found, num_gestures
        self.last = min(HEADLINE, num_gestures)
        self.product = product_row(found)
        self.control = control_row(found, self.last)

    def put(self, key: str, found: Estimate, gesture: int = HEADLINE, extra: str = "") -> None:
        """Write an estimate, or why there is none."""
        if gesture > self.num_gestures:
            self.sheet.put(key, None, LEFT_OUT)
        elif found.count == 0:
            self.sheet.put(key, None, NOT_RUN)
        else:
            self.sheet.put(key, found.mean, f"{found.sentence}{extra}")

    def put_accuracies(self) -> None:
        """Write accuracy and thumbnails of every row at every checkpoint."""
        for row in rows_of(self.found, self.last):
            courses = self.found.get(row.contender, {}).values()
            extra = remark_on(row)
            for gesture in CHECKPOINTS:
                accuracy = estimate([course.at(row.head, gesture) for course in courses])
                self.put(row.key(f"acc_g{gesture}", self.name), accuracy, gesture, extra)
                if row.name in ("", row.contender):
                    looks = estimate([course.looks_at(gesture) for course in courses])
                    self.put(row.key(f"looks_g{gesture}", self.name), looks, gesture)

    def put_effort(self) -> None:
        """Write what gestures of `leads` take besides looking, and how many of them reject."""
        courses = self.found.get("leads", {}).values()
        for stem, measure in EFFORTS.items():
            taken = [getattr(each, measure)[: self.last] for each in courses]
            self.put(f"{stem}_{self.name}", estimate([float(each[-1]) for each in taken if each]))

    def put_ceiling(self) -> None:
        """Write what every label gives."""
        courses = self.found.get("ceiling", {}).values()
        for key, head in (("ceiling", "fine_tuned"), ("ceiling_linear", "linear")):
            self.put(f"{key}_{self.name}", estimate([c.at(head, 1) for c in courses]), 0)

    def put_gestures_to(self) -> None:
        """Write how many gestures reach the goal; a seed that never does counts as one more."""
        for stem, row in (
            ("gestures_to_90", self.product),
            ("gestures_to_90_control", self.control),
        ):
            courses = self.found.get(row.contender, {}).values()
            counts = [course.gestures_to(GOAL, row.head) for course in courses]
            never = sum(map(math.isnan, counts))
            key = f"{stem}_{self.name}"
            if counts and never == len(counts):
                self.sheet.put(key, None, f"no seed within {self.num_gestures} gestures")
                continue
            filled = [self.num_gestures + 1.0 if math.isnan(n) else n for n in counts]
            extra = f", {never} never, counted as {self.num_gestures + 1}" if never else ""
            self.put(key, estimate(filled), 0, extra)

    def put_gains(self) -> None:
        """Write differences at the headline, paired over seeds, and the gap they close."""
        pixels = better(self.found, [Row(k, k, head) for k, head in PIXELS.items()], self.last)
        against = paired(*values_of(self.found, self.product, pixels, self.last))
        self.put(f"gain_vs_pixels_g20_{self.name}", against, extra=f", over {pixels.name}")
        gain = paired(*values_of(self.found, self.product, self.control, self.last))
        extra = f", over {self.control.head}"
        self.put(f"gain_vs_strong_control_g20_{self.name}", gain, extra=extra)
        self.put_gap_closed(gain)

    def put_gap_closed(self, gain: Estimate) -> None:
        """Write the share of the control's gap to the ceiling that a gain is."""
        courses = self.found.get("ceiling", {}).values()
        ceiling = estimate([course.at("fine_tuned", 1) for course in courses])
        _, controls = values_of(self.found, self.product, self.control, self.last)
        # the gap itself is taken as known: a ratio of each seed would blow up where it is small
        gap = ceiling.mean - estimate(controls).mean
        if not gap > 0:  # NaN where one of them was not run
            gap = math.nan
        count = 0 if math.isnan(gap) else gain.count
        closed = Estimate(gain.mean / gap, gain.half / gap, count)
        self.put(f"gap_closed_g20_{self.name}", closed, extra=f", of a gap of {gap:.3f}")
        low = Estimate(closed.low, math.nan, 0 if math.isnan(closed.low) else count)
        self.put(f"gap_closed_low95_g20_{self.name}", low)

    def put_looks_ratio(self) -> None:
        """Write the product's thumbnails over the control's, on the seeds they share."""
        mine, other = self.found.get(self.product.contender, {}), self.found.get("control", {})
        seeds = sorted(set(mine) & set(other))
        ratios = [
            mine[seed].looks_at(self.last) / other[seed].looks_at(self.last) for seed in seeds
        ]
        self.put(f"looks_ratio_{self.name}", estimate(ratios))

    def put_displacements(self) -> None:
        """Write how far points went that nobody named, per gesture up to the headline."""
        for row in (self.product, *(Row(name, name, "answer") for name in LIVE)):
            courses = list(self.found.get(row.contender, {}).values())
            for stem, measure in WAYS.items():
                ways = [getattr(c, measure)[self.last - STRETCH : self.last] for c in courses]
                found = estimate([float(np.mean(way)) if way else math.nan for way in ways])
                self.put(row.key(stem, self.name), found)


def put_set(sheet: Sheet, name: str, found: Found, num_gestures: int) -> None:
    """Write every figure of a set.

    Args:
        sheet: Where to.
        name: How its keys end.
        found: Its courses.
        num_gestures: Gestures of the plan; checkpoints beyond were left out.
    """
    of_set = SetSheet(sheet, name, found, num_gestures)
    of_set.put_accuracies()
    of_set.put_effort()
    of_set.put_ceiling()
    of_set.put_gestures_to()
    of_set.put_gains()
    of_set.put_looks_ratio()
    of_set.put_displacements()
