"""`python -m benchmarks load`: many browsers, a long journal, parts that die, a long meeting.

The clients share the machine's cores with the app, so the figures are those of a machine that is
busier than a server.
"""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from benchmarks.load import journal, recovery, sheets, soak, throughput
from benchmarks.load.crowd import Tally, crowd
from benchmarks.load.curves import Panel, draw
from benchmarks.load.flood import flooded
from benchmarks.load.parts import app_on, wait_for_end, wait_for_workers
from benchmarks.load.scene import Place, lost_of, make_project, target_of
from benchmarks.records import Report
from benchmarks.served import ROOT
from benchmarks.sheet import LEFT_OUT, Sheet
from ml.cores import num_cores
from store.settings import Settings

ROUNDS: Final = {20: 1, 50: 5}
"""By size of a crowd, how often it is taken: with fifty, two cores are full, and it varies."""
QUICK_ROUNDS: Final = {20: 1, 50: 1}
SECONDS: Final = 20.0
QUICK_SECONDS: Final = 6.0
NUM_OTHERS: Final = 10
"""Browsers that work beside one that floods the app."""
CURVE_SIZES: Final = (1, 5, 10, 20, 30, 40, 50)
CURVE_SECONDS: Final = 8.0
IMAGE: Final = ROOT / "docs" / "images" / "load.svg"


def run(is_quick: bool, part: str | None = None) -> Report:
    """Take the figures, or those of one part.

    Args:
        is_quick: Shorter; the curves and a journal of a million are left out.
        part: One of `PARTS["load"]` of the command line, None for all.
    """
    sheet = Sheet()
    steps: dict[str, Callable[[], object]] = {
        "crowd": lambda: (
            take_crowds(sheet, QUICK_ROUNDS, QUICK_SECONDS)
            if is_quick
            else take_crowds(sheet, ROUNDS, SECONDS)
        ),
        "journal": lambda: journal.take(sheet, is_quick),
        "recovery": lambda: recovery.take(sheet),
        "sheets": lambda: sheets.take(sheet, is_quick),
        "soak": lambda: soak.take(sheet, is_quick),
        "curves": lambda: take_curves(sheet, is_quick),
        "flood": lambda: take_flood(sheet, QUICK_SECONDS if is_quick else SECONDS),
    }
    for name, step in steps.items():
        if part in (None, name):
            step()
    sheet.notes["machine"] = f"{num_cores()} cores, load {os.getloadavg()[0]:.1f} at the end"
    return sheet.report("load")


def take_crowds(sheet: Sheet, rounds: Mapping[int, int], seconds: float) -> None:
    """Write acknowledged, seen, errors and lost for crowds of some sizes.

    Args:
        sheet: Where to.
        rounds: By size, how many crowds there are, each with an app of its own; medians count.
        seconds: Of each.
    """
    num_lost, errors = 0, list[str]()
    for size, count in rounds.items():
        tallies = []
        for _ in range(count):
            tally, lost = measured_crowd(size, seconds)
            num_lost += lost
            errors += tally.errors
            tallies.append(tally)
        put_rounds(sheet, size, tallies, seconds)
    sheet.put("errors", len(errors), "; ".join(errors[:4]))
    sheet.put("lost", num_lost, "acknowledged gestures that are not in the journal, once, in place")


def put_rounds(sheet: Sheet, size: int, tallies: Sequence[Tally], seconds: float) -> None:
    """Write the medians over the rounds of a crowd, and between what the 95th percentile was."""
    said, polled, cpu_s = (
        float(np.median(each))
        for each in zip(
            *((len(t.ack_s) / seconds, len(t.poll_s) / seconds, t.cpu_s) for t in tallies),
            strict=True,
        )
    )
    rate = f"{said:.0f} gestures/s, {polled:.0f} polls/s, {cpu_s:.1f} s of a core"
    for share in (50, 95, 99):
        found = [percentile_ms(tally.ack_s, share) for tally in tallies]
        sheet.put(f"ack_p{share}_ms_{size}", float(np.median(found)), f"{rate}; {_each(found)}")
        if share == 95 and len(found) > 1:
            sheet.put(f"ack_p95_ms_{size}_least", min(found), f"of {len(found)} rounds")
            sheet.put(f"ack_p95_ms_{size}_most", max(found), f"of {len(found)} rounds")
    seen = [percentile_ms(tally.seen_s, 95) for tally in tallies]
    note = f"from the acknowledgement; {_each(seen)}"
    sheet.put(f"seen_p95_ms_{size}", float(np.median(seen)), note)


