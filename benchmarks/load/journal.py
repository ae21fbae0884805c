"""An app whose project has a million gestures: how soon it answers, and shows the project."""

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.load.crowd import Browser, Tally, Target
from benchmarks.load.parts import app_on
from benchmarks.load.scene import Place, fill_journal, make_project, target_of
from benchmarks.sheet import LEFT_OUT, Sheet

NUM_EVENTS: Final = 1_000_000
QUICK_EVENTS: Final = 50_000


def take(sheet: Sheet, is_quick: bool) -> None:
    """Write `journal_1m_start_s` and `journal_1m_page_s`."""
    num_events = QUICK_EVENTS if is_quick else NUM_EVENTS
    with TemporaryDirectory(prefix="lodemap-load-") as folder:
        place = Place(Path(folder) / "data")
        made = make_project(place)
        fill_journal(place, made, num_events)
        with place.store() as store:
            began_s = time.perf_counter()
            store.journal.state(made[0])  # whoever wrote it has had it in memory
            read_s = time.perf_counter() - began_s
        began_s = time.perf_counter()
        with app_on(place.data_dir) as app:
            start_s = time.perf_counter() - began_s
            page_s, first_s = asyncio.run(_open(target_of(app, made)))
    start_note = f"{num_events:,} events; read from the beginning once, they took {read_s:.0f} s"
    page_note = f"all that the map asks for; the first gesture after it took {first_s:.2f} s"
    if is_quick:
        start_note = page_note = (
            f"{LEFT_OUT}; with {num_events:,}: {start_s:.1f} and {page_s:.2f} s"
        )
    sheet.put("journal_1m_start_s", None if is_quick else start_s, start_note)
    sheet.put("journal_1m_page_s", None if is_quick else page_s, page_note)


async def _open(target: Target) -> tuple[float, float]:
    """Open the project, then say something; return how long each took."""
    tally = Tally()
    browser = Browser(0, target, tally)
    began_s = time.perf_counter()
    await browser.open()
    opened_s = time.perf_counter()
    await browser.say()
    said_s = time.perf_counter()
    await browser.close()
    return opened_s - began_s, said_s - opened_s
