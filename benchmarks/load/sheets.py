"""Sheets of large sets: drawn by the app alone as they are asked for, or ahead by workers."""

import asyncio
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.data.files import drawings
from benchmarks.load.connection import Connection
from benchmarks.load.parts import app_on, celery_worker, until, wait_for_workers
from benchmarks.load.scene import Place
from benchmarks.load.soak import cpu_s
from benchmarks.served import Served
from benchmarks.sheet import LEFT_OUT, Sheet
from store.datasets.sheets_ahead import job_of
from store.datasets.tiles import PER_SHEET
from tests.services import running_redis

SETS: Final = {"grey": (100_000, 28, 1), "colour": (20_000, 96, 3)}
"""Samples, their side, and their channels."""
QUICK_SETS: Final = {"grey": (20_000, 28, 1)}
"""A small set: the bell, which is rung once a second, takes longer than the drawing."""
WORKERS: Final = (1, 2)


@dataclass(frozen=True)
class Taken:
    """What it took until all sheets of a set were fetched, one after the other."""

    wall_s: float
    app_s: float
    """Of a core, by the app's own process."""


def take(sheet: Sheet, is_quick: bool) -> None:
    """Write `sheets_s_{set}_{by}`, `sheets_ratio_{set}_{n}` and `sheets_app_ratio_{set}_{n}`."""
    for name, of in SETS.items():
        chosen = QUICK_SETS.get(name) if is_quick else of
        if chosen is None:
            sheet.notes[name] = LEFT_OUT
            continue
        size = f"{chosen[0]:,} of {chosen[1]} x {chosen[1]} x {chosen[2]}"
        taken = _measured(_images(*chosen))
        for count, found in taken.items():
            note = f"{size}; the app used {found.app_s:.2f} s of a core"
            sheet.put(f"sheets_s_{name}_{count or 'app'}", found.wall_s, note)
        for count in WORKERS:
            alone, found = taken[0], taken[count]
            sheet.put(f"sheets_ratio_{name}_{count}", alone.wall_s / found.wall_s, "app over them")
            less = alone.app_s / found.app_s
            sheet.put(f"sheets_app_ratio_{name}_{count}", less, "of the app's seconds of a core")


def _images(count: int, side: int, channels: int) -> NDArray[np.uint8]:
    drawn = drawings(count, side, channels).reshape(count, side, side, channels)
    return np.ascontiguousarray(np.moveaxis(drawn, -1, 1))


def _measured(images: NDArray[np.uint8]) -> dict[int, Taken]:
    """Return what it took by number of workers; 0 is the app alone."""
    found = {}
    with TemporaryDirectory(prefix="lodemap-load-") as folder:
        place = Place(Path(folder) / "data")
        nobody = np.full(len(images), -1)
        with place.store() as store:
            dataset_id = store.datasets.put("Large", images, nobody, nobody > 0, ()).dataset_id
        num_sheets = -(-len(images) // PER_SHEET)
        for count in (0, *WORKERS):
            with _team(place, count) as app:
                found[count] = _taken(place, app, dataset_id, num_sheets, count)
            _forget(place, dataset_id)
    return found


@contextmanager
def _team(place: Place, count: int) -> Iterator[Served]:
    """Serve an app with Redis and so many workers that wait."""
    with running_redis() as (url, _), ExitStack() as stack:
        app = stack.enter_context(app_on(place.data_dir, LODEMAP_BROKER_URL=url))
        for _ in range(count):
            stack.enter_context(celery_worker(place.data_dir, LODEMAP_BROKER_URL=url))
        with place.store() as store:
            wait_for_workers(store, count)
        yield app


def _taken(place: Place, app: Served, dataset_id: str, num_sheets: int, count: int) -> Taken:
    paths = [f"/api/datasets/{dataset_id}/sheets/{k}.png" for k in range(num_sheets)]
    used_s, began_s = cpu_s(app), time.perf_counter()
    if count:
        asyncio.run(_fetch(app.port, paths[:1]))
        with place.store() as store:
            until(lambda: _is_done(store.chunks.progress(job_of(dataset_id))), "all sheets drawn")
    asyncio.run(_fetch(app.port, paths))
    return Taken(time.perf_counter() - began_s, cpu_s(app) - used_s)


def _is_done(progress: object) -> bool:
    return getattr(progress, "state", "") == "done"


async def _fetch(port: int, paths: list[str]) -> None:
    connection = await Connection(port).sign_in("Ada")
    for path in paths:
        answer = await connection.get(path)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {answer.body[:200]!r}")
    await connection.close()


def _forget(place: Place, dataset_id: str) -> None:
    """Let nobody have drawn anything; no app runs."""
    shutil.rmtree(place.data_dir / "cache")
    with place.store() as store:
        for name in store.chunks.forget(job_of(dataset_id)):
            store.artifacts.remove(name)
