"""Workers, as they last reported, on SQLite and on PostgreSQL."""

from sqlalchemy import update

from store.opening import Store
from store.sql.tables import WORKER


def test_beat__is_one_row_a_worker_with_its_age(any_store: Store) -> None:
    workers = any_store.workers
    workers.beat("one", "starting", "cpu", "embedded")
    workers.beat("two", "ready", "cuda", "team")
    workers.beat("one", "busy", "cpu", "embedded")
    found = {worker.worker_id: worker for worker in workers.list()}
    assert (found["one"].state, found["two"].device, found["two"].mode) == ("busy", "cuda", "team")
    assert all(0 <= worker.age_s < 30 for worker in found.values())


def test_list__silent_ones_grow_old_and_are_forgotten(any_store: Store) -> None:
    for name in ("old", "gone", "fresh"):
        any_store.workers.beat(name, "ready", "cpu", "team")
    with any_store.database.write() as connection:
        for name, age_s in (("old", 60), ("gone", 4000)):
            connection.execute(
                update(WORKER)
                .where(WORKER.c.worker_id == name)
                .values(beat_at=WORKER.c.beat_at - age_s)
            )
    found = any_store.workers.list()
    assert [worker.worker_id for worker in found] == ["fresh", "old"]
    assert 59 < found[1].age_s < 90
