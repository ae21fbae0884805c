"""Threads that look after others outlive every error, and are missed where they do not."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from store.endurance import Endurance
from store.errors import StoreUnavailableError
from store.opening import Store
from tasks import rounds
from tasks.desk_watch import DeskWatch
from tasks.presence import Presence
from tasks.reconciler import Reconciler
from tasks.rounds import Rounds
from tests.contract.workplace import until
from tests.tasks.test_reconciler import Bell

UNFORESEEN = (ProgrammingError("SELECT", {}, ValueError("gone")), OSError("gone"), KeyError("x"))


@dataclass
class Work:
    """Fails with each of some errors in turn, then goes well."""

    errors: Sequence[Exception] = field(default_factory=list)
    num_well: int = 0

    def once(self) -> None:
        self()

    def __call__(self, *_: object) -> list[str]:
        if self.errors:
            first, *self.errors = self.errors
            raise first
        self.num_well += 1
        return []


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "LONGEST_S", 0.02)


def reconciler_of(store: Store, work: Work) -> tuple[Callable[[], None], Callable[[], None]]:
    class Leases:
        due = staticmethod(work)

    leases: Any = Leases()
    made = Reconciler(replace(store, leases=leases), Bell(), every_s=0.01)
    return made.start, made.close


def watch_of(_: Store, work: Work) -> tuple[Callable[[], None], Callable[[], None]]:
    made = DeskWatch(lambda: None, work.once)
    made.rounds._every_s = 0.01
    return made.start, made.close


def presence_of(store: Store, work: Work) -> tuple[Callable[[], None], Callable[[], None]]:
    class Workers:
        beat = staticmethod(work)

    workers: Any = Workers()
    made = Presence(replace(store, workers=workers), "w", "cpu", "team")
    made._rounds._every_s = 0.01
    return made.start, made.close


def test_presence__says_that_the_worker_stops_as_it_is_closed(store: Store) -> None:
    made = Presence(store, "w", "cpu", "team")
    made.start()
    made.say("ready")
    made.close()
    assert [each.state for each in store.workers.list()] == ["stopping"]


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("make", [reconciler_of, watch_of, presence_of])
def test_thread__lives_on_after_errors_that_nobody_foresaw(
    store: Store,
    make: Callable[[Store, Work], tuple[Callable[[], None], Callable[[], None]]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    work = Work([*UNFORESEEN, *UNFORESEEN, StoreUnavailableError("It is away.")])
    start, close = make(store, work)
    start()
    until(lambda: work.num_well > 0, "a round that goes well")
    close()
    said = [record for record in caplog.records if record.name == "store.endurance"]
    assert len(said) == len(UNFORESEEN) + 1, "each kind once"
    assert [record.levelno for record in said[-1:]] == [logging.WARNING]
    assert all(record.exc_info for record in said[:-1]), "with its traceback"


def test_endurance__says_a_failure_again_once_it_went_well(
    caplog: pytest.LogCaptureFixture,
) -> None:
    endurance = Endurance("It fails")
    for errors in ([OSError()], [OSError()], [], [OSError()]):
        is_bad = bool(errors)
        assert endurance.do(Work(errors).once) is not is_bad
    assert len(caplog.records) == 2


def test_rounds__come_less_often_after_unforeseen_errors_and_as_often_without_a_database() -> None:
    made = Rounds("x", lambda: None, 1.0, "It fails")
    pauses = []
    for error in [*[OSError()] * 7, StoreUnavailableError("away")]:
        made._endurance.do(Work([error]).once)
        pauses.append(made._pause_s())
    assert pauses == [2, 4, 8, 16, 30, 30, 30, 1]


def test_rounds__that_hang_are_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()

    def hang() -> None:
        goes_on.wait(20)

    made = Rounds("x", hang, 0.01, "It fails")
    assert made.is_turning, "not started"
    made.start()
    assert made.is_turning
    monkeypatch.setattr(rounds, "LATE_S", 0.05)
    until(lambda: not made.is_turning, "that it is missed")
    goes_on.set()
    until(lambda: made.is_turning, "the next round")
    made.close()
    assert not made.is_turning
