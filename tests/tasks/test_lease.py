import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from store.errors import StoreUnavailableError
from store.opening import Store
from tasks.child_start import ROOT, to_environ
from tasks.lease import Lease, LeaseTimings, RunInterruptedError
from tests.contract.workplace import SHORT, until
from tests.leases import HELD_S
from tests.patience import PATIENCE
from tests.tasks.conftest import Submit

QUICK = LeaseTimings(
    lease_s=1.0 * PATIENCE, beat_s=0.1, poll_s=0.02,
    fence_s=0.6 * PATIENCE, hang_s=0.2 * PATIENCE, stall_s=100.0,
)  # fmt: skip
Hold = Callable[..., Lease]


class Away:
    """A database that does not answer."""

    def __getattr__(self, _: str) -> Any:
        raise StoreUnavailableError("The database does not answer; nothing was saved.")


class Hung:
    """A database whose network is gone without a word: who asks waits."""

    def __init__(self) -> None:
        self.back = threading.Event()

    def __getattr__(self, _: str) -> Any:
        self.back.wait(30)
        raise StoreUnavailableError("The database does not answer; nothing was saved.")


class Slow:
    """Leases of a database that is told of an end and takes its time."""

    def __init__(self, store: Store) -> None:
        self._leases = store.leases
        self.began, self.goes_on, self.ended = (threading.Event() for _ in range(3))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._leases, name)

    def finish(self, *ending: Any) -> None:
        self.began.set()
        self.goes_on.wait(10)
        self._leases.finish(*ending)
        self.ended.set()


@pytest.fixture
def deaths() -> list[str]:
    """One entry each time a lease ended its process."""
    return []


@pytest.fixture
def hold(store: Store, submit: Submit, deaths: list[str]) -> Hold:
    """Claim a new run."""

    def claim(timings: LeaseTimings = QUICK, closing: threading.Event | None = None) -> Lease:
        run = store.leases.claim(submit(SHORT).run_id, "one", timings.lease_s)
        assert run is not None
        die = lambda: deaths.append(run.run_id)  # noqa: E731
        return Lease(run.run_id, "one", store, closing or threading.Event(), timings, die)

    return claim


def reason(lease: Lease, timeout_s: float = 10.0) -> str:
    """Check as training does, until the run may not go on."""
    deadline = time.monotonic() + timeout_s * PATIENCE
    while time.monotonic() < deadline:
        try:
            lease.check()
        except RunInterruptedError as interruption:
            return interruption.reason
        time.sleep(0.005)
    return "none"


def test_lease__is_renewed_for_as_long_as_it_is_held(store: Store, hold: Hold) -> None:
    with hold(replace(QUICK, fence_s=HELD_S)) as lease:  # a slow disk is no reason to let go
        assert reason(lease, 1.5) == "none"
        assert store.leases.claim(lease.run_id, "two") is None


def test_check__tells_of_a_stop_within_a_poll(store: Store, hold: Hold) -> None:
    with hold() as lease:
        store.runs.request_stop(lease.run_id)
        assert reason(lease) == "stop"


def test_check__tells_when_another_worker_owns_the_run(store: Store, hold: Hold) -> None:
    with hold() as lease:
        store.leases.bury("one")
        assert store.leases.claim(lease.run_id, "two") is not None
        assert reason(lease) == "lost"


def test_check__tells_when_the_worker_closes(hold: Hold) -> None:
    closing = threading.Event()
    with hold(closing=closing) as lease:
        lease.check()
        closing.set()
        assert reason(lease) == "closing"


def test_check__fences_a_worker_whose_database_is_away(store: Store, submit: Submit) -> None:
    run = submit(SHORT)
    assert store.leases.claim(run.run_id, "one", QUICK.lease_s) is not None
    away: Any = Away()
    gone = replace(store, leases=away, runs=away)
    with Lease(run.run_id, "one", gone, threading.Event(), QUICK, lambda: None) as lease:
        assert reason(lease) == "lost"


