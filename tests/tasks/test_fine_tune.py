import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ml.errors import DivergedError
from ml.maps.codec import pack_ids
from ml.presets.annotate_vae import AnnotateVae
from ml.records import PRESETS, RunConfig, Step
from store.opening import Store
from store.records import Gesture, Run, Samples
from tasks import fine_tune
from tasks.fine_tune import run_fine_tune
from tasks.lease import Lease
from tasks.workbench import Workbench, is_out_of_memory
from tests.contract.workplace import ENDLESS, LONG, SHORT, until
from tests.leases import PATIENT
from tests.tasks.conftest import Submit

QUICK = replace(PATIENT, poll_s=0.02)


class Scarce:
    """A source of data too large for this machine."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store.datasets, name)

    def samples(self, _: str, _check: object) -> Samples:
        images = np.empty((1 << 48, 1, 8, 8), np.uint8)
        return Samples(images, images[:, 0, 0, 0].astype(np.int16), images[:, 0, 0, 0] > 0)


class Slow:
    """Leases of a database that takes its time to note an end."""

    def __init__(self, store: Store, takes_s: float) -> None:
        self._leases = store.leases
        self._takes_s = takes_s

    def __getattr__(self, name: str) -> Any:
        return getattr(self._leases, name)

    def finish(self, run_id: str, *ending: Any) -> None:
        """End the run, and only then take the time: the lease sees that it is over."""
        self._leases.finish(run_id, *ending)
        threading.Event().wait(self._takes_s)


def flip_a_bit(store: Store, run_id: str, epoch: int) -> Path:
    """Damage a checkpoint in the middle of its tensors."""
    path = store.artifacts.local_path(store.runs.snapshot(run_id, epoch).checkpoint)
    data = bytearray(path.read_bytes())
    data[-10] ^= 1
    path.write_bytes(data)
    return path


def fingerprints(store: Store, run: Run) -> list[str]:
    last = store.runs.get(run.run_id).last_epoch
    return [store.runs.snapshot(run.run_id, epoch).sha256 for epoch in range(last + 1)]


def interrupt_at(store: Store, bench: Workbench, run: Run, epoch: int) -> None:
    """Work on a run until an epoch, then give it back as a closing worker does."""
    worker = threading.Thread(target=run_fine_tune, args=(run.run_id, store, bench, "one", QUICK))
    worker.start()
    until(lambda: store.runs.get(run.run_id).last_epoch >= epoch, "the epoch")
    bench.closing.set()
    worker.join()
    bench.closing.clear()


def test_run_fine_tune__leaves_a_run_alone_that_has_ended(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    run = submit(SHORT)
    run_fine_tune(run.run_id, store, bench, "one")
    ended = store.runs.get(run.run_id)
    run_fine_tune(run.run_id, store, bench, "two")
    assert store.runs.get(run.run_id) == ended
    assert (ended.state, ended.last_epoch, ended.error) == ("finished", 3, None)


def test_run_fine_tune__out_of_memory_fails_the_run_and_spares_the_worker(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    run, following = submit(SHORT), submit(SHORT)
    run_fine_tune(run.run_id, replace(store, datasets=Scarce(store)), bench, "one")  # type: ignore[arg-type]
    failed = store.runs.get(run.run_id)
    assert failed.state == "failed"
    assert "memory (cpu) is too small" in (failed.error or "")
    run_fine_tune(following.run_id, store, bench, "one")
    assert store.runs.get(following.run_id).state == "finished"


def test_is_out_of_memory__knows_the_words_of_pytorch_on_the_cpu() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 50)
    assert is_out_of_memory(caught.value)
    assert is_out_of_memory(torch.OutOfMemoryError())
    assert not is_out_of_memory(RuntimeError("shapes differ"))


def test_run_fine_tune__a_full_gpu_halves_the_batch_once(
    store: Store, bench: Workbench, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def train(_model: object, _lesson: object, config: RunConfig, *_: object) -> Iterator[Step]:
        tried.append(config.batch_size)
        yield Step(1, 1, 1)
        raise torch.OutOfMemoryError

    monkeypatch.setattr(fine_tune, "train", train)
    run = submit(SHORT)
    run_fine_tune(run.run_id, store, bench, "one")
    assert tried == [64, 32]
    assert store.runs.get(run.run_id).state == "failed"


def test_run_fine_tune__a_gpu_that_fills_after_an_epoch_goes_on_from_there(
    store: Store, bench: Workbench, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    step = AnnotateVae.step

    def scarce(learner: AnnotateVae, ids: torch.Tensor) -> None:
        sizes.append(len(ids))
        if len(sizes) == 5:  # of 3 an epoch
            raise torch.OutOfMemoryError
        step(learner, ids)

    monkeypatch.setattr(AnnotateVae, "step", scarce)
    # minibatches as large as the setting says, as with a large data set
    monkeypatch.setattr("ml.presets.annotate_vae.LEAST_STEPS", 1)
    run = submit(SHORT, "annotate-vae")
    run_fine_tune(run.run_id, store, bench, "one")
    ended = store.runs.get(run.run_id)
    assert (ended.state, ended.last_epoch, ended.attempt) == ("finished", 3, 1), ended.error
    assert max(sizes[:5]) > 32 >= max(sizes[5:])
    assert len(sizes) == 5 + 2 * 5, "the second and third epoch, in 5 steps each"
    for epoch in range(4):
        row = store.runs.snapshot(run.run_id, epoch)
        store.artifacts.read(row.checkpoint, row.sha256)
    assert [f.epoch for f in store.frames.after(run.run_id, 0) if f.is_snapshot] == [0, 1, 2, 3]


def test_run_fine_tune__a_loss_that_is_not_finite_names_the_knob_to_lower(
    store: Store, bench: Workbench, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def train(*_: object) -> Iterator[Step]:
        yield Step(1, 1, 1)
        raise DivergedError

    monkeypatch.setattr(fine_tune, "train", train)
    run = submit(SHORT)
    run_fine_tune(run.run_id, store, bench, "one")
    assert "Lower the learning rate" in (store.runs.get(run.run_id).error or "")


def test_run_fine_tune__stopped_run_shows_what_was_kept(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    run = submit(ENDLESS)
    worker = threading.Thread(target=run_fine_tune, args=(run.run_id, store, bench, "one", QUICK))
    worker.start()
    until(lambda: store.runs.get(run.run_id).last_n >= 3, "frames")
    store.runs.request_stop(run.run_id)
    worker.join()
    ended = store.runs.get(run.run_id)
    kept = store.runs.snapshot(run.run_id, ended.last_epoch)
    frames = {frame.n: frame for frame in store.frames.after(run.run_id, 0)}
    assert ended.state == "stopped"
    assert frames[ended.last_n].artifact == frames[kept.frame_n].artifact
    assert sum(f.is_snapshot for f in frames.values()) == ended.last_epoch + 1


def test_run_fine_tune__a_run_that_ended_well_is_no_hung_step(
    store: Store, bench: Workbench, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaths: list[int] = []
    monkeypatch.setattr(fine_tune, "Lease", partial(Lease, die=lambda: deaths.append(1)))
    run, impatient = submit(SHORT), replace(QUICK, hang_s=0.1)
    slow: Any = Slow(store, 1.0)
    run_fine_tune(run.run_id, replace(store, leases=slow), bench, "one", impatient)
    assert store.runs.get(run.run_id).state == "finished"
    assert deaths == []


@pytest.mark.parametrize(
    "preset", [PRESETS[0], *(pytest.param(each, marks=pytest.mark.wide) for each in PRESETS[1:])]
)
def test_run_fine_tune__damaged_checkpoint_falls_back_an_epoch_and_is_mended(
    store: Store, bench: Workbench, submit: Submit, preset: str
) -> None:
    whole, torn = submit(LONG, preset), submit(LONG, preset)
    run_fine_tune(whole.run_id, store, bench, "one")
    interrupt_at(store, bench, torn, 3)
    last = store.runs.get(torn.run_id).last_epoch
    path = flip_a_bit(store, torn.run_id, last)
    run_fine_tune(torn.run_id, store, Workbench("cpu"), "two")
    ended = store.runs.get(torn.run_id)
    assert (ended.state, ended.last_epoch) == ("finished", LONG.num_epochs), ended.error
    assert f"epoch {last} was damaged; epoch {last - 1} was used" in (ended.error or "")
    assert fingerprints(store, torn) == fingerprints(store, whole)
    name = store.runs.snapshot(torn.run_id, last)
    assert store.artifacts.read(name.checkpoint, name.sha256) == path.read_bytes()


def test_run_fine_tune__damaged_parent_is_said_and_an_earlier_epoch_used(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    parent = submit(SHORT)
    run_fine_tune(parent.run_id, store, bench, "one")
    flip_a_bit(store, parent.run_id, 3)
    selection = pack_ids(np.array([1, 2, 3]), 200)
    gesture = Gesture("annotate", "g", selection, {"new_class": {"name": "one"}})
    store.journal.append(parent.project_id, gesture, "Ana", "a")
    run = store.runs.submit(parent.project_id, "fine_tune", SHORT, "Ana", "a", "u")
    run_fine_tune(run.run_id, store, bench, "one")
    ended = store.runs.get(run.run_id)
    assert ended.state == "finished"
    assert ended.error == "The checkpoint of epoch 3 was damaged; epoch 2 was used."


def test_run_fine_tune__may_take_another_head_than_its_parent(
    store: Store, bench: Workbench, submit: Submit
) -> None:
    parent = submit(replace(SHORT, num_hidden_layers=1))
    run_fine_tune(parent.run_id, store, bench, "one")
    gesture = Gesture(
        "annotate", "g", pack_ids(np.array([1, 2, 3]), 200), {"new_class": {"name": "one"}}
    )
    store.journal.append(parent.project_id, gesture, "Ana", "a")
    run = store.runs.submit(parent.project_id, "fine_tune", SHORT, "Ana", "a", "u")
    run_fine_tune(run.run_id, store, bench, "one")
    ended = store.runs.get(run.run_id)
    assert (ended.state, ended.config.num_hidden_layers) == ("finished", 0), ended.error
