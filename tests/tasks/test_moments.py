"""What a resume needs beside the weights: there while a run may go on, and not a moment longer."""

import io
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.errors import DivergedError
from ml.maps.codec import pack_ids
from ml.networks.checkpoint import unpack_checkpoint
from store.archives.adoption import import_project
from store.archives.packing import pack_project
from store.files.artifacts import Artifacts
from store.opening import Store
from store.records import Gesture, Run
from store.runs.moments import ENDING, moments_of
from store.runs.orphans import remove_orphans
from tasks import fine_tune
from tasks.fine_tune import run_fine_tune
from tasks.workbench import Workbench
from tests.contract.workplace import ENDLESS, LONG, SHORT, fingerprints, until
from tests.tasks.conftest import Submit
from tests.tasks.test_fine_tune import QUICK, interrupt_at


def beside(store: Store) -> list[str]:
    """Return the files there are of any run, by which checkpoint they are of."""
    root = Path(store.settings.artifacts_url)
    names = (str(path.relative_to(root)) for path in root.rglob(f"*{ENDING}"))
    return sorted(name.removesuffix(ENDING) for name in names)


def last_two(store: Store, run: Run) -> list[str]:
    last = store.runs.get(run.run_id).last_epoch
    return sorted(store.runs.snapshot(run.run_id, epoch).checkpoint for epoch in (last - 1, last))


def update(store: Store, run: Run, config: object = SHORT) -> Run:
    """Ask for an Update after a pretraining."""
    gesture = Gesture(
        "annotate", "g", pack_ids(np.array([1, 2]), 200), {"new_class": {"name": "a"}}
    )
    store.journal.append(run.project_id, gesture, "Ana", "a")
    return store.runs.submit(run.project_id, "fine_tune", config, "Ana", "a", "u")  # type: ignore[arg-type]


def stop_at(store: Store, bench: Workbench, run: Run, epoch: int) -> Run:
    """Work on a run until an epoch, then let a person stop it."""
    worker = threading.Thread(target=run_fine_tune, args=(run.run_id, store, bench, "one", QUICK))
    worker.start()
    until(lambda: store.runs.get(run.run_id).last_epoch >= epoch, "the epoch")
    store.runs.request_stop(run.run_id)
    worker.join()
    ended = store.runs.get(run.run_id)
    assert ended.state == "stopped"
    return ended


def remove(store: Store, name: str) -> None:
    store.artifacts.remove(name)


def flip_a_bit(store: Store, name: str) -> None:
    data = bytearray(store.artifacts.read(name))
    data[-10] ^= 1
    store.artifacts.write(name, bytes(data), durable=False)


def cut_off(store: Store, name: str) -> None:
    store.artifacts.write(name, store.artifacts.read(name)[:99], durable=False)


