"""What an app holds after a long meeting: memory and descriptors of its own process."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psutil

from benchmarks.load.crowd import crowd
from benchmarks.load.parts import app_on
from benchmarks.load.scene import Place, make_project, target_of
from benchmarks.served import Served
from benchmarks.sheet import Sheet

NUM_BROWSERS: Final = 10
SECONDS: Final = 1800.0
QUICK_SECONDS: Final = 120.0
WARM_SHARE: Final = 0.2
"""Part of the time after which memory is looked at first: caches have filled by then."""


def take(sheet: Sheet, is_quick: bool) -> None:
    """Write `soak_growth` and `soak_descriptors`."""
    seconds = QUICK_SECONDS if is_quick else SECONDS
    with TemporaryDirectory(prefix="lodemap-load-") as folder:
        place = Place(Path(folder) / "data")
        made = make_project(place)
        with app_on(place.data_dir) as app:
            target = target_of(app, made)
            asyncio.run(crowd(target, NUM_BROWSERS, WARM_SHARE * seconds))
            before = held(app)
            asyncio.run(crowd(target, NUM_BROWSERS, (1 - WARM_SHARE) * seconds))
            after = held(app)
    note = (
        f"{NUM_BROWSERS} browsers, {seconds / 60:.0f} min: "
        f"from {before[0] / 1e6:.0f} to {after[0] / 1e6:.0f} MB"
    )
    sheet.put("soak_growth", after[0] / before[0] - 1, note)
    sheet.put("soak_descriptors", after[1] - before[1], f"more than the {before[1]} after warm-up")


def cpu_s(app: Served) -> float:
    """Return the seconds of a core that an app's own process has used."""
    assert app.process is not None
    times = psutil.Process(app.process.pid).cpu_times()
    return float(times.user + times.system)


def held(app: Served) -> tuple[int, int]:
    """Return resident bytes and open descriptors of an app's own process."""
    assert app.process is not None
    process = psutil.Process(app.process.pid)
    return process.memory_info().rss, process.num_fds()
