"""Whoever writes several chunks holds them in one order: none ends another on PostgreSQL."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, select, text, update

from store.queue.chunks import Chunks
from store.sql.database import Database
from store.sql.tables import CHUNK
from tests.contract.workplace import until
from tests.store.scene import Scene

OLDER, NEWER = "z" * 64, "a" * 64
WAITS = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
pytestmark = pytest.mark.parametrize("settings", ["postgresql"], indirect=True)


@pytest.fixture
def chunks(scene: Scene) -> Chunks:
    """Two jobs, of which the older comes later by its name; the rows of both lie backwards."""
    run = scene.trained(scene.submit("pretrain"))
    for job_id in (OLDER, NEWER):
        scene.store.chunks.ask(job_id, run.run_id, 1, 35, 10)
    for nth in reversed(range(5)):
        with scene.store.database.write() as connection:
            connection.execute(update(CHUNK).where(CHUNK.c.nth == nth).values(rung_at=0.0))
    return scene.store.chunks


def is_waited_for(database: Database) -> bool:
    with database.read() as connection:
        return bool(connection.scalar(WAITS))


def hold(connection: Connection, job_id: str, nth: int) -> None:
    one = select(CHUNK.c.nth).where(CHUNK.c.job_id == job_id, CHUNK.c.nth == nth)
    connection.execute(one.with_for_update()).one()


@pytest.mark.parametrize(
    ("act", "first", "then"),
    [
        (lambda chunks: chunks.want(OLDER), (OLDER, 0), (OLDER, 4)),
        (lambda chunks: chunks.forget(OLDER), (OLDER, 0), (OLDER, 4)),
        (lambda chunks: chunks.due(), (NEWER, 0), (OLDER, 0)),
    ],
    ids=["want", "forget", "due"],
)
def test_writers__hold_chunks_by_job_and_place(
    scene: Scene,
    chunks: Chunks,
    act: Callable[[Chunks], object],
    first: tuple[str, int],
    then: tuple[str, int],
) -> None:
    """Who waits for the first of them holds none after it."""
    database = scene.store.database
    with ThreadPoolExecutor(1) as pool, database.write() as connection:
        hold(connection, *first)
        doing = pool.submit(act, chunks)
        until(lambda: is_waited_for(database), "somebody waits")
        hold(connection, *then)
        connection.commit()
        doing.result(30)


def test_writers__of_all_sorts_at_once_end_none(chunks: Chunks) -> None:
    start = threading.Barrier(6)

    def work(number: int) -> None:
        start.wait()
        for _ in range(10):
            chunks.want((OLDER, NEWER)[number % 2])
            chunks.due()
            chunks.claim(f"w{number}", -1.0)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
