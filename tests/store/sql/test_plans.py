"""What every page and app asks over and over reads no table whole that grows for good."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from store.opening import Store
from store.queue.durations import Durations
from store.records import Run
from store.sql.tables import CHUNK, COMMENT, EVENT, FRAME, RUN, SNAPSHOT
from tests.store.scene import Scene, make_scene

GROWING = frozenset(table.name for table in (CHUNK, COMMENT, EVENT, FRAME, RUN, SNAPSHOT))
EXPLAIN = "EXPLAIN QUERY PLAN"
READS = ("SELECT", "WITH", "UPDATE", "DELETE")
Look = Callable[[Scene, Run], object]
Plans = list[tuple[str, list[str]]]
POLLED: dict[str, Look] = {
    "the reconciler, runs": lambda scene, _: scene.store.leases.due(),
    "the reconciler, chunks": lambda scene, _: scene.store.chunks.due(),
    "the reconciler, workers": lambda scene, _: scene.store.workers.is_any_idle(),
    "a worker, its next run": lambda scene, _: scene.store.queue.first(worker_id="w"),
    "a worker, its next chunk": lambda scene, _: scene.store.chunks.claim("w"),
    "a worker, others": lambda scene, _: scene.store.queue.pass_on("w"),
    "a worker, its lease": lambda scene, run: scene.store.leases.renew(run.run_id, "w"),
    "a page, the queue": lambda scene, _: scene.store.queue.look(),
    "a page, the journal": lambda scene, _: scene.state(),
    "a page, runs": lambda scene, _: scene.store.runs.of_project(scene.id),
    "a page, the map": lambda scene, _: scene.store.runs.head(scene.id),
    "a page, frames": lambda scene, run: scene.store.frames.after(run.run_id, 0),
    "a page, epochs": lambda scene, _: scene.store.epochs.records(scene.id),
    "a page, variants": lambda scene, _: scene.store.variants.newest(scene.id),
    "a page, whether comments changed": lambda scene, _: scene.store.comments.stamp(scene.id),
    "a page, comments": lambda scene, _: scene.store.comments.after(scene.id, 0),
}
"""By who asks and for what."""


@contextmanager
def listening(store: Store) -> Iterator[list[tuple[str, tuple[object, ...]]]]:
    """Collect what the database is asked inside the block, with its values."""
    asked: list[tuple[str, tuple[object, ...]]] = []

    def hear(*given: object) -> None:
        asked.append((str(given[2]), given[3] if isinstance(given[3], tuple) else ()))

    event.listen(store.database.engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(store.database.engine, "before_cursor_execute", hear)


def plans(store: Store, look: Callable[[], object]) -> Plans:
    """Return what is asked by a look, each with the steps of SQLite's plan for it."""
    with listening(store) as asked:
        look()
    with store.database.read() as connection:
        return [
            (query, [*connection.exec_driver_sql(f"{EXPLAIN} {query}", values).scalars("detail")])
            for query, values in asked
            if query.lstrip().startswith(READS)
        ]


def scans(of: Plans) -> list[tuple[str, str]]:
    """Return where a growing table is read whole, by whatever name, with the statement."""
    found = []
    for query, steps in of:
        others = {new for old, new in re.findall(r"\b(\w+) AS (\w+)", query) if old in GROWING}
        read = [(step, re.match(r"SCAN (\w+)", step)) for step in steps]
        found += [(step, query) for step, name in read if name and name[1] in GROWING | others]
    return found


@pytest.fixture
def scene(store: Store) -> Scene:
    """A project with a run that has ended and one that waits."""
    scene = make_scene(store)
    scene.trained(scene.submit("pretrain"))
    scene.name([1], 0)
    return scene


@pytest.mark.parametrize("look", POLLED.values(), ids=[*POLLED])
def test_polled__no_growing_table_is_read_whole(scene: Scene, look: Look) -> None:
    run = scene.submit()
    asked = plans(scene.store, lambda: look(scene, run))
    assert asked
    assert scans(asked) == []


def test_scans__finds_one_by_any_name() -> None:
    asked = [
        ("SELECT e.seq FROM event AS e", ["SCAN e"]),
        ("SELECT * FROM run", ["SCAN run USING INDEX x"]),
        ("SELECT * FROM worker", ["SCAN worker"]),
    ]
    assert [step for step, _ in scans(asked)] == ["SCAN e", "SCAN run USING INDEX x"]


@pytest.mark.parametrize(
    "look",
    [
        lambda scene: Durations(scene.store.database).of([], []),
        lambda scene: scene.store.comments.after(scene.id, 0),
    ],
    ids=["runs that finished lately", "comments"],
)
def test_newest__are_not_found_by_sorting_all(
    scene: Scene, look: Callable[[Scene], object]
) -> None:
    asked = plans(scene.store, lambda: look(scene))
    assert asked
    assert [step for _, steps in asked for step in steps if "ORDER BY" in step] == []
