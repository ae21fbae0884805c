"""Two workers draw the sheets of a large set, one is killed meanwhile: all are there, once."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from store.datasets.sheets_ahead import job_of, part_size, unpack_sheets
from store.datasets.tiles import PER_SHEET, count_sheets, draw_sheet
from store.opening import Store
from store.queue.chunks import LEASE_S
from store.sql.tables import CHUNK
from tests.contract.workplace import Workplace, end_celery, open_workplace, start_celery, until
from tests.faults.redis_server import RedisServer
from tests.faults.watch import soon

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
SHAPE = (1, 12, 12)
AGAIN_S = LEASE_S + 10.0
"""Until a chunk is drawn whose worker died: its lease must end first."""
NUM_SAMPLES = 12 * part_size(SHAPE) - PER_SHEET // 2


@pytest.fixture
def team_of_two(redis: RedisServer, tmp_path: Path) -> Iterator[Workplace]:
    """An app with two Celery workers."""
    with open_workplace(tmp_path / "data", redis.url) as place:
        other = start_celery(place.store)
        try:
            yield place
        finally:
            end_celery(other)


def rows(store: Store) -> list[Any]:
    with store.database.read() as connection:
        return list(connection.execute(select(CHUNK).order_by(CHUNK.c.nth)).all())


def kill_one_at_work(store: Store) -> int:
    """Kill a worker while a chunk is in its hands; return which chunk."""
    while True:
        row = next(row for row in rows(store) if row.state == "working")
        pid = int(row.owner.split("-")[-2])
        os.kill(pid, signal.SIGSTOP)
        now = rows(store)[row.nth]
        if (now.state, now.owner) == ("working", row.owner):
            os.kill(pid, signal.SIGKILL)
            return int(row.nth)
        os.kill(pid, signal.SIGCONT)


def test_sheets__of_two_workers_one_of_whom_is_killed(
    team_of_two: Workplace, record_property: Any
) -> None:
    store = team_of_two.store
    images = np.random.default_rng(0).integers(0, 256, (NUM_SAMPLES, *SHAPE), dtype=np.uint8)
    nobody = np.full(NUM_SAMPLES, -1)
    dataset_id = store.datasets.put("Many", images, nobody, nobody > 0, ()).dataset_id
    assert store.thumbnails.sheet(dataset_id, 0) == draw_sheet(images, 0), "nobody waits for them"
    until(lambda: any(row.state == "working" for row in rows(store)), "a worker draws")
    victim = kill_one_at_work(store)
    started_s = time.monotonic()
    until(lambda: sum(row.state == "done" for row in rows(store)) == 11, "the other draws the rest")
    assert rows(store)[victim].state == "working", "nobody takes what is still held"
    lost = victim * part_size(SHAPE) // PER_SHEET
    assert store.thumbnails.sheet(dataset_id, lost) == draw_sheet(images, lost), "nobody waits"
    soon(lambda: rows(store)[victim].state == "done", "the chunk of the dead one", AGAIN_S)
    record_property("lost_chunk_s", round(time.monotonic() - started_s, 2))
    attempts = [row.attempt for row in rows(store)]
    assert attempts == [1 + (nth == victim) for nth in range(12)], "each was done once, in effect"
    kept = [unpack_sheets(store.artifacts.read(row.artifact, row.sha256)) for row in rows(store)]
    drawn = [sheet for part in kept for sheet in part]
    assert drawn == [draw_sheet(images, k) for k in range(count_sheets(images))]
    files = store.artifacts.listed(f"encodings/{job_of(dataset_id)}")
    assert {file.name for file in files} == {row.artifact for row in rows(store)}
