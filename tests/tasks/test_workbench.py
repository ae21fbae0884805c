import dataclasses
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ml.cores import num_cores
from ml.networks.model import build_model
from ml.networks.networks import FEATURE_DIM
from ml.records import RunConfig, Step
from ml.samples.known import known_of
from ml.samples.training_set import to_pixels
from store.opening import Store
from tasks import fine_tune, workbench
from tasks.fine_tune import run_fine_tune
from tasks.lesson import load_lesson
from tasks.workbench import DATA_SHARE, PRELOAD_S, Workbench
from tests.tasks.conftest import Submit

CONFIG = RunConfig(preset="lodemap")


@pytest.mark.parametrize("is_few", [True, False])
def test_share_work__few_values_are_one_threads_work(
    store: Store, bench: Workbench, submit: Submit, monkeypatch: pytest.MonkeyPatch, is_few: bool
) -> None:
    seen = []

    def train(*_: object) -> Iterator[Step]:
        seen.append(torch.get_num_threads())
        yield Step(1, 1, 1)

    before = torch.get_num_threads()
    monkeypatch.setattr(fine_tune, "train", train)
    monkeypatch.setattr(workbench, "FEW_VALUES", 200 * 64 if is_few else 200 * 64 - 1)
    try:
        run_fine_tune(submit().run_id, store, bench, "one")
    finally:
        torch.set_num_threads(before)
    assert seen == [1 if is_few else num_cores()]


def put(store: Store, nth: int, num_samples: int = 40) -> str:
    """Save a data set of its own content."""
    images = np.full((num_samples, 1, 8, 8), nth, np.uint8)
    is_held_out = np.arange(num_samples) % 5 == 0
    label = np.zeros(num_samples, np.int16)
    return store.datasets.put(f"set {nth}", images, label, is_held_out, ("one",)).dataset_id