def test_moments__of_a_run_under_way_are_those_of_its_last_two_epochs(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    run = submit(LONG)
    interrupt_at(store, bench, run, 4)
    assert beside(store) == last_two(store, run)
    row = store.runs.snapshot(run.run_id, 1)
    assert not unpack_checkpoint(store.artifacts.read(row.checkpoint, row.sha256)).moments
    assert bench.resumable(store, store.runs.snapshot(run.run_id, 4)).moments


def test_moments__of_a_run_that_has_ended_are_gone(
    store: Store, bench: Workbench, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretraining = submit(SHORT)
    run_fine_tune(pretraining.run_id, store, bench, "one")
    assert beside(store) == []
    stop_at(store, bench, update(store, pretraining, ENDLESS), 3)
    assert beside(store) == []
    other = submit(LONG)
    interrupt_at(store, bench, other, 3)
    assert len(beside(store)) == 2

    def train(*_: object) -> None:
        raise DivergedError

    monkeypatch.setattr(fine_tune, "train", train)
    run_fine_tune(other.run_id, store, bench, "one")
    assert store.runs.get(other.run_id).state == "failed"
    assert beside(store) == []


def test_moments__of_a_stopped_pretraining_stay_until_it_has_gone_on(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    whole, run = submit(LONG), submit(LONG)
    run_fine_tune(whole.run_id, store, bench, "one")
    stop_at(store, bench, run, 3)
    remove_orphans(store.database, store.artifacts, quiet_s=-1.0)
    assert beside(store) == last_two(store, run)
    store.resuming.go_on(run.run_id)
    run_fine_tune(run.run_id, store, Workbench("cpu"), "two")
    assert store.runs.get(run.run_id).error is None
    assert fingerprints(store, run.run_id) == fingerprints(store, whole.run_id)
    assert beside(store) == []


@pytest.mark.parametrize(
    ("harm", "how"), [(flip_a_bit, "damaged"), (cut_off, "damaged"), (remove, "gone")]
)
def test_moments__that_are_damaged_cost_an_epoch_and_are_mended(
    store: Store, bench: Workbench, submit: Submit, harm: Callable[[Store, str], None], how: str
) -> None:
    whole, torn = submit(LONG), submit(LONG)
    run_fine_tune(whole.run_id, store, bench, "one")
    interrupt_at(store, bench, torn, 3)
    last = store.runs.get(torn.run_id).last_epoch
    row = store.runs.snapshot(torn.run_id, last)
    harm(store, moments_of(row.checkpoint))
    run_fine_tune(torn.run_id, store, Workbench("cpu"), "two")
    ended = store.runs.get(torn.run_id)
    assert ended.error == (
        f"What epoch {last} needs to go on was {how}; epoch {last - 1} was used."
    )
    assert fingerprints(store, torn.run_id) == fingerprints(store, whole.run_id)
    assert beside(store) == []


@pytest.mark.parametrize("is_taught", [False, True])
def test_moments__that_are_all_gone_let_the_run_begin_anew_and_say_so(
    store: Store, bench: Workbench, submit: Submit, is_taught: bool
) -> None:
    run = submit(SHORT if is_taught else LONG)
    if is_taught:
        run_fine_tune(run.run_id, store, bench, "one")
        run = update(store, run, LONG)
    interrupt_at(store, bench, run, 3)
    before, last = fingerprints(store, run.run_id), store.runs.get(run.run_id).last_epoch
    for name in beside(store):
        store.artifacts.remove(moments_of(name))
    run_fine_tune(run.run_id, store, Workbench("cpu"), "two")
    said = store.runs.get(run.run_id).error or ""
    instead = "it began anew" if is_taught else "epoch 0 was used"
    assert said == f"What epoch {last} needs to go on was gone; {instead}."
    assert fingerprints(store, run.run_id)[: len(before)] == before
    assert beside(store) == []


def test_moments__are_put_back_also_of_epochs_that_a_fallback_learns_again(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    """Killed once more on its way back, it goes on from there."""
    run = submit(LONG)
    interrupt_at(store, bench, run, 6)
    last = store.runs.get(run.run_id).last_epoch
    for name in beside(store):
        store.artifacts.remove(moments_of(name))
    closing: Any = Closing(store, bench, at=2)
    run_fine_tune(run.run_id, replace(store, moments=closing), bench, "two")
    bench.closing.clear()
    rows = [store.runs.snapshot(run.run_id, epoch) for epoch in (1, 2)]
    assert beside(store) == [row.checkpoint for row in rows]
    run_fine_tune(run.run_id, store, Workbench("cpu"), "three")
    assert store.runs.get(run.run_id).error == (
        f"What epoch {last} needs to go on was gone; epoch 2 was used."
    )
    assert beside(store) == []


class Closing:
    """Those of a worker that is told to close when it has kept an epoch."""

    def __init__(self, store: Store, bench: Workbench, at: int) -> None:
        self._moments, self._bench, self._at = store.moments, bench, at

    def outgrow(self, run_id: str, epoch: int) -> None:
        self._moments.outgrow(run_id, epoch)
        if epoch == self._at:
            self._bench.closing.set()


def test_moments__that_a_killed_worker_left_go_with_the_end_of_the_run(
    store: Store, bench: Workbench, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = submit(LONG)
    with monkeypatch.context() as dying:
        dying.setattr(Artifacts, "remove", lambda *_: None)  # killed before, time and again
        interrupt_at(store, bench, run, 5)
    assert len(beside(store)) > 2
    run_fine_tune(run.run_id, store, Workbench("cpu"), "two")
    assert beside(store) == []


@pytest.mark.parametrize("way", ["archive", "duplicate"])
def test_moments__of_a_stopped_pretraining_go_along_with_a_copy(
    store: Store, bench: Workbench, submit: Submit, way: str
) -> None:
    whole, run = submit(LONG), submit(LONG)
    run_fine_tune(whole.run_id, store, bench, "one")
    stop_at(store, bench, run, 3)
    if way == "archive":
        file = io.BytesIO(b"".join(pack_project(store, run.project_id, with_data=False)))
        copy = import_project(store, file)
    else:
        copy = store.projects.duplicate(run.project_id, "copy")
    store.projects.delete(run.project_id)
    (twin,) = store.runs.of_project(copy.project_id)
    last = twin.last_epoch
    store.resuming.go_on(twin.run_id)
    run_fine_tune(twin.run_id, store, Workbench("cpu"), "two")
    ended = store.runs.get(twin.run_id)
    assert (ended.state, ended.error) == ("finished", None)
    later = range(last, LONG.num_epochs + 1)
    learned = [
        [store.runs.snapshot(each.run_id, n).sha256 for n in later] for each in (whole, twin)
    ]
    assert learned[0] == learned[1]
    assert beside(store) == []
