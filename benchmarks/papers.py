"""The two papers Lodemap stands on, measured again: Kath et al. figure 2, Wei et al. figure 4.

docs/papers.md sets what each paper claims beside what came out, noise included.
"""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Literal, TypeVar

from benchmarks.images import ROOT
from benchmarks.kath import QUICK_PLAN, KathRun, Plan, run_seed
from benchmarks.kath_figure import Sketch, draw
from benchmarks.kath_report import kath_report, subtitles_of
from benchmarks.labelled import MNIST, ROUND9, LabelledSet, read_labelled, standard_path
from benchmarks.records import Report
from benchmarks.wei import QUICK_WEI, WeiPlan, run_wei
from benchmarks.wei_report import wei_report
from benchmarks.wei_speed import run_speed

Part = Literal["kath", "wei"]
NUM_KATH_SEEDS: Final = 3
OUT: Final = Path("bench-out")
FIGURE: Final = "kath-fig2"
Result = TypeVar("Result")


def each_seed(what: str, num_seeds: int, run_one: Callable[[int], Result]) -> list[Result]:
    """Return what each seed gives, with a line on the way after each."""
    started_s = time.monotonic()
    found = []
    for seed in range(num_seeds):
        found.append(run_one(seed))
        took = time.monotonic() - started_s
        sys.stderr.write(f"{what}: {seed + 1} of {num_seeds} seeds after {took:.0f} s\n")
    return found


def draw_figure(runs: Sequence[KathRun], data: LabelledSet, stem: str | None) -> None:
    """Draw the first seed's maps; those of the usual data also for docs/papers.md."""
    first = runs[0]
    sketch = Sketch(first.maps, first.label, subtitles_of(first), data.class_names)
    draw(sketch, OUT / f"{FIGURE}{'' if stem is None else f'_{stem}'}.png")
    if stem is None:
        draw(sketch, ROOT / "docs" / "images" / f"{FIGURE}.png")


def run_kath(is_quick: bool, path: Path | None) -> Report:
    """Take the figures of Kath et al., on MNIST where no other file is given."""
    data = read_labelled(path or standard_path(MNIST))
    plan = QUICK_PLAN if is_quick else Plan()
    num_seeds = 1 if is_quick else NUM_KATH_SEEDS
    runs = each_seed("kath", num_seeds, lambda seed: run_seed(data, plan, seed))
    if not is_quick:
        draw_figure(runs, data, path.stem if path else None)
    return kath_report(runs, len(data.class_names))


def run_wei_part(is_quick: bool, path: Path | None) -> Report:
    """Take the figures of Wei et al., on nine kinds of drawings where no other file is given."""
    data = read_labelled(path or standard_path(ROUND9))
    plan = QUICK_WEI if is_quick else WeiPlan()
    runs = each_seed("wei", plan.num_seeds, lambda seed: run_wei(data, plan, seed))
    speed = each_seed("wei speed", plan.num_speed_seeds, lambda seed: run_speed(data, seed))
    return wei_report(runs, speed)


def run(is_quick: bool, data: Path | None = None, part: Part | None = None) -> Report:
    """Take the figures of both papers, or of one.

    Args:
        is_quick: One seed, few epochs and conditions; what was left out is None.
        data: Another data set for either part; keys then end in its file's stem.
        part: The one paper wanted; both when None.

    Raises:
        MissingPartError: when a data set is missing or lacks an array.
    """
    takers = {"kath": run_kath, "wei": run_wei_part}
    wanted = [take for name, take in takers.items() if part in (None, name)]
    for name, path in (("kath", standard_path(MNIST)), ("wei", standard_path(ROUND9))):
        if part in (None, name):
            read_labelled(data or path)  # what is missing is said before anything is trained
    reports = [take(is_quick, data) for take in wanted]
    end = f"_{data.stem}" if data else ""
    notes = {f"{key}{end}": note for each in reports for key, note in each.notes.items()}
    if is_quick:
        notes["quick"] = "one seed and fewer epochs: not the figures of docs/papers.md"
    figures = {f"{key}{end}": value for each in reports for key, value in each.figures.items()}
    return Report("papers", figures, notes)
