"""Seconds of an epoch of the same network by three loops, taken in turn in one process.

    python -m benchmarks.contenders.epochs IMAGES.npy '{"batch_sizes": [...], "num_rounds": n}'

A process of its own, so that its threads can be told to wait politely before torch is loaded.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from ml.device import training_precision
from ml.learning.pacing import FramePacer
from ml.networks.model import LatentModel, build_model
from ml.presets.annotate_vae import annotate_vae_loss
from ml.records import NO_CLASS, RunConfig, Snapshot, Step
from ml.training import TrainingSet, train

Epoch = Callable[[], dict[str, float]]
"""Trains one epoch and returns its seconds by what they cover."""
NUM_CLASSES = 10
NUM_ANNOTATED = 700
CONFIG = RunConfig(preset="annotate-vae")
"""The preset whose network the public trainers have as well."""


def make_set(images: np.ndarray) -> TrainingSet:
    """Return a training set in which every tenth sample is annotated."""
    n = len(images)
    annotation = np.full(n, NO_CLASS, np.int16)
    every = max(1, n // NUM_ANNOTATED)
    annotation[::every] = np.arange(len(annotation[::every])) % NUM_CLASSES
    return TrainingSet(
        images, annotation, np.zeros(n, bool), np.full(n, NO_CLASS, np.int16), NUM_CLASSES
    )


class Stopwatch:
    """Reads seconds since it was made, and the processor's, which hold on a busy machine too."""

    def __init__(self) -> None:
        self._wall_s, self._cpu_s = time.perf_counter(), time.process_time()

    def read(self, name: str) -> dict[str, float]:
        """Return both by name."""
        return {
            name: time.perf_counter() - self._wall_s,
            f"{name}_cpu": time.process_time() - self._cpu_s,
        }


class TurnClock:
    """Seconds spent in one's own turns: a pacer must not save up time while others train."""

    def __init__(self) -> None:
        self._passed_s = 0.0
        self._turn_began_s: float | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let the clock run while the block runs."""
        self._turn_began_s = time.perf_counter()
        yield
        self._passed_s = self.now()
        self._turn_began_s = None

    def now(self) -> float:
        """Return the seconds of all turns so far."""
        if self._turn_began_s is None:
            return self._passed_s
        return self._passed_s + time.perf_counter() - self._turn_began_s


class PerItem(Dataset[tuple[Tensor, Tensor]]):
    """The usual data set: one sample at a time becomes a float tensor."""

    def __init__(self, samples: TrainingSet) -> None:
        self._images = np.asarray(samples.images)
        self._annotation = samples.annotation

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        image = torch.from_numpy(self._images[index]).float() / 255
        return image, torch.tensor(int(self._annotation[index]))


def as_usual(_: torch.device) -> AbstractContextManager[object]:
    """Return a context that changes nothing: float32, PyTorch's default."""
    return nullcontext()


def bare_loss(model: LatentModel, x: Tensor, y: Tensor) -> Tensor:
    """Return the same loss as ours."""
    is_active = torch.ones(NUM_CLASSES, dtype=torch.bool)
    noise = torch.randn(len(x), model.latent_dim)
    loss, *_ = annotate_vae_loss(model, x, y, is_active, noise, CONFIG)
    return loss


def descend(loss: Tensor, optimizer: torch.optim.Adam) -> None:
    """Do backward and step."""
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def data_loader_epoch(samples: TrainingSet, batch_size: int, name: str) -> Epoch:
    """Return the usual loop: DataLoader, plain Adam; `data_loader_half` with our precision."""
    precision = training_precision if name == "data_loader_half" else as_usual
    model = build_model(CONFIG, samples.sample_shape, NUM_CLASSES)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    loader = DataLoader(PerItem(samples), batch_size, shuffle=True)

    def epoch() -> dict[str, float]:
        watch = Stopwatch()
        for x, y in loader:
            with precision(model.device):
                loss = bare_loss(model, x, y)
            descend(loss, optimizer)
        return watch.read(name)

    return epoch


def limit_epoch(samples: TrainingSet, batch_size: int) -> Epoch:
    """Return the limit: float minibatches that lie ready, our precision, and only three calls."""
    model = build_model(CONFIG, samples.sample_shape, NUM_CLASSES)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
    x = torch.from_numpy(np.asarray(samples.images)).float() / 255
    y = torch.from_numpy(samples.annotation).long()
    starts = range(0, len(x), batch_size)
    ready = [(x[i : i + batch_size], y[i : i + batch_size]) for i in starts]

    def epoch() -> dict[str, float]:
        watch = Stopwatch()
        for minibatch in ready:
            with training_precision(model.device):
                loss = bare_loss(model, *minibatch)
            descend(loss, optimizer)
        return watch.read("limit")

    return epoch


def our_epoch(samples: TrainingSet, batch_size: int, name: str, max_share: float) -> Epoch:
    """Return our generator; `max_share` 0 keeps frames in.

    Besides the steps it times the whole of an epoch, with its snapshot and frames.
    """
    config = replace(CONFIG, num_epochs=200, batch_size=batch_size, learning_rate=1e-3)
    model = build_model(config, samples.sample_shape, NUM_CLASSES)
    clock = TurnClock()
    events: Iterator[object] = train(
        model, samples, config, FramePacer(clock.now, max_share=max_share)
    )
    with clock.turn():
        while not isinstance(next(events), Snapshot):
            pass

    def epoch() -> dict[str, float]:
        watch = Stopwatch()
        learned: dict[str, float] = {}
        with clock.turn():
            while not isinstance(event := next(events), Snapshot):
                if isinstance(event, Step) and not learned and event.step == event.num_steps:
                    learned = watch.read(name)
        return {**learned, **watch.read(f"{name}_whole")}

    return epoch


def measure(
    samples: TrainingSet, batch_sizes: list[int], num_rounds: int
) -> dict[str, dict[str, list[float]]]:
    """Return seconds per epoch by batch size and contender, one figure a round."""
    seconds: dict[str, dict[str, list[float]]] = {}
    for batch_size in batch_sizes:
        taken = seconds.setdefault(str(batch_size), {})
        epochs = [
            our_epoch(samples, batch_size, "ours", max_share=0.0),
            data_loader_epoch(samples, batch_size, "data_loader"),
            data_loader_epoch(samples, batch_size, "data_loader_half"),
            limit_epoch(samples, batch_size),
            our_epoch(samples, batch_size, "live", max_share=0.12),
        ]
        for _ in range(num_rounds):  # in turn, so that a busy minute meets all of them
            for epoch in epochs:
                for name, value in epoch().items():
                    taken.setdefault(name, []).append(value)
    return seconds


def main() -> int:
    """Measure and print JSON."""
    images = np.load(sys.argv[1], allow_pickle=False)
    options = json.loads(sys.argv[2])
    found = measure(make_set(images), options["batch_sizes"], options["num_rounds"])
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