def _each(found: Sequence[float]) -> str:
    return "rounds " + ", ".join(f"{value:.0f}" for value in found)


def measured_crowd(size: int, seconds: float) -> tuple[Tally, int]:
    """Let a crowd work in an app of its own whose project has a map; return how many were lost."""
    with TemporaryDirectory(prefix="lodemap-load-") as folder:
        place = Place(Path(folder) / "data")
        made = make_project(place)
        with app_on(place.data_dir) as app:
            with place.store() as store:
                wait_for_workers(store, 1)
                wait_for_end(store, recovery.submit(app.port, made[0], {"num_epochs": 2}))
            began_s = soak.cpu_s(app)
            tally = asyncio.run(crowd(target_of(app, made), size, seconds))
            tally.cpu_s = soak.cpu_s(app) - began_s
        return tally, lost_of(place, made[0], tally.keys)


def take_flood(sheet: Sheet, seconds: float) -> None:
    """Write what ten browsers wait for an answer, with and without somebody who floods the app."""
    with TemporaryDirectory(prefix="lodemap-load-") as folder:
        place = Place(Path(folder) / "data")
        made = make_project(place)
        with app_on(place.data_dir, LODEMAP_REQUESTS_PER_S=str(Settings.requests_per_s)) as app:
            target = target_of(app, made)
            calm = asyncio.run(crowd(target, NUM_OTHERS, seconds))
            with flooded(target) as abuser:
                tally = asyncio.run(crowd(target, NUM_OTHERS, seconds))
        lost = lost_of(place, made[0], calm.keys | tally.keys)
    said = f"{NUM_OTHERS} browsers; the abuser: {abuser.asked} requests, {abuser.refused} refused"
    p95_ms, calm_p95_ms = (percentile_ms(each.ack_s, 95) for each in (tally, calm))
    sheet.put("flood_ack_p95_ms", p95_ms, said)
    sheet.put("flood_calm_ack_p95_ms", calm_p95_ms, "the same browsers before, without the abuser")
    sheet.put("flood_ratio", p95_ms / calm_p95_ms, "the first over the second")
    sheet.put("flood_errors", len(tally.errors), "; ".join(tally.errors[:2]))
    sheet.put("flood_lost", lost, "acknowledged gestures that are not in the journal")


def percentile_ms(seconds: list[float], share: float) -> float:
    """Return a percentile in ms, NaN of nothing."""
    return float(np.percentile(seconds, share)) * 1000 if seconds else float("nan")


def take_curves(sheet: Sheet, is_quick: bool) -> None:
    """Draw latency by browsers and throughput by workers into docs/images/load.svg."""
    if is_quick:
        sheet.notes["curves"] = LEFT_OUT
        return
    tallies = {size: measured_crowd(size, CURVE_SECONDS)[0] for size in CURVE_SIZES}
    rates = throughput.runs_per_minute()
    ack = {
        f"p{share}": {size: percentile_ms(each.ack_s, share) for size, each in tallies.items()}
        for share in (50, 95)
    }
    panels = [
        Panel("A gesture is acknowledged", "browsers, each 2 gestures a second", "ms", ack),
        Panel("Runs finished", f"workers on {num_cores()} cores", "a minute", {"runs": rates}),
    ]
    IMAGE.write_text(draw(panels), encoding="utf-8")
    sheet.notes["curves"] = f"{IMAGE.relative_to(ROOT)}: " + ", ".join(
        f"{count} workers {rate:.1f} runs/min" for count, rate in rates.items()
    )
