"""A project that is deleted is seen by nobody at once, and its rows go a few at a time."""

import threading
from contextlib import suppress
from itertools import pairwise
from typing import NoReturn

import pytest
from sqlalchemy import func, select, update

from store.errors import DiskFullError, NotFoundError, StoreUnavailableError
from store.projects import unseen
from store.projects.unseen import BUSY_S, Unseen
from store.sql.tables import EVENT, PROJECT, RUN
from tasks.sweeper import Sweeper
from tests.contract.workplace import until
from tests.patience import PATIENCE
from tests.store.archives.story import learn
from tests.store.looks import before_each_write, losses
from tests.store.scene import Scene, make_scene


@pytest.fixture
def in_pages(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A journal and runs that are removed in several pages; one run is live."""
    monkeypatch.setattr(unseen, "EVENTS_AT_ONCE", 5)
    monkeypatch.setattr(unseen, "RUNS_AT_ONCE", 1)
    scene.trained(scene.submit("pretrain"))
    for nth in range(12):
        scene.name([nth], nth % 2)
    scene.claim(scene.submit())
    return scene


def rows_of(scene: Scene) -> tuple[int, int]:
    with scene.store.database.read() as connection:
        return tuple(  # type: ignore[return-value]
            connection.scalar(select(func.count()).where(table.c.project_id == scene.id))
            for table in (EVENT, RUN)
        )


def ids_of_all(scene: Scene) -> list[str]:
    """Ids of the projects there are, seen or not."""
    with scene.store.database.read() as connection:
        return list(connection.scalars(select(PROJECT.c.project_id)))


def grow_old(scene: Scene) -> None:
    """Let half a minute pass since anybody was at what is not seen."""
    old = {"draft_at": PROJECT.c.draft_at - BUSY_S - 1}
    with scene.store.database.write() as connection:
        connection.execute(update(PROJECT).where(PROJECT.c.draft_at.is_not(None)).values(old))


def test_delete__of_a_long_journal_lets_others_write_meanwhile(
    in_pages: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_scene(in_pages.store)
    num_events, num_runs = rows_of(in_pages)
    seen = before_each_write(in_pages.store.database, monkeypatch, lambda: rows_of(in_pages))
    in_pages.store.projects.delete(in_pages.id)
    steps = [(a[0] - b[0], a[1] - b[1]) for a, b in pairwise(seen)]
    assert all(events <= 5 and runs <= 1 for events, runs in steps), "no transaction removes more"
    assert (seen[0], rows_of(in_pages)) == ((num_events, num_runs), (0, 0))
    assert other.state().annotation.size == 40


def test_delete__a_transaction_removes_no_more_bytes_than_one_adds(
    in_pages: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unseen, "PAGE_BYTES", 100)
    with in_pages.store.database.write() as connection:
        connection.execute(update(EVENT).values(samples=b"s" * 20, targets=b"t" * 20))
        connection.execute(update(EVENT).where(EVENT.c.seq == 4).values(samples=b"s" * 200))
    seen = before_each_write(in_pages.store.database, monkeypatch, lambda: rows_of(in_pages)[0])
    in_pages.store.projects.delete(in_pages.id)
    steps = losses(seen)
    assert steps[:3] == [2, 1, 1], "what is too large for any goes alone"
    assert set(steps[3:]) <= {1, 2}
    assert rows_of(in_pages) == (0, 0)


@pytest.mark.parametrize("error", [SystemExit(), DiskFullError("-"), StoreUnavailableError("-")])
def test_delete__that_ends_midway_is_seen_by_nobody_and_done_by_the_sweep(
    in_pages: Scene, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def fail(_: Unseen) -> NoReturn:
        raise error

    store, other = in_pages.store, make_scene(in_pages.store)
    with monkeypatch.context() as failing, suppress(SystemExit):
        failing.setattr(Unseen, "clear", fail)
        store.projects.delete(in_pages.id)
    assert [each.project_id for each in store.projects.list()] == [other.id]
    with pytest.raises(NotFoundError):
        store.projects.get(in_pages.id)
    store.projects.removals.sweep()
    assert rows_of(in_pages)[0] > 12, "another app may be at it"
    assert store.projects.removals.has_left, "and it is looked after soon"
    grow_old(in_pages)
    store.projects.removals.sweep()
    assert rows_of(in_pages) == (0, 0)
    assert ids_of_all(in_pages) == [other.id]
    assert not store.projects.removals.has_left


def test_sweep__what_cannot_be_removed_keeps_nothing_else(
    in_pages: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store, stuck = in_pages.store, {in_pages.id}
    clear = Unseen.clear

    def fail(self: Unseen) -> None:
        if self.project_id in stuck:
            raise StoreUnavailableError("The database does not answer.")
        clear(self)

    monkeypatch.setattr(Unseen, "clear", fail)
    for scene in (in_pages, make_scene(store), make_scene(store)):
        store.projects.delete(scene.id)
    assert ids_of_all(in_pages) == [in_pages.id]
    assert "stays for now: The database does not answer." in caplog.text
    stuck.clear()
    grow_old(in_pages)
    store.projects.removals.sweep()
    assert ids_of_all(in_pages) == []


def test_delete__where_a_thread_removes_nobody_waits_for_it(
    in_pages: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, may_go, clear = in_pages.store, threading.Event(), Unseen.clear

    def wait(self: Unseen) -> None:
        assert may_go.wait(30 * PATIENCE)
        clear(self)

    monkeypatch.setattr(Unseen, "clear", wait)
    sweeper = Sweeper(store)
    sweeper.start()
    try:
        store.projects.delete(in_pages.id)
        assert store.projects.list() == []
        assert rows_of(in_pages)[0] > 12
        may_go.set()
        until(lambda: ids_of_all(in_pages) == [], "the end of the project")
    finally:
        may_go.set()
        sweeper.close()


def test_delete__what_is_live_ends_at_once_and_whoever_goes_on_knows_its_files(
    in_pages: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = in_pages.store, make_scene(in_pages.store)
    learned = learn(other, other.submit("pretrain"))
    with store.database.write() as connection:
        live = {"state": "running", "owner": "worker", "lease_until": store.database.clock + 60}
        connection.execute(update(RUN).where(RUN.c.run_id == learned.run_id).values(live))
    assert store.leases.renew(learned.run_id, "worker") == "ok"
    with monkeypatch.context() as dying:
        dying.setattr(store.projects.removals, "hasten", lambda: None)
        store.projects.delete(other.id)
    assert store.leases.renew(learned.run_id, "worker") == "lost"
    assert len(store.artifacts.listed(f"runs/{learned.run_id}")) > 3
    store.projects.removals.sweep()
    assert store.artifacts.listed(f"runs/{learned.run_id}") == []
    assert ids_of_all(in_pages) == [in_pages.id]


def test_delete__a_bell_that_comes_late_finds_nothing_to_do(
    in_pages: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, waiting = in_pages.store, in_pages.submit()
    monkeypatch.setattr(store.projects.removals, "hasten", lambda: None)
    store.projects.delete(in_pages.id)
    assert store.leases.claim(waiting.run_id, "late") is None
