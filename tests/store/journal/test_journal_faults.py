"""The journal under many writers, kill -9 and a full disk: nothing acknowledged is lost."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from store.errors import DiskFullError, StoreUnavailableError
from store.opening import Store, open_store
from store.records import Gesture
from store.settings import Settings
from store.sql.tables import EVENT
from tests.services import fresh_database
from tests.store.scene import Scene, make_scene, pack

ROOT = Path(__file__).parents[3]
NUM_WRITERS, NUM_EACH = 8, 12


def writer(scene: Scene, name: str, count: int) -> subprocess.Popen[str]:
    settings = scene.store.settings
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer", str(settings.data_dir),
         settings.database_url, scene.id, name, str(count)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_append__many_writers_at_once(scene: Scene) -> None:
    """8 writers with a store each: no error, no gap, and a reader that polls misses nothing."""
    seen: list[int] = []
    num_events = scene.state().seq + NUM_WRITERS * NUM_EACH

    def speak(number: int) -> list[int]:
        with open_store(scene.store.settings) as own:
            keys = (f"w{number}-{i}" for i in range(NUM_EACH))
            gestures = (Gesture("mark_unsure", key, pack([number])) for key in keys)
            return [own.journal.append(scene.id, g, "W", f"w{number}").seq for g in gestures]

    with ThreadPoolExecutor(NUM_WRITERS) as pool:
        spoken = [pool.submit(speak, number) for number in range(NUM_WRITERS)]
        while len(seen) < num_events and not any(f.done() and f.exception() for f in spoken):
            seen += [event.seq for event in scene.store.journal.events(scene.id, len(seen))]
        acknowledged = [seq for future in spoken for seq in future.result()]
    assert seen == list(range(1, num_events + 1))
    assert sorted(acknowledged) == seen[2:]


def test_append__many_threads_of_one_process(scene: Scene) -> None:
    with ThreadPoolExecutor(NUM_WRITERS) as pool:
        acks = list(pool.map(lambda i: scene.say("mark_unsure", [i]), range(40)))
    assert sorted(ack.seq for ack in acks) == list(range(3, 43))
    assert sum(ack.num_changed for ack in acks) == 40


def test_append__killed_writers_lose_nothing_acknowledged(scene: Scene) -> None:
    for round_ in range(2):
        process = writer(scene, f"r{round_}", 100_000)
        assert process.stdout is not None
        acknowledged = [process.stdout.readline().split() for _ in range(10 + 7 * round_)]
        os.kill(process.pid, signal.SIGKILL)
        acknowledged += [line.split() for line in process.communicate()[0].splitlines()]
        with scene.store.database.read() as connection:
            rows = connection.execute(
                select(EVENT.c.key, EVENT.c.seq).where(EVENT.c.project_id == scene.id)
            ).all()
        saved = {row.key: row.seq for row in rows}
        for key, seq in (pair for pair in acknowledged if len(pair) == 2):
            assert saved[key] == int(seq)
        assert sorted(saved.values()) == list(range(1, len(rows) + 1))
    assert scene.say("reset").seq == len(rows) + 1


def fill(store: Store) -> None:
    """Let SQLite use not one page more than it does, on every connection of this store."""
    with store.database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count={pages}")


def speaks(scene: Scene) -> bool:
    try:
        scene.say("mark_unsure", [3])
    except DiskFullError as error:
        return "not saved" not in error.sentence
    return True


def test_append__disk_full_saves_nothing_and_recovers(store: Store) -> None:
    scene = make_scene(store)
    scene.name([1], 0)
    before = scene.state()
    fill(store)
    while speaks(scene):
        before = scene.state()
    after = scene.state()
    assert (after.seq, after.classes) == (before.seq, before.classes)
    with store.database.read() as connection:
        count = connection.scalar(select(func.count()).select_from(EVENT))
        check = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
    assert (count, check) == (before.seq, "ok")
    with store.database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA max_page_count=1000000")
    assert scene.name([2], 1).seq == before.seq + 1


def test_append__postgresql_gone_says_that_nothing_was_saved(
    postgres_url: str, tmp_path: Path
) -> None:
    with fresh_database(postgres_url) as url:
        overrides = {"data_dir": tmp_path / "data"}
        store = open_store(Settings.from_env({"LODEMAP_DATABASE_URL": url}, overrides))
        scene = make_scene(store)
        scene.name([1], 0)
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [url.rsplit("/", 1)[1]],
            )
        assert scene.name([2], 0).seq == 4  # a broken connection is noticed and replaced
    with store, pytest.raises(StoreUnavailableError, match="nothing was saved"):
        scene.name([3], 0)
