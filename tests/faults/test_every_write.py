"""Every write of an epoch fails once: nothing is half there, and the next try succeeds."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import count, product
from pathlib import Path

import numpy as np
import pytest

from ml.records import Field, Snapshot
from store.errors import LeaseLostError
from store.opening import Store
from store.records import Run
from tasks.lease import Lease, LeaseTimings, RunInterruptedError
from tasks.recorder import Recorder
from tests.contract.workplace import SHORT, put_samples
from tests.faults.broken_disk import How, breaking
from tests.faults.evidence import drafts_in, gather
from tests.faults.history import History
from tests.faults.invariants import violations
from tests.faults.stores import opened_on

EACH = pytest.mark.parametrize(
    ("kind", "how"),
    [
        *product(("sqlite",), ("full", "broken")),
        *(
            pytest.param(*each, marks=pytest.mark.faults)
            for each in (*product(("postgresql",), ("full", "broken")), ("bucket", "broken"))
        ),
    ],
)
"""A bucket is never full."""
Z = np.zeros((200, 2), np.float32)
NOBODY = np.full(200, -1, np.int16)
FIELD = Field(Z + 1, Z, np.zeros((2, 2), np.int16), Z[0], Z[0] + 1)
EPOCH = Snapshot(
    0,
    Z,
    NOBODY,
    Z[:, 0],
    Z[:, 0],
    checkpoint=b"weights" * 999,
    field=FIELD,
    moments=b"moments" * 99,
)


@pytest.fixture
def store(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    with opened_on(kind, tmp_path, request) as opened:
        yield opened


@pytest.fixture
def run(store: Store, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run that a worker has claimed, whose recorder tries again at once."""
    monkeypatch.setattr("tasks.recorder.RETRY_S", 0.0)
    monkeypatch.setattr("tasks.recorder.ROOM_S", 0.0)
    project = store.projects.create("p", put_samples(store).dataset_id)
    run = store.runs.submit(project.project_id, "pretrain", SHORT, "Ana", "a", "key")
    return claim(store, run)


def claim(store: Store, run: Run) -> Run:
    claimed = store.leases.claim(run.run_id, "one", lease_s=60)
    assert claimed is not None
    return claimed


def recorder_of(store: Store, run: Run, *, is_closing: bool) -> Recorder:
    closing = threading.Event()
    if is_closing:
        closing.set()
    return Recorder(run, store, "one", Lease(run.run_id, "one", store, closing, LeaseTimings()))


def files_of(store: Store) -> set[str]:
    """Return the names of all files of runs, wherever they are kept."""
    places, root = store.artifacts._fs, store.artifacts._root
    places.invalidate_cache()
    return {path.removeprefix(f"{root}/") for path in places.find(f"{root}/runs")}


def check(store: Store, run: Run, epoch: int) -> None:
    """Check that the epochs up to one are whole, and that no file is there without a row."""
    assert store.runs.get(run.run_id).last_epoch == epoch
    facts = gather(store, run.project_id)
    assert violations(History(), facts) == []
    assert [row.epoch for row in facts.epochs] == list(range(epoch + 1))
    files = files_of(store)
    assert files == store.frames.named(files)
    assert drafts_in(store.settings.data_dir) == []


@EACH
def test_epoch__whichever_write_fails_is_kept_at_the_next_try(
    store: Store, run: Run, kind: str, how: How
) -> None:
    failed = set()
    for epoch in count():
        recorder = recorder_of(store, store.runs.get(run.run_id), is_closing=False)
        with breaking(store, epoch + 1, how) as breaker:
            try:
                recorder.snapshot(replace(EPOCH, epoch=epoch))
            except LeaseLostError:  # a worker that does not know whether it has saved leaves it
                assert breaker.broke == "answer"
        failed.add(breaker.broke)
        check(store, run, epoch)
        if breaker.broke is None:
            break
    files = {"send", "sent"} if kind == "bucket" else {"write", "fsync", "rename"}
    assert files | {"commit"} <= failed
    assert ("answer" in failed) == (how == "broken")
    assert store.runs.get(run.run_id).error is None


@EACH
def test_epoch__of_a_worker_that_gives_its_run_back_is_there_whole_or_not_at_all(
    store: Store, run: Run, kind: str, how: How
) -> None:
    for k in count(1):
        kept = store.runs.get(run.run_id).last_epoch
        with breaking(store, k, how) as breaker, suppress(RunInterruptedError):
            snapshot = replace(EPOCH, epoch=kept + 1)
            recorder_of(store, run, is_closing=True).snapshot(snapshot)
        is_kept = breaker.broke in (None, "answer")
        check(store, run, kept + is_kept)
        if breaker.broke is None:
            break
        store.leases.give_back(run.run_id, "one")
        run = claim(store, run)
    assert k > (8 if kind == "bucket" else 12)