def test_check__fences_a_worker_that_waits_for_its_database(store: Store, submit: Submit) -> None:
    run = submit(SHORT)
    assert store.leases.claim(run.run_id, "one", QUICK.lease_s) is not None
    hung: Any = Hung()
    gone = replace(store, leases=hung, runs=hung)
    with Lease(run.run_id, "one", gone, threading.Event(), QUICK, lambda: None) as lease:
        started_s = time.monotonic()
        assert reason(lease) == "lost"
        assert time.monotonic() - started_s < 5 * PATIENCE
        hung.back.set()


def test_lease__ends_a_process_that_hangs_after_a_stop(
    store: Store, hold: Hold, deaths: list[str]
) -> None:
    with hold() as lease:
        store.runs.request_stop(lease.run_id)
        until(lambda: bool(deaths), "the end of the process", 10)
        assert store.runs.get(lease.run_id).state == "stopped"


def test_lease__spares_a_process_that_obeyed_however_long_it_then_takes(
    hold: Hold, store: Store, deaths: list[str]
) -> None:
    with hold() as lease:
        store.runs.request_stop(lease.run_id)
        assert reason(lease) == "stop"
        threading.Event().wait(4 * QUICK.hang_s)  # as a database may take to note the end
    assert deaths == []


def test_lease__spares_a_process_whose_last_step_is_over(
    hold: Hold, store: Store, deaths: list[str]
) -> None:
    with hold() as lease:
        lease.come_back()
        store.leases.finish(lease.run_id, "one", "finished")  # whereupon it is no longer its own
        threading.Event().wait(4 * QUICK.hang_s)
    assert deaths == []


def test_lease__spares_a_step_that_ends_while_the_end_of_its_run_is_noted(
    store: Store, submit: Submit, deaths: list[str]
) -> None:
    run = submit(SHORT)
    assert store.leases.claim(run.run_id, "one", QUICK.lease_s) is not None
    slow: Any = Slow(store)
    die = lambda: deaths.append(run.run_id)  # noqa: E731
    late = replace(store, leases=slow)
    with Lease(run.run_id, "one", late, threading.Event(), QUICK, die) as lease:
        store.runs.request_stop(run.run_id)
        assert slow.began.wait(10)
        assert reason(lease) == "stop"
        slow.goes_on.set()
        assert slow.ended.wait(10)
    assert deaths == []
    assert store.runs.get(run.run_id).state == "stopped"


def test_lease__ends_a_process_that_obeyed_and_never_comes_to_an_end(
    hold: Hold, store: Store, deaths: list[str]
) -> None:
    with hold(replace(QUICK, stall_s=0.5)) as lease:
        store.runs.request_stop(lease.run_id)
        assert reason(lease) == "stop"
        until(lambda: bool(deaths), "the end of the process", 10)


def test_lease__ends_a_process_whose_step_never_ends(hold: Hold, deaths: list[str]) -> None:
    with hold(replace(QUICK, stall_s=0.3)):
        until(lambda: bool(deaths), "the end of the process", 10)


def test_lease__spares_a_process_that_moves(hold: Hold, deaths: list[str]) -> None:
    with hold(replace(QUICK, stall_s=5.0)) as lease:
        assert reason(lease, 0.6) == "none"
    assert deaths == []


STARVED = """
import ctypes, os, threading
from pathlib import Path
from store.opening import open_store
from store.settings import Settings
from tasks.lease import Lease, LeaseTimings
store = open_store(Settings.from_env(os.environ))
timings = LeaseTimings(poll_s=0.01, starved_s=0.3)
with Lease(os.environ["RUN"], "one", store, threading.Event(), timings) as lease:
    ctypes.PyDLL(None).sleep(600)  # holds Python's lock, as a step may
"""


def test_lease__ends_a_process_whose_step_never_lets_go_of_pythons_lock(
    store: Store, submit: Submit
) -> None:
    run = store.leases.claim(submit(SHORT).run_id, "one")
    assert run is not None
    environ = {**os.environ, **to_environ(store.settings), "RUN": run.run_id}
    ended = subprocess.run(
        [sys.executable, "-c", STARVED], cwd=ROOT, env=environ, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert "Timeout" in ended.stderr, "it says where it hung"


def test_lease__left_by_the_end_of_the_process_gives_the_run_back(store: Store, hold: Hold) -> None:
    lease = hold()
    with pytest.raises(SystemExit), lease:
        raise SystemExit
    assert store.runs.get(lease.run_id).state == "queued"
