"""From the release of the mouse on Update to the first changed pixel of a point.

Ours in both worker modes on the default preset, and the same job as a plain Dash background
callback and as a plain Celery task, in the same run and browser (docs/benchmarks.md).
"""

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from playwright.sync_api import Browser, Page

from benchmarks.chromium import PROBE, chromium
from benchmarks.contenders.served import contender, prepare
from benchmarks.hand import Hand, first_motion_s, wait_until
from benchmarks.images import mnist_7k
from benchmarks.records import Report
from benchmarks.served import Mode, served
from store.opening import open_store
from store.settings import Settings

KINDS: Final = ("background_callback", "plain_celery", "warm_celery")
ALTERNATIVES: Final = ("background_callback", "plain_celery")
SUFFIX: Final[dict[Mode, str]] = {"embedded": "", "team": "_celery"}
FIGURES: Final = (
    "first_motion_digits_s", "first_motion_7k_s", "ratio_vs_best_alternative", "ack_p95_ms",
    "first_motion_digits_celery_s", "first_motion_7k_celery_s", "ack_p95_celery_ms",
    "background_callback_digits_s", "plain_celery_digits_s", "warm_celery_digits_s",
    "background_callback_7k_s", "plain_celery_7k_s", "warm_celery_7k_s", "ratio_vs_warm_celery",
)  # fmt: skip
VIEWPORT: Final = {"width": 1280, "height": 800}
QUIET_S: Final = 3.5
"""A contender polls each second: when no point moved for so long, its job is over."""
Measured = dict[str, list[float]]


def run(is_quick: bool) -> Report:
    """Take the figures; quick: the digits only, the local worker, fewer repetitions."""
    sets = ("digits",) if is_quick else ("digits", "7k")
    modes: Sequence[Mode] = ("embedded",) if is_quick else ("embedded", "team")
    measured: Measured = {}
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        for mode in modes:
            measured |= measure_ours(browser, folder / mode, mode, sets, 3 if is_quick else 9)
        for each in sets:
            prepare(folder / each, each)
            for kind in ALTERNATIVES if is_quick else KINDS:
                key = f"{kind}_{each}_s"
                measured[key] = measure_other(browser, folder / each, kind, 2 if is_quick else 5)
    return report(measured, sets)


def add_7k(data_dir: Path) -> str:
    """Put 7,000 MNIST images and a project of them into a data directory; return its id."""
    images = mnist_7k()
    store = open_store(Settings.from_env({"LODEMAP_DATA_DIR": str(data_dir)}))
    try:
        classes = tuple(str(digit) for digit in range(10))
        dataset = store.datasets.put(
            "MNIST", images.images, images.label, images.is_held_out, classes
        )
        project = store.projects.create("MNIST", dataset.dataset_id, class_names=("one", "two"))
        return project.project_id
    finally:
        store.close()


def new_page(browser: Browser) -> Page:
    """Return a page that carries the stopwatch."""
    page = browser.new_page(viewport=VIEWPORT)  # type: ignore[arg-type]
    page.add_init_script(path=PROBE)
    return page


def measure_ours(
    browser: Browser, data_dir: Path, mode: Mode, sets: Sequence[str], repetitions: int
) -> Measured:
    """Return the seconds to the first motion for each set, and the milliseconds of the answers."""
    measured: Measured = {}
    project_7k = ""
    with served(mode, data_dir):
        pass  # the first start makes the demo project
    if "7k" in sets:
        project_7k = add_7k(data_dir)
    with served(mode, data_dir) as app:
        for name in sets:
            page = new_page(browser)
            hand = Hand(page, project_7k if name == "7k" else demo_project(page, app.url))
            hand.open(app.url)
            for x_share, key in ((0.3, "1"), (0.7, "2")):
                hand.lasso(x_share)
                hand.name(key)
            hand.first_motion_s()  # the worker warms up
            key = f"first_motion_{name}{SUFFIX[mode]}_s"
            measured[key] = [hand.first_motion_s() for _ in range(repetitions)]
            if name == "digits":
                measured[f"ack_p95{SUFFIX[mode]}_ms"] = hand.acks_ms(20 * repetitions)
            page.close()
    return measured


def demo_project(page: Page, url: str) -> str:
    """Return the id of the digits' project."""
    page.goto(f"{url}/healthz")  # not the map, which would form that of the newest project first
    projects = page.evaluate("() => fetch('/api/projects').then((answer) => answer.json())")
    return str(next(each["project_id"] for each in projects if "digits" in each["name"]))


def measure_other(browser: Browser, folder: Path, kind: str, repetitions: int) -> list[float]:
    """Return a contender's seconds; a warm one has done the job once before."""
    with contender(kind, folder) as url:
        page = new_page(browser)
        times = []
        for _ in range(repetitions + (kind == "warm_celery")):
            # Back to where the job begins: it always ends alike, and a slow poll sees only the end.
            page.goto(url)
            page.wait_for_selector(".js-plotly-plot .nsewdrag")
            times.append(first_motion_s(page, "plotly", "#update"))
            wait_for_quiet(page)
        page.close()
    return times[-repetitions:]


def wait_for_quiet(page: Page) -> None:
    """Wait until the contender's points have not moved for a while."""
    seen: list[tuple[float, float]] = []

    def is_quiet() -> bool:
        now = page.evaluate("() => document.querySelector('.js-plotly-plot')._fullData[0].x[0]")
        if not seen or seen[-1][0] != now:
            seen.append((now, time.monotonic()))
        return time.monotonic() - seen[-1][1] > QUIET_S

    wait_until(is_quiet, "a contender's job to end")


def report(measured: Measured, sets: Sequence[str]) -> Report:
    """Return medians, ratios and what was left out."""
    figures: dict[str, float | None] = dict.fromkeys(FIGURES)
    notes = dict.fromkeys(FIGURES, "left out by --quick")
    for key, values in measured.items():
        is_ack = key.startswith("ack_p95")
        figures[key] = float(np.percentile(values, 95)) if is_ack else statistics.median(values)
        middle = f"median {statistics.median(values):.4g}, " if is_ack else ""
        notes[key] = f"{middle}{min(values):.4g} to {max(values):.4g}, {len(values)} taken"
    for key, kinds in (("ratio_vs_best_alternative", ALTERNATIVES),
                       ("ratio_vs_warm_celery", ("warm_celery",))):  # fmt: skip
        ratios = [
            min(others) / ours
            for each in sets
            if (ours := figures[f"first_motion_{each}_s"])
            and (others := [t for kind in kinds if (t := figures[f"{kind}_{each}_s"])])
        ]
        figures[key] = min(ratios) if ratios else None
        if ratios:
            notes[key] = "the smaller of the ratios of the sets" if len(ratios) > 1 else "digits"
    return Report("loop", figures, notes)