class Loads:
    """What is warm whenever a data set is loaded, and how many such loads find memory full."""

    def __init__(self, bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bench, self.num_full, self.warm = bench, 0, list[int]()
        monkeypatch.setattr(workbench, "to_pixels", self.load)

    def load(self, images: NDArray[np.uint8], device: torch.device) -> torch.Tensor:
        self.warm.append(len(self.bench._datasets))
        if self.num_full > 0:
            self.num_full -= 1
            raise torch.OutOfMemoryError
        return to_pixels(images, device)


def test_samples__the_longest_unused_goes_before_a_third_is_loaded(
    store: Store, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = Loads(bench, monkeypatch)
    first, second, third = (put(store, nth) for nth in range(3))
    for dataset_id in (first, second, first, third):
        bench.samples(store, dataset_id)
    assert loads.warm == [0, 1, 1]
    bench.samples(store, first)
    assert len(loads.warm) == 3
    bench.samples(store, second)
    assert len(loads.warm) == 4


def test_samples__what_is_warm_goes_where_both_would_hold_too_much(
    store: Store, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = Loads(bench, monkeypatch)
    first, second = (put(store, nth) for nth in range(2))
    size = bench.samples(store, first).num_bytes
    monkeypatch.setattr(Workbench, "device_memory", 2 * size / DATA_SHARE)
    bench.samples(store, second)
    warm = bench.samples(store, first)
    assert loads.warm == [0, 1]
    warm.known.keep(known_of(build_model(CONFIG, (1, 8, 8), 1), torch.zeros(40, FEATURE_DIM)))
    bench.samples(store, second)
    bench.samples(store, first)
    assert loads.warm == [0, 1, 1], "with its features the first was too large beside the second"
    monkeypatch.setattr(Workbench, "device_memory", (2 * size - 1) / DATA_SHARE)
    bench.samples(store, put(store, 2))
    assert loads.warm[-1] == 0


@pytest.mark.parametrize("is_few", [True, False])
def test_samples__of_few_values_features_of_a_few_networks_are_kept(
    store: Store, bench: Workbench, monkeypatch: pytest.MonkeyPatch, is_few: bool
) -> None:
    monkeypatch.setattr(workbench, "FEW_VALUES", 40 * 64 if is_few else 40 * 64 - 1)
    monkeypatch.setattr(workbench, "NUM_KNOWN", 2)
    known = bench.samples(store, put(store, 0)).known
    models = [
        build_model(dataclasses.replace(CONFIG, seed=seed), (1, 8, 8), 1) for seed in (0, 1, 2)
    ]
    for model in models:
        known.keep(known_of(model, torch.zeros(40, FEATURE_DIM)))
    assert [known.find(model) is not None for model in models] == [not is_few, True, True]


def test_samples__features_go_with_their_data_set(store: Store, bench: Workbench) -> None:
    first, second = (put(store, nth) for nth in range(2))
    warm = bench.samples(store, first)
    model = build_model(CONFIG, (1, 8, 8), 1)
    warm.known.keep(known_of(model, torch.zeros(40, FEATURE_DIM)))
    assert bench.samples(store, first).known.find(model) is not None
    assert bench.samples(store, second).known.find(model) is None
    bench.make_room(num_kept=0)
    assert bench.samples(store, first).known.find(model) is None


@pytest.mark.parametrize("num_full", [1, 2])
def test_samples__memory_that_is_full_is_emptied_and_tried_once_more(
    store: Store, bench: Workbench, monkeypatch: pytest.MonkeyPatch, num_full: int
) -> None:
    loads = Loads(bench, monkeypatch)
    first, second = (put(store, nth) for nth in range(2))
    bench.samples(store, first)
    loads.num_full = num_full
    if num_full == 1:
        assert bench.samples(store, second).images.shape == (40, 1, 8, 8)
    else:
        with pytest.raises(torch.OutOfMemoryError):
            bench.samples(store, second)
    assert loads.warm == [0, 1, 0]


def test_samples__what_is_no_lack_of_memory_is_not_tried_again(
    store: Store, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def broken(*_: object) -> torch.Tensor:
        tried.append(1)
        raise RuntimeError("device is gone")

    monkeypatch.setattr(workbench, "to_pixels", broken)
    with pytest.raises(RuntimeError, match="device is gone"):
        bench.samples(store, put(store, 0))
    assert tried == [1]


def test_run_fine_tune__a_full_gpu_lets_go_of_what_is_warm_before_it_tries_again(
    store: Store, bench: Workbench, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, seen = build_model(CONFIG, (1, 8, 8), 1), []
    run, other = submit(), put(store, 0)
    bench.samples(store, other)
    lesson = load_lesson(run, store, bench)
    lesson.known.keep(known_of(model, torch.zeros(200, FEATURE_DIM)))

    def train(*_: object) -> Iterator[Step]:
        seen.append((len(bench._datasets), lesson.known.num_bytes > 0))
        yield Step(1, 1, 1)
        raise torch.OutOfMemoryError

    monkeypatch.setattr(fine_tune, "train", train)
    run_fine_tune(run.run_id, store, bench, "one")
    assert seen == [(2, True), (1, False)]


def make_project(store: Store) -> None:
    store.projects.create("the newest", put(store, 0), preset="lodemap")


@pytest.mark.parametrize("is_small", [True, False])
def test_preload__reads_the_newest_data_but_none_that_crowds_out_the_rest(
    store: Store, bench: Workbench, monkeypatch: pytest.MonkeyPatch, is_small: bool
) -> None:
    loads = Loads(bench, monkeypatch)
    make_project(store)
    monkeypatch.setattr(Workbench, "device_memory", (40 * 64 - (not is_small)) / DATA_SHARE)
    bench.preload(store)
    assert len(loads.warm) == is_small


def test_preload__a_full_memory_stops_no_worker(
    store: Store, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads = Loads(bench, monkeypatch)
    make_project(store)
    loads.num_full = 2
    bench.preload(store)
    assert (loads.num_full, len(bench._datasets)) == (0, 0)


def test_preload__does_not_wait_long_for_data_from_afar(
    store: Store, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def fetch(_: str, check: Callable[[], None]) -> None:
        for _turn in range(9):
            check()
            asked.append(clock.pop())

    clock = [2 * PRELOAD_S, PRELOAD_S, 0.0, 0.0]
    make_project(store)
    monkeypatch.setattr(store.datasets, "samples", fetch)
    monkeypatch.setattr(workbench, "time", SimpleNamespace(monotonic=lambda: clock[-1]))
    bench.preload(store)
    assert asked == [0.0, 0.0, PRELOAD_S]
