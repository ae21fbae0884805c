from dataclasses import replace
from typing import Any

import pytest

from store.errors import StoreUnavailableError
from store.opening import Store
from tasks.reconciler import Reconciler
from tests.contract.workplace import SHORT, until
from tests.leases import HELD_S
from tests.store.scene import put_digits
from tests.tasks.conftest import Submit


class Bell:
    """A doorbell that remembers who it was rung for."""

    def __init__(self) -> None:
        self.rung: list[str] = []

    def ring(self, run_id: str) -> None:
        self.rung.append(run_id)

    def close(self) -> None:
        pass


class Flaky:
    """Leases of a database that is away at first."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.num_asked = 0

    def due(self) -> list[str]:
        self.num_asked += 1
        if self.num_asked < 3:
            raise StoreUnavailableError("The database does not answer; nothing was saved.")
        return self._store.leases.due()


def dead_run(store: Store, submit: Submit) -> str:
    """Make a run whose worker has just died."""
    run = store.leases.claim(submit(SHORT).run_id, "dead")
    assert run is not None
    store.leases.bury("dead")
    return run.run_id


def test_look__rings_at_once_for_the_run_of_a_buried_worker(store: Store, submit: Submit) -> None:
    run_id, bell = dead_run(store, submit), Bell()
    Reconciler(store, bell).look()
    assert bell.rung == [run_id]
    Reconciler(store, bell).look()
    assert bell.rung == [run_id], "a second reconciler rings for it too"


def test_look__chunks_that_cannot_be_asked_for_silence_no_run(store: Store, submit: Submit) -> None:
    def away() -> list[str]:
        raise StoreUnavailableError("The database does not answer; nothing was saved.")

    run_id, bell = dead_run(store, submit), Bell()
    store.chunks.due = away  # type: ignore[method-assign]
    store.workers.beat("w", "ready", "cpu", "team")
    with pytest.raises(StoreUnavailableError):
        Reconciler(store, bell).look()
    assert bell.rung == [run_id]


def test_look__rings_for_chunks_where_a_worker_waits(store: Store) -> None:
    bell, dataset_id = Bell(), put_digits(store)
    store.chunks.ask_sheets("j" * 64, dataset_id, 40, 20)
    store.workers.beat("w", "busy", "cpu", "team")
    Reconciler(store, bell).look()
    assert bell.rung == [], "it looks by itself when it is done"
    store.workers.beat("w", "ready", "cpu", "team")
    Reconciler(store, bell).look()
    assert bell.rung == ["j" * 64] * 2


def test_look__leaves_living_runs_alone(store: Store, submit: Submit) -> None:
    assert store.leases.claim(submit(SHORT).run_id, "alive", HELD_S) is not None
    bell = Bell()
    Reconciler(store, bell).look()
    assert bell.rung == []


def test_start__outlives_a_database_that_is_away(store: Store, submit: Submit) -> None:
    run_id, bell = dead_run(store, submit), Bell()
    flaky: Any = Flaky(store)
    reconciler = Reconciler(replace(store, leases=flaky), bell, every_s=0.01)
    reconciler.start()
    until(lambda: bell.rung == [run_id], "the ring")
    reconciler.close()
