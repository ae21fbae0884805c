"""What a GPU makes of it: epochs, first frames, pauses and memory, beside the same machine's CPU.

Every figure is taken after one run of the same kind, which wakes the device's libraries. Images are
MNIST's, repeated and enlarged where a scene asks for more or larger ones.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import torch

import ml.learning.learner
from benchmarks.images import Images, mnist_7k
from benchmarks.records import MissingPartError, Report
from ml.device import be_repeatable
from ml.knobs import defaults_of
from ml.learning.pacing import FramePacer
from ml.networks.checkpoint import load_weights, unpack_checkpoint
from ml.networks.model import build_model
from ml.networks.networks import SampleShape
from ml.presets.unfold import Unfold
from ml.records import NO_CLASS, PRESETS, Frame, RunConfig, Snapshot
from ml.training import TrainingSet, train

NUM_EPOCHS: Final = 5
NAMED_SHARE: Final = 0.01


@dataclass(frozen=True)
class Scene:
    """A data set to learn from."""

    name: str
    """As in the keys."""
    num_samples: int
    """How many."""
    shape: SampleShape
    """Of each."""
    has_cpu: bool = False
    """Whether the CPU does it too, in reasonable time."""


SCENES: Final = (
    Scene("7k", 7_000, (1, 28, 28), has_cpu=True),
    Scene("20k_rgb96", 20_000, (3, 96, 96)),
    Scene("100k", 100_000, (1, 28, 28)),
    Scene("1m_vectors", 1_000_000, (384,)),
)


def samples_of(scene: Scene, source: Images) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the samples of a scene, (num_samples, *shape), and their labels, int16."""
    rng = np.random.default_rng(0)
    picked = rng.integers(0, len(source.images), scene.num_samples)
    label = source.label[picked]
    if len(scene.shape) == 1:
        middle = rng.normal(size=(10, *scene.shape)).astype(np.float32)
        x = rng.standard_normal((scene.num_samples, *scene.shape), np.float32)
        return x + middle[label], label
    channels, side = scene.shape[:2]
    times = -(-side // source.images.shape[2])
    large = source.images[picked].repeat(times, 2).repeat(times, 3)[:, :, :side, :side]
    return np.ascontiguousarray(large.repeat(channels, 1)), label


def lesson(x: np.ndarray[Any, Any], label: np.ndarray[Any, Any], is_named: bool) -> TrainingSet:
    """Return what a pretraining learns from, or an update after every hundredth is named."""
    rng = np.random.default_rng(1)
    is_held_out = rng.random(len(x)) < 0.2
    is_told = is_named & ~is_held_out & (rng.random(len(x)) < NAMED_SHARE)
    annotation = np.where(is_told, label, NO_CLASS).astype(np.int16)
    return TrainingSet(x, annotation, is_held_out, label, 10)


@dataclass(frozen=True)
class Taken:
    """One run, watched."""

    epoch_s: float
    """Median of its epochs, snapshots included."""
    first_s: float
    """From the start to the first frame or snapshot after a step."""
    pause_ms: float
    """Longest time between two places where it may stop."""
    last: Snapshot
    """Its end."""


def watch(
    config: RunConfig, samples: TrainingSet, device: str, start: Snapshot | None = None
) -> Taken:
    """Train and keep the times."""
    model = build_model(config, samples.sample_shape, 10, device)
    if start is not None:
        load_weights(model, unpack_checkpoint(start.checkpoint))
    began = passed = time.perf_counter()
    first, pause, ends, last = None, 0.0, [began], None
    for event in train(model, samples, config, FramePacer(time.monotonic)):
        now = time.perf_counter()
        pause, passed = max(pause, now - passed), now
        is_snapshot = isinstance(event, Snapshot)
        if first is None and (isinstance(event, Frame) or (is_snapshot and event.epoch > 0)):
            first = now - began
        if isinstance(event, Snapshot):
            last = event
            ends.append(now)
    assert last is not None
    assert first is not None
    return Taken(statistics.median(np.diff(ends[1:] or ends)), first, 1000 * pause, last)


def config_of(preset: str, **other: int) -> RunConfig:
    """Return the preset with its knobs untouched."""
    knobs: dict[str, Any] = {**defaults_of(preset), "num_epochs": NUM_EPOCHS, **other}
    return RunConfig(preset=preset, **knobs)


def pair(preset: str, scene: Scene, source: Images, device: str) -> tuple[Taken, Taken]:
    """Return a pretraining and an update after it, both warm."""
    x, label = samples_of(scene, source)
    config = config_of(preset)
    small = slice(0, min(len(x), 2_000))
    warm = watch(replace(config, num_epochs=2), lesson(x[small], label[small], False), device)
    watch(replace(config, num_epochs=2), lesson(x[small], label[small], True), device, warm.last)
    pretrained = watch(config, lesson(x, label, False), device)
    return pretrained, watch(config, lesson(x, label, True), device, pretrained.last)


def of_scene(scene: Scene, source: Images) -> dict[str, float | None]:
    """Return the figures of `lodemap` on a scene."""
    torch.cuda.reset_peak_memory_stats()
    pretrained, updated = pair("lodemap", scene, source, "cuda")
    figures: dict[str, float | None] = {
        f"cuda_pretrain_epoch_s_{scene.name}": pretrained.epoch_s,
        f"cuda_update_epoch_s_{scene.name}": updated.epoch_s,
        f"cuda_first_frame_s_{scene.name}": updated.first_s,
        f"cuda_pause_ms_{scene.name}": max(pretrained.pause_ms, updated.pause_ms),
        f"cuda_memory_mb_{scene.name}": torch.cuda.max_memory_allocated() / 1e6,
    }
    if scene.has_cpu:
        figures |= beside_cpu("lodemap", scene, source, pretrained, updated)
    return figures


def beside_cpu(
    preset: str, scene: Scene, source: Images, pretrained: Taken, updated: Taken
) -> dict[str, float | None]:
    """Return the CPU's seconds of an epoch over the GPU's."""
    ours = pair(preset, scene, source, "cpu")
    return {
        f"cuda_ratio_vs_cpu_pretrain_{preset}_{scene.name}": ours[0].epoch_s / pretrained.epoch_s,
        f"cuda_ratio_vs_cpu_update_{preset}_{scene.name}": ours[1].epoch_s / updated.epoch_s,
    }


@contextmanager
def setting(owner: object, name: str, value: object) -> Iterator[None]:
    """Change an attribute while the block runs."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    yield
    setattr(owner, name, before)


def halved(device: torch.device) -> AbstractContextManager[object]:
    """Return a context of products in bfloat16."""
    return torch.autocast(device.type, torch.bfloat16)


def of_choices(source: Images) -> dict[str, float | None]:
    """Return what an epoch would take step by step, and in bfloat16, over what it takes."""
    x, label = samples_of(SCENES[0], source)
    samples = lesson(x, label, False)

    def epoch() -> float:
        return watch(config_of("lodemap"), samples, "cuda").epoch_s

    def beside(owner: object, name: str, value: object, take: Callable[[], float]) -> float:
        with setting(owner, name, value):
            take()
            return take()

    epoch()
    usual = epoch()
    return {
        "cuda_ratio_replayed_7k": beside(Unfold, "IS_EVEN", False, epoch) / usual,
        "cuda_ratio_half_7k": beside(ml.learning.learner, "training_precision", halved, epoch)
        / usual,
    }


def run(is_quick: bool) -> Report:
    """Take the figures.

    Raises:
        MissingPartError: where PyTorch finds no CUDA device, or the images are missing.
    """
    if not torch.cuda.is_available():
        raise MissingPartError("PyTorch finds no CUDA device here; run this on a machine with one.")
    be_repeatable()
    source = mnist_7k()
    figures = of_choices(source)
    for scene in SCENES[:1] if is_quick else SCENES:
        figures |= of_scene(scene, source)
    for preset in [] if is_quick else PRESETS[1:]:
        on_gpu = pair(preset, SCENES[0], source, "cuda")
        figures |= beside_cpu(preset, SCENES[0], source, *on_gpu)
    machine = f"{torch.cuda.get_device_name()}, {os.cpu_count()} cores, PyTorch {torch.__version__}"
    return Report("cuda", figures, {"machine": machine})
